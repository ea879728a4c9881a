from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.make import (
    FRIDAY,
    MONDAY,
    SUNDAY,
    TUESDAY,
    WEDNESDAY,
    at,
    bare,
    day_window,
    scan,
    shipment,
    stamp,
)

from track_service.core.cadence import (
    Urgency,
    after_failure,
    first_poll,
    next_poll,
    urgency,
)
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Stamp

S = Status
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def wait(parcel, now, **how):
    """How long until the next question, without jitter; None for never."""
    how = {"zone": ZONE, "jitter": 0.5} | how
    due = next_poll(parcel, now=now, **how)
    return None if due is None else due - now


def parcel(status, sub=None, when=None, **fields):
    return shipment(scan(status, sub, when), **fields)


def test_a_parcel_out_for_delivery_is_asked_for_every_half_hour():
    out = parcel(S.OUT_FOR_DELIVERY, when=stamp(TUESDAY, 8))

    assert wait(out, at(TUESDAY, 11)) == pytest.approx(30 * MINUTE, abs=5 * MINUTE)


def test_silence_makes_us_ask_less_and_a_scan_often_again():
    moving = parcel(S.IN_TRANSIT, when=stamp(MONDAY, 6))
    waits = [wait(moving, at(MONDAY, 8) + n * HOUR) for n in (0, 24, 48, 96, 200)]
    fresh = shipment(*moving.events, scan(S.IN_TRANSIT, when=stamp(SUNDAY, 8)))

    assert waits == sorted(waits)
    assert waits[0] < 2 * HOUR
    assert waits[-1] == DAY
    assert wait(fresh, at(SUNDAY, 8)) < 2 * HOUR


def test_after_a_departure_there_is_time():
    driving = parcel(S.IN_TRANSIT, "departed_facility", stamp(MONDAY, 10))
    arrived = parcel(S.IN_TRANSIT, "arrived_at_facility", stamp(MONDAY, 10))

    assert wait(driving, at(MONDAY, 10)) > wait(arrived, at(MONDAY, 10))


def test_at_the_depot_the_morning_is_awaited():
    depot = parcel(S.IN_TRANSIT, "at_delivery_depot", stamp(MONDAY, 18))

    assert wait(depot, at(MONDAY, 19)) > 3 * HOUR
    assert wait(depot, at(TUESDAY, 7)) < 1.5 * HOUR


def test_night_is_slower_unless_out_for_delivery():
    def waits(status, hour):
        return wait(parcel(status, when=stamp(MONDAY, hour)), at(MONDAY, hour))

    assert waits(S.RETURNING, 0) > waits(S.RETURNING, 10)
    assert waits(S.OUT_FOR_DELIVERY, 0) == waits(S.OUT_FOR_DELIVERY, 10)


def test_the_hours_are_those_where_the_parcel_is():
    there = parcel(S.INFO_RECEIVED, when=stamp(MONDAY, 15))
    here = parcel(S.INFO_RECEIVED, when=bare(MONDAY, 15))
    denver = ZoneInfo("America/Denver")

    assert wait(there, at(MONDAY, 16), zone=denver) == wait(there, at(MONDAY, 16))
    assert wait(here, at(MONDAY, 16), zone=denver) > wait(here, at(MONDAY, 16))


def test_before_any_scan_the_first_one_is_awaited_in_the_afternoon():
    new = shipment()

    assert wait(new, at(MONDAY, 15)) < wait(new, at(TUESDAY, 0))


def test_the_day_that_is_due_is_asked_for_more_often():
    moving = parcel(S.IN_TRANSIT, when=stamp(TUESDAY, 9))
    promised = replace(moving, promised_on=TUESDAY)
    windowed = replace(promised, window=day_window(WEDNESDAY))

    usual = wait(moving, at(TUESDAY, 9))
    assert wait(promised, at(TUESDAY, 9)) < usual
    assert wait(windowed, at(TUESDAY, 9)) == usual


def test_while_a_shopper_looks_we_ask_within_minutes():
    moving = parcel(S.IN_TRANSIT, when=stamp(MONDAY, 6))
    now = at(WEDNESDAY, 8)

    looked = replace(moving, viewed_at=now - 10 * MINUTE)
    left = replace(moving, viewed_at=now - 11 * MINUTE)

    assert 5 * MINUTE <= wait(looked, now) <= 10 * MINUTE
    assert wait(left, now) == wait(moving, now) > HOUR


@pytest.mark.parametrize(
    ("meaning", "days"),
    [
        pytest.param(Meaning(S.DELIVERED), 7, id="delivered"),
        pytest.param(Meaning(S.RETURNED), 3, id="returned"),
        pytest.param(Meaning(S.CANCELLED), 3, id="cancelled"),
        pytest.param(Meaning(S.EXCEPTION, "lost"), 30, id="lost"),
    ],
)
def test_an_end_is_watched_daily_and_then_no_more(meaning, days):
    ended = shipment(replace(scan(S.IN_TRANSIT), meaning=meaning))
    last = at(MONDAY, 12) + days * DAY

    assert wait(ended, at(MONDAY, 13)) == DAY
    assert wait(ended, last - MINUTE) == DAY
    assert wait(ended, last) is None


def test_a_delivery_is_not_asked_for_more_often_by_looking_at_it():
    seen = parcel(S.DELIVERED, viewed_at=at(MONDAY, 13))

    assert wait(seen, at(MONDAY, 13)) == DAY


