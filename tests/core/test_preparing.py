from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from track_service.core.calendar import after_working, working_time
from track_service.core.preparing import UNTIL_LEARNT, late_at, usual_time

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
FRIDAY = MONDAY + timedelta(days=4)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def handed(*spans):
    return [(MONDAY, MONDAY + span) for span in spans]


def test_until_twenty_orders_were_handed_over_three_working_days_are_usual():
    assert usual_time(handed(*[DAY] * 19), zone=BERLIN) == UNTIL_LEARNT
    assert timedelta(days=3) == UNTIL_LEARNT
    assert late_at(FRIDAY, UNTIL_LEARNT, zone=BERLIN) == FRIDAY + 5 * DAY


def test_nine_of_ten_orders_are_the_measure_and_one_slow_one_is_not():
    spans = [30 * HOUR] * 17 + [40 * HOUR] + [90 * HOUR] * 2

    assert usual_time(handed(*spans), zone=BERLIN) == 40 * HOUR


def test_the_quickest_shop_is_left_a_working_day():
    assert usual_time(handed(*[HOUR] * 20), zone=BERLIN) == DAY


def test_a_weekend_is_no_time_to_pack_in():
    over_the_weekend = [(FRIDAY, FRIDAY + 4 * DAY)] * 20

    assert usual_time(over_the_weekend, zone=BERLIN) == 2 * DAY


@pytest.mark.parametrize(
    ("start", "end", "worked"),
    [
        pytest.param(MONDAY, MONDAY + HOUR, HOUR, id="within a day"),
        pytest.param(MONDAY, MONDAY, timedelta(), id="at once"),
        pytest.param(MONDAY + HOUR, MONDAY, timedelta(), id="backwards"),
        pytest.param(FRIDAY + DAY, FRIDAY + 2 * DAY, timedelta(), id="at the weekend"),
        pytest.param(FRIDAY, FRIDAY + 7 * DAY, 5 * DAY, id="a week"),
    ],
)
def test_working_time(start, end, worked):
    assert working_time(start, end, BERLIN) == worked


@given(
    start=st.timedeltas(timedelta(), timedelta(days=365)).map(MONDAY.__add__),
    span=st.timedeltas(timedelta(minutes=1), timedelta(days=30)),
)
def test_working_time_undoes_what_adds_it(start, span):
    assert working_time(start, after_working(start, span, BERLIN), BERLIN) == span
