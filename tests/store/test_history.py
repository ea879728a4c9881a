"""Outcomes are written whole, many at once, and once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from tests import wire
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, an_order, held_of, seen

from track_service.core.parcel import Customer
from track_service.core.status import Status
from track_service.core.tracking import Event, Place, Tracking
from track_service.services import look
from track_service.services.poll import poll_due
from track_service.store import history, shipments

HOUR = timedelta(hours=1)
LEFT = an_event(Status.IN_TRANSIT, "departed_facility", at=NOW - HOUR, city="Bonn")
GIVEN = an_event(Status.PICKED_UP, at=NOW - 2 * HOUR, city="Bonn")


def polled(of, brand, answers, hands, count, tens):
    numbers = [f"7405610{tens}{n:03}" for n in range(count)]
    for number in numbers:
        a_parcel(
            of,
            brand,
            carrier="fedex",
            number=number,
            promised_on=(NOW - 48 * HOUR).date(),
        )
    told = {
        number: [
            wire.fedex_result(
                number, ("DP", NOW - HOUR, "Memphis"), ("PU", NOW - 3 * HOUR, "Austin")
            )
        ]
        for number in numbers
    }
    answers.replace("POST", wire.FEDEX, json=wire.fedex_body(told))
    hands.forward(seconds=30)


def test_thirty_parcels_take_as_many_statements_as_three(
    of, brand, answers, hands, statements, rows
):
    wire.fedex_token(answers)
    answers.post(wire.FEDEX, json={})
    counts = []
    for count, tens in ((1, 10), (3, 11), (30, 12)):
        polled(of, brand, answers, hands, count, tens)
        with statements() as sent:
            assert poll_due(of.desk, "fedex") == count
        counts.append(len(sent))

    assert counts[2] <= counts[1]
    assert rows("SELECT COUNT(*) FROM event") == [(68,)]
    assert rows("SELECT COUNT(*) FROM promise WHERE source = 'merchant'") == [(34,)]


def test_the_same_outcome_written_twice_is_written_once(of, brand, rows):
    parcel = a_parcel(of, brand, promised_on=(NOW - 48 * HOUR).date())
    held = held_of(of, parcel)
    late = look.answered(
        held, a_tracking(GIVEN, LEFT), of.desk.eye(), source="pull:ghn"
    )
    for _ in range(2):
        with of.database.write() as session:
            history.write(session, [late], now=NOW, wall=NOW)
            session.commit()

    assert rows("SELECT COUNT(*) FROM event") == [(2,)]


def test_identical_answers_recorded_at_once_make_one_history(of, brand, rows):
    brand_new = an_order(customer=Customer(email="mai@shopper.example"))
    parcel = a_parcel(
        of, brand, order=brand_new, promised_on=(NOW - 48 * HOUR).date(), number="N9"
    )
    start = Barrier(4)
    lost = an_event(Status.EXCEPTION, "damaged", at=NOW + HOUR / 2, city="Bonn")

    def work(_):
        start.wait()
        with of.database.write() as session:
            (held,) = shipments.load(session, [parcel.id], lock=True)
            outcome = look.answered(
                held, a_tracking(GIVEN, LEFT, lost), of.desk.eye(), source="pull:ghn"
            )
            history.write(session, [outcome], now=NOW, wall=NOW)
            session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    assert rows("SELECT COUNT(*), COUNT(DISTINCT key) FROM event") == [(3, 3)]
    (before,) = rows("SELECT COUNT(*), COUNT(DISTINCT cause) FROM notice")
    assert before[0] == before[1]
    assert rows("SELECT kind FROM notice WHERE audience = 'shopper'") == [
        ("exception",)
    ]


def test_of_a_push_and_a_poll_recorded_at_once_neither_is_lost(of, brand):
    """Whoever comes second knows what the first wrote: the status is the history's."""
    arrived = an_event(Status.DELIVERED, at=NOW - HOUR / 2, city="Kiel")
    start = Barrier(2)

    def work(told):
        parcel, tracking, source = told
        start.wait()
        with of.database.write() as session:
            (held,) = shipments.load(session, [parcel.id], lock=True)
            outcome = look.answered(held, tracking, of.desk.eye(), source=source)
            history.write(session, [outcome], now=NOW, wall=NOW)
            session.commit()

    for n in range(6):
        parcel = a_parcel(of, brand, number=f"N{n}")
        pushed = a_tracking(arrived, complete=False)
        with ThreadPoolExecutor(2) as pool:
            list(
                pool.map(
                    work,
                    [
                        (parcel, pushed, "push:ghn"),
                        (parcel, a_tracking(GIVEN, LEFT), "pull:ghn"),
                    ],
                )
            )
        now = held_of(of, parcel).shipment
        assert (now.meaning.status, len(now.events)) == ("delivered", 3)


HOSTILE = [
    pytest.param("Ha\0noi \ud800", id="NUL and half a character"),
    pytest.param("x" * 10_000, id="ten thousand characters"),
    pytest.param(
        "\N{GREEK SMALL LETTER IOTA WITH DIALYTIKA AND TONOS}" * 500, id="grows"
    ),
    pytest.param("\N{PACKAGE}\N{ZERO WIDTH JOINER}\N{PILE OF POO}" * 300, id="emoji"),
    pytest.param(" \0\t ", id="blank"),
    pytest.param("'; DROP TABLE event; --|", id="SQL"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_carrier_writes_is_stored_and_told_again_is_the_same(
    of, brand, rows, text
):
    parcel = a_parcel(of, brand)
    place = Place(text, text, text, text)
    scans = (
        Event(LEFT.stamp, LEFT.meaning, text, text, place),
        Event(GIVEN.stamp, GIVEN.meaning, text, text, Place(country="\0V")),
        an_event(Status.UNKNOWN, at=NOW, code=text),
    )
    told = Tracking("N1", scans, signed_by=text)

    first = seen(of, parcel, told)
    again = seen(of, parcel, told)

    assert first.meaning.status == "in_transit"
    assert again.events == first.events
    assert again.version == first.version
    assert rows("SELECT COUNT(*) FROM event") == [(3,)]
    assert all(len(e.key) <= 320 for e in first.events)
