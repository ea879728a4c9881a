"""Good news: each step once, none that was passed before the parcel was given to us."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.make import (
    HANOI,
    MONDAY,
    SUNDAY,
    TUESDAY,
    at,
    brand,
    scan,
    shipment,
    stamp,
)

from track_service.core.delay import Concern, ConcernKind
from track_service.core.news import news
from track_service.core.rules import EVENTS, read
from track_service.core.status import Status
from track_service.core.tracking import Stamp

ALL = read({"events": dict.fromkeys(EVENTS, True)})
STALLED = Concern(ConcernKind.STALLED, "silent:2026-03-03", at(TUESDAY))
NOW = at(TUESDAY, 20)


def parcel(*events, rules=ALL, email="a@x.example", **fields):
    return shipment(*events, brand=brand(rules=rules), email=email, **fields)


def told(before, after, *ended, heard=()):
    found = news(before, after, ended, heard=heard, now=NOW, zone=HANOI)
    return [notice.cause for notice in found]


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (Status.PICKED_UP, "shipped"),
        (Status.IN_TRANSIT, "shipped"),
        (Status.OUT_FOR_DELIVERY, "out_for_delivery"),
        (Status.AVAILABLE_FOR_PICKUP, "available_for_pickup"),
        (Status.DELIVERED, "delivered"),
        (Status.RETURNED, "returned"),
    ],
)
def test_a_step_is_told_when_it_is_reached(status, step):
    after = parcel(scan(status, when=stamp(TUESDAY)))

    assert told(parcel(), after) == [f"{step}:{step}"]
    assert told(after, after) == []
    assert told(parcel(), after, heard={f"{step}:{step}"}) == []


def test_a_step_that_the_rules_leave_out_is_not_told():
    rules = read({"events": {"delivered": False}})
    after = parcel(scan(Status.DELIVERED, when=stamp(TUESDAY)), rules=rules)

    assert told(parcel(), after) == []


def test_back_at_the_depot_is_not_shipped_once_more():
    out = parcel(scan(Status.OUT_FOR_DELIVERY, when=stamp(TUESDAY, 8)))
    back = parcel(*out.events, scan(Status.IN_TRANSIT, when=stamp(TUESDAY, 18)))

    assert told(out, back) == []


def test_no_step_is_told_that_was_passed_before_the_parcel_was_given_to_us():
    before = parcel(scan(Status.PICKED_UP, when=stamp(SUNDAY.replace(day=1))))

    assert told(parcel(), before) == []


def test_a_step_without_a_time_is_told_only_if_it_was_not_there_at_the_first_look():
    after = parcel(scan(Status.DELIVERED, stamp=None))

    assert told(parcel(seen_at=None), after) == []
    assert told(parcel(seen_at=at(MONDAY)), after) == ["delivered:delivered"]


def test_that_it_moves_again_hears_who_heard_that_it_stood_still():
    moving = parcel(scan(Status.IN_TRANSIT, when=stamp(TUESDAY)))
    heard = {"stalled:silent:2026-03-03"}

    assert told(moving, moving, STALLED, heard=heard) == [
        "moving_again:stalled:silent:2026-03-03"
    ]
    assert told(moving, moving, STALLED) == []
    again = {*heard, "moving_again:stalled:silent:2026-03-03"}
    assert told(moving, moving, STALLED, heard=again) == []


def test_a_step_says_that_it_moves_again():
    moving = parcel(scan(Status.IN_TRANSIT, when=stamp(MONDAY)))
    come = parcel(*moving.events, scan(Status.DELIVERED, when=stamp(TUESDAY)))

    heard = {"stalled:silent:2026-03-03"}
    assert told(moving, come, STALLED, heard=heard) == ["delivered:delivered"]


@pytest.mark.parametrize("fields", [{"quiet": True}, {"email": None}])
def test_nobody_hears_of_a_past_order_or_without_an_address(fields):
    after = parcel(scan(Status.DELIVERED, when=stamp(TUESDAY)), **fields)

    assert told(replace(after, events=(), meaning=parcel().meaning), after) == []


scans = st.lists(
    st.builds(
        lambda status, hour, timed: scan(
            status, stamp=stamp(MONDAY, hour) if timed else None
        ),
        st.sampled_from([s for s in Status if s is not Status.UNKNOWN]),
        st.integers(0, 23),
        st.booleans(),
    ),
    max_size=8,
)


@given(scans, st.randoms(use_true_random=False))
def test_in_any_order_of_scans_each_step_is_told_at_most_once(events, random):
    random.shuffle(events)
    heard, before = [], parcel()
    for n in range(len(events) + 1):
        after = parcel(*events[:n], seen_at=at(MONDAY, 9))
        heard += told(before, after, STALLED, heard=heard)
        before = after

    assert len(heard) == len(set(heard))


@given(scans)
def test_nothing_that_has_a_time_before_import_is_told(events):
    timed = [e for e in events if isinstance(e.stamp, Stamp)]
    after = parcel(*timed, created_at=at(TUESDAY))

    assert told(parcel(created_at=at(TUESDAY)), after) == []
