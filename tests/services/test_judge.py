"""What time alone changes, and what a carrier's answer makes of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from tests.conftest import NOW
from tests.make import (
    a_parcel,
    a_tracking,
    an_event,
    an_order,
    held_of,
    missed,
    no_tracking,
    seen,
)

from track_service.core.parcel import Customer
from track_service.core.status import Status
from track_service.core.tracking import Stamp, Trouble, Window
from track_service.services import look
from track_service.services.erase import erase
from track_service.services.judge import judge_due
from track_service.store import brands, shipments

PROMISED = NOW.date() + timedelta(days=1)
HOUR = timedelta(hours=1)
MOVING = a_tracking(an_event(Status.IN_TRANSIT, at=NOW - HOUR, city="Bonn"))
NOTICES = "SELECT kind, audience, channel, state FROM notice ORDER BY id"
LATE = "SELECT COUNT(*), COUNT(cleared_at) FROM concern WHERE kind = 'late'"


@pytest.fixture
def parcel(of, brand):
    return a_parcel(of, brand, promised_on=PROMISED)


def settled(of):
    """Judge until nothing is due."""
    while judge_due(of.desk):
        pass


def test_a_promise_that_passes_is_at_risk_until_the_carrier_was_seen(
    of, parcel, hands, rows
):
    seen(of, parcel, MOVING)
    hands.forward(days=2)

    settled(of)

    now = held_of(of, parcel).shipment
    assert now.promise_state == "at_risk"
    assert now.version == 3
    assert rows(LATE) == [(0, 0)]


def test_a_parcel_is_late_once_and_its_notice_is_owed_with_that(
    of, parcel, hands, rows
):
    seen(of, parcel, MOVING)
    hands.forward(days=2)

    for _ in range(3):
        seen(of, parcel, MOVING)
        settled(of)
        hands.forward(hours=3)

    assert held_of(of, parcel).shipment.promise_state == "late"
    assert rows(LATE) == [(1, 0)]
    assert rows(NOTICES) == [("late", "shopper", "email", "owed")]


def test_while_we_are_blind_nothing_becomes_late(of, parcel, hands, rows):
    seen(of, parcel, MOVING)
    hands.forward(days=3)

    missed(of, parcel, Trouble.AUTH, times=2)
    settled(of)

    assert rows(LATE) == [(0, 0)]
    assert rows(NOTICES) == []


def test_blind_weeks_count_for_no_standstill_and_what_is_seen_after_them_does(
    of, parcel, hands, rows
):
    stalled = "SELECT opened_at FROM concern WHERE kind = 'stalled'"
    seen(of, parcel, MOVING)
    hands.forward(days=14)
    missed(of, parcel, Trouble.AUTH, times=2)

    seen(of, parcel, MOVING)
    settled(of)
    first = held_of(of, parcel).shipment

    assert (first.motion_state, rows(stalled)) == ("moving", [])
    assert first.blind == ((NOW, hands.at),)
    for _ in range(7):
        hands.forward(days=1)
        seen(of, parcel, MOVING)
    now = held_of(of, parcel).shipment
    assert (now.motion_state, len(rows(stalled))) == ("stalled", 1)
    assert now.blind == first.blind


def test_a_carrier_that_knows_nothing_of_a_parcel_was_asked_with_success(
    of, parcel, hands, rows
):
    hands.forward(days=2)

    seen(of, parcel, no_tracking(Trouble.NOT_FOUND))

    assert rows(LATE) == [(1, 0)]


def test_a_concern_that_ended_is_cleared_and_opens_anew_untold(of, parcel, hands, rows):
    hands.forward(days=2)
    arrived = a_tracking(
        *MOVING.events, an_event(Status.DELIVERED, at=NOW + 47 * HOUR, city="Kiel")
    )
    states = []

    for told in (MOVING, arrived, MOVING):
        seen(of, parcel, told)
        states.append(rows(LATE)[0])
        hands.forward(hours=1)

    assert states == [(1, 0), (1, 1), (1, 0)]
    assert rows(NOTICES) == [("late", "shopper", "email", "owed")]


def test_a_lesser_concern_is_told_when_the_greater_has_ended(
    of, made, hands, rows, brand
):
    """Ops hear of both at once; that they did is no reason to leave the shopper out."""
    told_ops = replace(brand, ops_urls=("json://ops.example",))
    with of.database.write() as session:
        brands.change(session, told_ops)
        session.commit()
    parcel = a_parcel(of, brand, promised_on=PROMISED)
    hands.forward(days=2)
    held = an_event(Status.EXCEPTION, "held", at=hands.at - HOUR, city="Bonn")

    seen(of, parcel, a_tracking(*MOVING.events, held))
    hands.forward(hours=2)
    moves = an_event(Status.IN_TRANSIT, at=hands.at - HOUR, city="Kiel")
    seen(of, parcel, a_tracking(*MOVING.events, held, moves))

    shoppers = "SELECT kind FROM notice WHERE audience = 'shopper' ORDER BY id"
    ops = "SELECT kind FROM notice WHERE audience = 'ops' ORDER BY kind"
    assert rows(shoppers) == [("on_hold",), ("late",)]
    assert rows(ops) == [("late",), ("on_hold",)]


def test_every_date_that_is_shown_enters_the_ledger_once(of, parcel, hands, rows):
    day = Window(Stamp.day(PROMISED), Stamp.day(PROMISED))
    later = Stamp.day(PROMISED + timedelta(days=2))

    for window in (day, day, None, Window(later, later), None):
        seen(of, parcel, a_tracking(*MOVING.events, window=window))
        hands.forward(hours=1)

    assert rows("SELECT source, until FROM promise ORDER BY id") == [
        ("merchant", f"{PROMISED}/day"),
        ("carrier", f"{PROMISED}/day"),
        ("carrier", f"{PROMISED + timedelta(days=2)}/day"),
    ]
    assert held_of(of, parcel).shipment.window == Window(later, later)


def test_a_judgement_by_time_leaves_the_asking_alone(of, parcel, hands, rows):
    seen(of, parcel, MOVING)
    before = rows("SELECT * FROM poll ORDER BY shipment_id")
    hands.forward(days=2)

    settled(of)

    assert rows("SELECT * FROM poll ORDER BY shipment_id") == before


@pytest.mark.postgres
def test_two_workers_never_judge_the_same_parcels(of, brand):
    made = {a_parcel(of, brand, number=f"N{n}").id for n in range(4)}
    with of.database.write() as other:
        first = shipments.due_for_judgement(other, now=NOW, limit=2)

        with of.database.write() as mine:
            mine.execute(text("SET LOCAL lock_timeout = '3s'"))  # fail, do not hang
            second = shipments.due_for_judgement(mine, now=NOW, limit=9)

        assert judge_due(of.desk) == len(second)
        other.commit()
    assert set(first).isdisjoint(second)
    assert made <= {*first, *second}
    assert judge_due(of.desk) == len(first) == 2


def test_silence_is_noticed_though_nobody_answers(of, parcel, hands):
    for _ in range(8):
        seen(of, parcel, MOVING)
        hands.forward(days=1)

    assert held_of(of, parcel).shipment.motion_state == "stalled"


def test_an_erased_parcel_is_not_judged(of, brand, parcel, hands, rows):
    with of.database.write() as session:
        erase(session, brand.id, parcel.public_id, now=NOW)
        session.commit()
    hands.forward(days=9)

    settled(of)

    gone = "SELECT judge_after, version FROM shipment WHERE id = :id"
    assert rows(gone, id=parcel.id) == [(None, 2)]


def test_nothing_new_is_no_new_version(of, parcel, hands):
    first = seen(of, parcel, MOVING)
    hands.forward(minutes=30)

    second = seen(of, parcel, MOVING)

    assert second.version == first.version
    assert second.seen_at == hands.at


def test_a_condition_stated_without_a_scan_is_kept_without_a_time(of, parcel):
    now = seen(of, parcel, a_tracking(status=Status.DELIVERED))

    assert now.meaning.status == "delivered"
    assert [event.stamp for event in now.events] == [None]


def test_an_answer_that_says_nothing_leaves_the_status(of, parcel):
    now = seen(of, parcel, a_tracking())

    assert (now.meaning.status, now.meaning.sub) == ("pending", "no_info")


def test_what_is_stated_beside_unknown_scans_decides(of, parcel):
    strange = an_event(Status.UNKNOWN, at=NOW, code="?")

    now = seen(of, parcel, a_tracking(strange, status=Status.OUT_FOR_DELIVERY))

    assert now.meaning.status == "out_for_delivery"


def test_a_parcel_that_ended_is_watched_for_days_then_left(of, brand, hands, rows):
    parcel = a_parcel(of, brand, order=an_order(customer=Customer()))
    arrived = an_event(Status.DELIVERED, at=NOW - HOUR, city="Bonn")
    seen(of, parcel, a_tracking(arrived))
    due = "SELECT poll_after FROM poll WHERE shipment_id = :id"
    assert rows(due, id=parcel.id)[0][0] is not None

    hands.forward(days=8)
    now = seen(of, parcel, a_tracking(arrived))

    assert rows(due, id=parcel.id) == [(None,)]
    assert now.paused_at == hands.at
    assert look.by_time(held_of(of, parcel), of.desk.eye()).poll_after is None
