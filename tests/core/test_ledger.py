from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.make import FRIDAY, MONDAY, THURSDAY, TUESDAY, WEDNESDAY, at, day_window

from track_service.core.ledger import Heard, Shown, promised, weigh
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Stamp

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def shown(day, *, told=MONDAY, hour=12, source="merchant"):
    return Shown(day_window(day), source, None, at(told, hour))


def test_without_a_date_there_is_nothing_to_keep():
    assert weigh([], MONDAY, zone=ZONE) is None


def heard(status, told, until=None):
    event = Event(Stamp.aware(at(told, 8)), Meaning(status))
    return Heard(event, at(told), until and at(until))


def test_a_carrier_s_date_that_was_over_when_it_told_it_is_no_promise():
    over = shown(MONDAY, told=TUESDAY, source="carrier")
    held = shown(WEDNESDAY, told=TUESDAY, source="carrier")

    assert promised([over, held], [], zone=ZONE) == (held,)


def test_a_carrier_s_date_told_when_nobody_waited_any_more_is_no_promise():
    scans = [
        heard(Status.IN_TRANSIT, MONDAY),
        heard(Status.DELIVERED, TUESDAY, WEDNESDAY),  # taken back on Wednesday
        heard(Status.DELIVERED, FRIDAY),
    ]
    first, with_it, anew, again = (
        shown(FRIDAY, told=told, source="carrier")
        for told in (MONDAY, TUESDAY, WEDNESDAY, FRIDAY)
    )
    shops = shown(FRIDAY, told=FRIDAY)

    kept = promised([first, with_it, anew, again, shops], scans, zone=ZONE)

    assert kept == (first, anew, shops)


def test_a_first_date_that_held_needed_no_notice():
    weighed = weigh([shown(WEDNESDAY)], TUESDAY, zone=ZONE)

    assert (weighed.kept_first, weighed.kept_latest) == (True, True)
    assert (weighed.first_late, weighed.notice_hours) == (-1, None)


@pytest.mark.parametrize(
    ("dates", "hours"),
    [
        pytest.param([], 0, id="nobody said so"),
        pytest.param([shown(FRIDAY, told=TUESDAY)], 36, id="a day and a half ahead"),
        pytest.param([shown(FRIDAY, told=THURSDAY)], 0, id="only afterwards"),
        pytest.param([shown(THURSDAY, told=TUESDAY)], 0, id="not far enough"),
        pytest.param(
            [
                shown(FRIDAY, told=TUESDAY, hour=1),
                shown(WEDNESDAY, told=TUESDAY, hour=2),
                shown(FRIDAY, told=WEDNESDAY, hour=12),
            ],
            12,
            id="taken back in between",
        ),
    ],
)
def test_notice_counts_from_the_word_that_held_to_the_end_of_the_first_date(
    dates, hours
):
    weighed = weigh([shown(WEDNESDAY), *dates], FRIDAY, zone=ZONE)

    assert not weighed.kept_first
    assert weighed.first_late == 2
    assert weighed.notice_hours == hours


@given(st.lists(DAYS, min_size=1, max_size=6), DAYS)
def test_a_notice_is_never_negative_and_only_of_a_date_that_was_missed(days, came):
    dates = [
        Shown(day_window(day), "predicted", None, at(MONDAY) + timedelta(hours=n))
        for n, day in enumerate(days)
    ]

    weighed = weigh(dates, came, zone=ZONE)

    assert (weighed.notice_hours is None) == weighed.kept_first == (days[0] >= came)
    assert weighed.notice_hours is None or weighed.notice_hours >= 0
    assert weighed.kept_latest == (days[-1] >= came)
