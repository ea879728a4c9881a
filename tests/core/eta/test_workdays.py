from datetime import date, timedelta

import pytest
from tests.core.eta.make import at

from track_service.core.eta.workdays import Workdays

WEEKEND_OFF = (1, 1, 1, 1, 1, 0.5, 0.25)
FRIDAY = at("2026-03-06T12:00")


@pytest.mark.parametrize(
    ("end", "days"),
    [
        pytest.param(at("2026-03-06T18:00"), 0.25, id="the same day"),
        pytest.param(at("2026-03-09T12:00"), 1.75, id="over a weekend"),
        pytest.param(at("2026-03-13T12:00"), 5.75, id="a week"),
        pytest.param(at("2026-03-05T12:00"), -1, id="before"),
    ],
)
def test_weekends_count_for_less(end, days):
    assert Workdays((), WEEKEND_OFF).between(FRIDAY, end) == pytest.approx(days)


def test_a_holiday_counts_like_a_sunday():
    calendar = Workdays({date(2026, 3, 9)}, WEEKEND_OFF)

    assert calendar.between(
        at("2026-03-09T00:00"), at("2026-03-10T00:00")
    ) == pytest.approx(0.1)


@pytest.mark.parametrize("span", [0, 0.25, 1.75, 5.5, 900])
def test_after_is_the_inverse_of_between(span):
    calendar = Workdays({date(2026, 3, 9)}, WEEKEND_OFF)

    end = calendar.after(FRIDAY, span)

    assert calendar.between(FRIDAY, end) == pytest.approx(span, abs=1e-5)


def test_earlier_years_may_be_asked_for_later():
    calendar = Workdays((), WEEKEND_OFF)
    calendar.between(FRIDAY, FRIDAY + timedelta(days=7))

    long_ago = FRIDAY - timedelta(weeks=1000)

    assert calendar.between(long_ago, FRIDAY) == pytest.approx(5750)
    assert calendar.between(FRIDAY, long_ago) == pytest.approx(-5750)


def test_a_carrier_s_own_week_is_learned_from_its_arrivals():
    calendar = Workdays({date(2026, 3, 9)}, WEEKEND_OFF)
    day = at("2026-03-10T00:00")
    for n in range(2100):
        calendar.arrive(day + timedelta(days=n % 7))
    calendar.arrive(at("2026-03-09T10:00"))

    calendar.learn()

    saturday, sunday, monday = (at(f"2026-03-{n:02}T00:00") for n in (14, 15, 16))
    assert calendar.between(saturday, sunday) == pytest.approx(5.75 / 7, abs=0.02)
    assert calendar.between(monday, monday + timedelta(7)) == pytest.approx(5.75)