def test_thirty_days_of_silence_end_the_asking_until_somebody_looks():
    silent = parcel(S.IN_TRANSIT, when=stamp(MONDAY, 12))
    now = at(MONDAY, 12) + 30 * DAY

    assert wait(silent, now - MINUTE) == DAY
    assert wait(silent, now) is None
    assert wait(replace(silent, viewed_at=now), now) < 10 * MINUTE


def test_where_the_carrier_pushes_polling_is_a_daily_safety_net():
    out = parcel(S.OUT_FOR_DELIVERY, when=stamp(TUESDAY, 8), viewed_at=at(TUESDAY, 9))

    assert wait(out, at(TUESDAY, 9), pushed=True) == DAY


def test_jitter_moves_the_wait_by_a_tenth_either_way():
    done = parcel(S.DELIVERED)

    assert wait(done, at(MONDAY, 13), jitter=0) == 0.9 * DAY
    assert wait(done, at(MONDAY, 13), jitter=1) == 1.1 * DAY


@pytest.mark.parametrize("status", [s for s in Status if not s.is_final])
def test_every_condition_has_its_rhythm(status):
    event = scan(S.IN_TRANSIT, when=stamp(MONDAY))
    of = shipment(replace(event, meaning=Meaning(status)), meaning=Meaning(status))

    assert 10 * MINUTE <= wait(of, at(MONDAY, 13)) <= DAY


@given(
    st.sampled_from(sorted(Status)),
    st.integers(0, 40 * 24 * 60),
    st.floats(0, 1),
    st.booleans(),
)
def test_the_next_question_is_never_at_once_and_never_far(status, age, jitter, looked):
    now = at(MONDAY) + age * MINUTE
    event = replace(scan(S.IN_TRANSIT, when=stamp(MONDAY)), meaning=Meaning(status))
    of = shipment(event, viewed_at=now if looked else None)

    due = wait(of, now, jitter=jitter)

    assert due is None or 5 * MINUTE <= due <= 1.1 * DAY


def test_failures_are_waited_out_longer_and_longer():
    waits = [after_failure(n, now=at(MONDAY), jitter=0.5) - at(MONDAY) for n in (1, 2, 3, 7, 8, 99)]  # fmt: skip

    assert waits == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 320 * MINUTE, 6 * HOUR, 6 * HOUR]  # fmt: skip
    assert after_failure(1, now=at(MONDAY), jitter=0) == at(MONDAY) + 4.5 * MINUTE


def test_the_carriers_own_delay_is_respected():
    now = at(MONDAY)

    assert after_failure(1, now=now, jitter=1, retry_after=HOUR) == now + HOUR
    assert after_failure(9, now=now, jitter=0.5, retry_after=HOUR) == now + 6 * HOUR


@pytest.mark.parametrize(
    ("of", "level"),
    [
        pytest.param(parcel(S.OUT_FOR_DELIVERY), Urgency.NOW, id="out for delivery"),
        pytest.param(parcel(S.ATTEMPT_FAILED), Urgency.NOW, id="failed attempt"),
        pytest.param(
            parcel(S.IN_TRANSIT, promised_on=MONDAY), Urgency.NOW, id="due today"
        ),
        pytest.param(
            parcel(S.IN_TRANSIT, viewed_at=at(MONDAY, 13)), Urgency.NOW, id="looked at"
        ),
        pytest.param(parcel(S.IN_TRANSIT), Urgency.SOON, id="on the way"),
        pytest.param(shipment(), Urgency.SOON, id="first scan expected"),
        pytest.param(parcel(S.DELIVERED), Urgency.LATER, id="delivered"),
        pytest.param(parcel(S.EXCEPTION, "lost"), Urgency.LATER, id="lost"),
        pytest.param(
            parcel(S.RETURNING, promised_on=MONDAY), Urgency.SOON, id="going back"
        ),
    ],
)
def test_who_goes_first(of, level):
    assert urgency(of, now=at(MONDAY, 13), zone=ZONE) is level


def test_the_silent_come_last():
    silent = parcel(S.IN_TRANSIT, when=Stamp.day(MONDAY))

    assert urgency(silent, now=at(FRIDAY), zone=ZONE) is Urgency.LATER


@pytest.mark.parametrize("status", [S.DELIVERED, S.RETURNED, S.CANCELLED])
def test_a_past_parcel_that_has_ended_is_not_asked_for_again(status):
    when = at(MONDAY)

    assert wait(parcel(status, when=stamp(MONDAY)), when) is not None
    assert wait(parcel(status, when=stamp(MONDAY), quiet=True), when) is None


def test_a_past_parcel_that_its_carrier_does_not_know_is_not_asked_for_again():
    assert wait(shipment(quiet=True), at(MONDAY)) is None


def test_a_past_parcel_is_followed_while_it_is_on_its_way_after_all_others():
    past = parcel(S.OUT_FOR_DELIVERY, when=stamp(MONDAY), quiet=True)

    assert wait(past, at(MONDAY)) is not None
    assert urgency(past, now=at(MONDAY), zone=ZONE) is Urgency.LATER


@pytest.mark.parametrize(
    ("days", "asked"), [pytest.param(90, True, id="known"), (91, False), (None, False)]
)
def test_a_past_parcel_is_asked_for_as_long_as_carriers_know_it(days, asked):
    now = at(MONDAY)
    day = None if days is None else (now - days * DAY).date()
    past = shipment(shipped_on=day, quiet=True)

    assert (first_poll(past, now=now) == now) is asked
    assert first_poll(replace(past, quiet=False), now=now) == now
