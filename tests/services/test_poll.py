"""A poll from end to end: real adapters, faked HTTP, both databases."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from tests import wire
from tests.conftest import NOW
from tests.dump import everything
from tests.make import a_parcel, held_of

from track_service.carriers.base import Wanted, failed
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Stamp, Tracking, Trouble
from track_service.services.ask import by_parcel
from track_service.services.erase import erase
from track_service.services.poll import poll_due, poll_one
from track_service.store import figures, polling, raw

HOUR = timedelta(hours=1)
NUMBER = "1Z5R89390357567127"


def two_scans():
    return (
        wire.ups_scan(wire.DEPARTED, NOW - HOUR),
        wire.ups_scan(wire.ORIGIN, NOW - 2 * HOUR, words="Origin Scan"),
    )


def test_a_due_parcel_is_asked_for_and_all_that_was_told_is_recorded(
    of, brand, answers, rows
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    wire.ups_token(answers)
    wire.ups_says(answers, NUMBER, *two_scans(), expected=NOW + timedelta(days=3))

    assert poll_due(of.desk, "ups") == 1
    assert poll_due(of.desk, "ups") == 0

    now = held_of(of, parcel).shipment
    assert [(e.meaning.status, e.meaning.sub, e.stamp.at) for e in now.events] == [
        ("picked_up", "accepted", NOW - 2 * HOUR),
        ("in_transit", "departed_facility", NOW - HOUR),
    ]
    assert (now.meaning.status, now.meaning.sub) == ("in_transit", "departed_facility")
    assert now.window.until == Stamp.day((NOW + timedelta(days=3)).date())
    assert (now.asked_at, now.seen_at, now.trouble) == (NOW, NOW, None)
    assert now.version == parcel.version + 1
    assert rows("SELECT source, reason FROM promise") == [
        ("carrier", "departed_facility")
    ]
    assert of.counters.total("track_polls", carrier="ups", result="ok") == 1
    assert of.counters.total("track_scans", carrier="ups", status="in_transit") == 1


def test_the_next_question_follows_from_what_was_told(of, brand, answers, rows):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    wire.ups_token(answers)
    wire.ups_says(answers, NUMBER, *two_scans())

    poll_due(of.desk, "ups")

    (row,) = rows("SELECT * FROM poll WHERE shipment_id = :id", id=parcel.id)
    wait = _instant(row.poll_after) - NOW
    assert timedelta(minutes=10) < wait < timedelta(hours=3)
    assert (row.leased_until, row.failures, row.urgency) == (None, 0, 1)


def test_the_raw_answer_is_kept_where_nobody_can_read_it(of, brand, answers):
    a_parcel(of, brand, carrier="ups", number=NUMBER)
    wire.ups_token(answers)
    wire.ups_says(answers, NUMBER, *two_scans(), signature="Quite Unlikely")

    poll_due(of.desk, "ups")

    stored = everything(of)
    assert NUMBER.encode() in stored
    assert b"Quite Unlikely" not in stored
    assert b"mai@shopper.example" not in stored
    with of.database.read() as session:
        (raw_id,) = raw.ids(session, "ups")
        kept = raw.get(session, raw_id)
    assert b"Quite Unlikely" in kept.answer.body
    assert (kept.answer.status, kept.push) == (200, False)


def test_one_call_asks_for_several_numbers(of, brand, answers):
    numbers = ("740561073812", "740561073813", "740561073814")
    one, other, nobody = (
        a_parcel(of, brand, carrier="fedex", number=n) for n in numbers
    )
    wire.fedex_token(answers)
    scans = ("DP", NOW - HOUR, "Memphis"), ("PU", NOW - 3 * HOUR, "Austin")
    body = wire.fedex_body(
        {
            numbers[0]: [wire.fedex_result(numbers[0], *scans)],
            numbers[1]: [wire.fedex_result(numbers[1], *scans[1:])],
            numbers[2]: [wire.fedex_unknown(numbers[2])],
        }
    )
    answers.post(wire.FEDEX, json=body)

    assert poll_due(of.desk, "fedex") == 3

    assert held_of(of, one).shipment.meaning.status == "in_transit"
    assert held_of(of, other).shipment.meaning.status == "picked_up"
    unknown = held_of(of, nobody).shipment
    assert (unknown.meaning.status, unknown.trouble) == ("pending", "not_found")
    assert (unknown.seen_at, unknown.failures) == (NOW, 0)
    with of.database.read() as session:
        kept = raw.get(session, raw.ids(session)[0])
    assert sorted(kept.shipment_ids) == [one.id, other.id, nobody.id]


def test_a_number_missing_from_a_batch_is_asked_for_again_later(
    of, brand, answers, rows
):
    numbers = ("740561073812", "740561073813")
    one, missing = (a_parcel(of, brand, carrier="fedex", number=n) for n in numbers)
    wire.fedex_token(answers)
    told = wire.fedex_result(numbers[0], ("PU", NOW - HOUR, "Austin"))
    answers.post(wire.FEDEX, json=wire.fedex_body({numbers[0]: [told]}))

    assert poll_due(of.desk, "fedex") == 2

    assert held_of(of, one).shipment.trouble is None
    parcel = held_of(of, missing).shipment
    assert (parcel.trouble, parcel.failures, parcel.seen_at) == ("bad_answer", 1, None)
    (row,) = rows("SELECT * FROM poll WHERE shipment_id = :id", id=missing.id)
    assert _instant(row.poll_after) == NOW + timedelta(minutes=5)
    assert of.counters.total("track_polls", carrier="fedex", result="bad_answer") == 1


def test_of_a_number_used_twice_the_parcel_that_moved_last_is_ours(of, brand, answers):
    number = "740561073812"
    parcel = a_parcel(of, brand, carrier="fedex", number=number)
    wire.fedex_token(answers)
    years_ago = wire.fedex_result(number, ("DL", NOW - 700 * 24 * HOUR, "Miami"))
    ours = wire.fedex_result(number, ("PU", NOW - HOUR, "Austin"), unique="2")
    answers.post(wire.FEDEX, json=wire.fedex_body({number: [years_ago, ours]}))

    poll_due(of.desk, "fedex")

    now = held_of(of, parcel).shipment
    assert [event.place.city for event in now.events] == ["Austin"]
    assert now.meaning.status == "picked_up"


@pytest.mark.parametrize("asked_for", ["ITEM", "SHIPMENT"])
def test_a_shipment_of_several_pieces_has_arrived_with_the_last_of_them(asked_for):
    def piece(status, at):
        return Tracking("ITEM", (Event(Stamp.aware(at), Meaning(status)),))

    label = piece(Status.INFO_RECEIVED, NOW - 2 * HOUR)
    arrived = piece(Status.DELIVERED, NOW - HOUR)
    open_piece = piece(Status.IN_TRANSIT, NOW - 48 * HOUR)
    before = piece(Status.IN_TRANSIT, NOW - 700 * 24 * HOUR)

    def ours(*readings):
        return by_parcel({1: Wanted(asked_for)}, readings)[0][1]

    assert ours(arrived, open_piece, label) is open_piece
    assert ours(open_piece, arrived) is open_piece
    assert ours(before, label, arrived) is arrived


def test_beside_a_parcel_without_a_number_nothing_is_known_of_those_not_named():
    told = [Tracking("A"), failed(Trouble.BAD_ANSWER, "no number")]
    asked_for = {1: Wanted("A"), 2: Wanted("B")}

    seen, missed = by_parcel(asked_for, told, rest=Trouble.NOT_FOUND)

    assert seen == {1: told[0]}
    assert missed == {2: Trouble.BAD_ANSWER}


def test_a_carrier_of_one_number_a_call_and_a_budget_is_asked_for_one(
    of, brand, answers, hands
):
    parcels = [
        a_parcel(of, brand, carrier="dhl_unified", number=f"JD00{n}") for n in (1, 2)
    ]
    wire.dhl_says(answers, "JD001", ("transit", NOW - HOUR, "Bonn"))
    wire.dhl_says(answers, "JD002", ("delivered", NOW - HOUR, "Kiel"))

    assert poll_due(of.desk, "dhl_unified") == 1
    hands.forward(seconds=10)
    assert poll_due(of.desk, "dhl_unified") == 1
    hands.forward(seconds=10)
    assert poll_due(of.desk, "dhl_unified") == 0

    told = [held_of(of, parcel).shipment for parcel in parcels]
    assert [p.meaning.status for p in told] == ["in_transit", "delivered"]
    assert told[1].delivered_at.at == NOW - HOUR


def test_a_call_that_nothing_was_due_for_goes_back_to_the_budget(of, rows):
    assert poll_due(of.desk, "dhl_unified") == 0

    assert rows("SELECT * FROM account") == []


def test_nothing_is_locked_while_a_carrier_is_waited_for(of, brand, answers):
    a_parcel(of, brand, carrier="ups", number=NUMBER)
    wire.ups_token(answers)
    written = []

    def answer(_request):
        with of.database.write() as session:  # would wait for the lock, then fail
            if of.settings.database_url.startswith("sqlite"):
                session.execute(text("PRAGMA busy_timeout = 0"))
            session.execute(text("UPDATE shipment SET version = version + 1"))
            session.commit()
        written.append(True)
        return 200, {}, json.dumps(wire.ups_body(NUMBER, *two_scans()))

    answers.add_callback("GET", wire.ups_url(NUMBER), callback=answer)

    assert poll_due(of.desk, "ups") == 1
    assert written == [True]


def test_a_code_no_table_holds_is_kept_counted_listed_and_moves_nothing(
    of, brand, answers
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    wire.ups_token(answers)
    strange = wire.ups_scan(wire.NEVER_HEARD_OF, NOW - HOUR, words="Something new")
    wire.ups_says(answers, NUMBER, strange, two_scans()[1])

    poll_due(of.desk, "ups")

    now = held_of(of, parcel).shipment
    assert now.meaning.status == "picked_up"
    unknown = now.events[-1]
    assert (unknown.meaning.status, unknown.code) == ("unknown", "QQ")
    assert unknown.description == "Something new"
    assert of.counters.total("track_scans", carrier="ups", status="unknown") == 1
    with of.database.read() as session:
        (listed,) = figures.unknown_codes(session)
    assert (listed.carrier, listed.code, listed.scans) == ("ups", "QQ", 1)
    assert (listed.description, listed.last_seen_at) == ("Something new", NOW)


def test_a_scan_taken_back_is_marked_and_stands_again_when_told_again(
    of, brand, answers, rows, hands
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    newer, older = two_scans()
    wire.ups_token(answers)
    for scans in ((newer, older), (older,), (newer, older)):
        wire.ups_says(answers, NUMBER, *scans)
    marks = "SELECT withdrawn_at IS NOT NULL FROM event ORDER BY stamp"

    seen = []
    for _ in range(3):
        poll_one(of.desk, parcel.id)
        hands.forward(hours=2)
        marked = [bool(mark) for (mark,) in rows(marks)]
        seen.append((marked, held_of(of, parcel).shipment.meaning.status))

    assert seen == [
        ([False, False], "in_transit"),
        ([False, True], "picked_up"),
        ([False, False], "in_transit"),
    ]


def test_a_delivery_that_was_taken_back_has_no_date_any_more(of, brand, answers, hands):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    wire.ups_token(answers)
    delivered = wire.ups_scan(wire.DELIVERED, NOW - HOUR / 2)
    wire.ups_says(answers, NUMBER, delivered, *two_scans())
    wire.ups_says(answers, NUMBER, *two_scans())

    first = poll_one(of.desk, parcel.id).shipment
    hands.forward(seconds=1)
    second = poll_one(of.desk, parcel.id).shipment

    assert first.delivered_at.at == NOW - HOUR / 2
    assert (second.meaning.status, second.delivered_at) == ("in_transit", None)


def test_a_parcel_erased_while_it_is_asked_for_leaves_nothing_behind(
    of, brand, answers, rows
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    wire.ups_token(answers)

    def answer(_request):
        with of.database.write() as session:
            assert erase(session, brand.id, parcel.public_id, now=NOW)
            session.commit()
        return 200, {}, json.dumps(wire.ups_body(NUMBER, *two_scans()))

    answers.add_callback("GET", wire.ups_url(NUMBER), callback=answer)

    assert poll_due(of.desk, "ups") == 1

    assert rows("SELECT * FROM event") == []
    assert rows("SELECT * FROM raw_answer") == []
    (row,) = rows("SELECT * FROM poll WHERE shipment_id = :id", id=parcel.id)
    assert (row.poll_after, row.leased_until, row.asked_at) == (None, None, None)


def test_a_question_that_fails_for_an_erased_parcel_leaves_nothing_behind(
    of, brand, answers, rows
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    wire.ups_token(answers)

    def answer(_request):
        with of.database.write() as session:
            erase(session, brand.id, parcel.public_id, now=NOW)
            session.commit()
        return 200, {}, f"<html>no {NUMBER} here</html>"

    answers.add_callback("GET", wire.ups_url(NUMBER), callback=answer)

    assert poll_one(of.desk, parcel.id) is None

    assert rows("SELECT * FROM raw_answer") == []
    asked = "SELECT asked_at, failures FROM poll WHERE shipment_id = :id"
    assert rows(asked, id=parcel.id) == [(None, 0)]


def test_an_erased_parcel_is_not_asked_for(of, brand):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    with of.database.write() as session:
        ids = polling.claim_due(session, "ups", now=NOW, wall=NOW, limit=9)
        erase(session, brand.id, parcel.public_id, now=NOW)
        session.commit()

    assert ids == [parcel.id]
    assert poll_due(of.desk, "ups") == 0
    assert poll_one(of.desk, parcel.id) is None


def test_one_parcel_is_asked_for_at_once_though_it_is_not_due(
    of, brand, answers, hands
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    wire.ups_token(answers)
    wire.ups_says(answers, NUMBER, *two_scans())
    poll_due(of.desk, "ups")
    hands.forward(seconds=1)

    outcome = poll_one(of.desk, parcel.id)

    assert outcome.shipment.meaning.status == "in_transit"
    assert outcome.change.added == ()


@pytest.mark.parametrize("carrier", ["viettelpost", "usps"])
def test_who_cannot_be_asked_is_not_asked(of, brand, carrier):
    """Viettel Post only tells; of USPS there is no account here."""
    parcel = a_parcel(of, brand, carrier=carrier, number="VT0001")

    assert poll_one(of.desk, parcel.id) is None
    assert poll_one(of.desk, 999_999) is None


def _instant(value):
    """What a database gives for an instant without the column's type."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if value.tzinfo else value.replace(tzinfo=UTC)
