"""Erasure: nothing that tells of a person is left, counts and dates stay."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests import wire
from tests.conftest import NOW
from tests.dump import everything
from tests.make import a_parcel, held_of

from track_service.core.parcel import Customer, Item, Order
from track_service.services.erase import erase
from track_service.services.poll import poll_due, poll_one
from track_service.services.register import NewShipment, register, register_once
from track_service.store import polling, shipments
from track_service.store.db import db

HOUR = timedelta(hours=1)
NUMBER = "1Z5R89390357567127"
MAI = Customer("Mai Example", "mai@shopper.example", "+84900000000", "vi")
ORDER = Order("ORDER-4711", (Item("Lotus tea"),), MAI, currency="VND", placed_at=NOW)
PLAIN = (NUMBER, "ORDER-4711", "Lotus tea", "Signed by", "SW1A", "mai@", "secret-key")
SEALED = {
    "orders": ("customer_name", "customer_email", "customer_phone", "locale"),
    "shipment": ("postal", "signed_by"),
}


@pytest.fixture
def parcel(of, brand, answers, hands):
    """A parcel of which much is known: scans, raw answers, a concern and a notice."""
    new = NewShipment(
        ORDER, "ups", NUMBER, promised_on=(NOW - 48 * HOUR).date(), postal="SW1A 1AA"
    )
    with of.database.write() as session:
        parcel, _ = register_once(
            session, brand, new, key="secret-key", body={}, now=NOW, mint=of.mint
        )
        session.commit()
    wire.ups_token(answers)
    held = wire.ups_scan(("X", "A5", "019"), NOW + HOUR, city="", words="Signed by Mai")
    held["location"]["address"] = {"postalCode": "SW1A 1AA", "countryCode": "GB"}
    scans = wire.ups_scan(wire.DEPARTED, NOW), held
    wire.ups_says(answers, NUMBER, *scans, expected=NOW + 50 * HOUR)
    hands.forward(hours=2)
    poll_one(of.desk, parcel.id)
    return parcel


def erased(of, brand, parcel, now=NOW + 3 * HOUR):
    with of.database.write() as session:
        done = erase(session, brand.id, parcel.public_id, now=now)
        session.commit()
    return done


def test_nothing_that_tells_of_a_person_is_left_in_any_table(of, brand, parcel, rows):
    before = tables(of)
    assert all(word in before for word in PLAIN if word != "mai@")
    assert rows("SELECT COUNT(*) FROM raw_answer") == [(1,)]

    assert erased(of, brand, parcel)

    after = tables(of)
    assert [word for word in PLAIN if word.casefold() in after.casefold()] == []
    for table, columns in SEALED.items():
        blank = " AND ".join(f"{column} IS NULL" for column in columns)
        query = f"SELECT COUNT(*) FROM {table} WHERE NOT ({blank})"  # noqa: S608
        assert rows(query) == [(0,)]
    assert rows("SELECT COUNT(*) FROM raw_answer") == [(0,)]
    assert rows("SELECT COUNT(*) FROM raw_shipment") == [(0,)]
    assert rows("SELECT COUNT(*) FROM idempotency") == [(0,)]


def tables(of):
    """What the tables hold; a file keeps what was deleted until its space is used."""
    return everything(of).partition(b"SQLite format")[0].decode(errors="replace")


def test_counts_and_dates_stay(of, brand, parcel, rows):
    figures = (
        "SELECT stamp, status, code, city FROM event ORDER BY id",
        "SELECT kind, since, opened_at FROM concern",
        "SELECT start, until, source, stated_at FROM promise ORDER BY id",
        "SELECT status, promised_on, created_at FROM shipment WHERE carrier = 'ups'",
        "SELECT kind, cause, owed_at FROM notice",
        "SELECT placed_at, currency, cod_amount FROM orders WHERE placed_at IS NOT NULL",
    )
    before = [rows(query) for query in figures]

    erased(of, brand, parcel)

    assert [rows(query) for query in figures] == before
    assert all(before)
    assert rows("SELECT erased_at IS NULL FROM shipment WHERE carrier = 'ups'") == [
        (0,)
    ]


def test_what_was_owed_is_withdrawn_and_concerns_are_closed(of, brand, parcel, rows):
    assert rows("SELECT state FROM notice") == [("owed",)]

    erased(of, brand, parcel)

    assert rows("SELECT state, error, provider_id FROM notice") == [
        ("withdrawn", None, None)
    ]
    assert rows("SELECT COUNT(*) FROM concern WHERE cleared_at IS NULL") == [(0,)]


def test_an_erased_parcel_is_not_asked_for_and_its_link_opens_nothing(
    of, brand, parcel, hands
):
    erased(of, brand, parcel)
    hands.forward(days=5)

    with of.database.write() as session:
        assert (
            polling.claim_due(session, "ups", now=hands.at, wall=hands.at, limit=9)
            == []
        )
        assert shipments.by_token(session, parcel.token) is None
        assert shipments.by_number(session, NUMBER) == []


def test_erasing_again_changes_nothing(of, brand, parcel):
    erased(of, brand, parcel)
    first = held_of(of, parcel).shipment

    assert erased(of, brand, parcel, now=NOW + 9 * HOUR)

    assert held_of(of, parcel).shipment == first


def test_another_brand_erases_nothing(of, brand, parcel):
    with of.database.write() as session:
        assert not erase(session, brand.id + 1, parcel.public_id, now=NOW)
        assert not erase(session, brand.id, "shp_nobodys", now=NOW)


def test_the_customer_is_known_until_the_orders_last_parcel_is_erased(
    of, brand, parcel
):
    other = a_parcel(of, brand, number="GQ4N7B", order=ORDER)

    erased(of, brand, parcel)
    assert held_of(of, other).shipment.order.customer == MAI

    erased(of, brand, other)
    assert held_of(of, other).shipment.order.customer == Customer()


def test_the_number_and_the_order_may_be_handed_over_anew(of, brand, parcel):
    erased(of, brand, parcel)

    with of.database.write() as session:
        new = NewShipment(Order("ORDER-4711"), "ups", NUMBER)
        again = register(session, brand, new, now=NOW, mint=of.mint)
        session.commit()

    assert again.id != parcel.id
    assert held_of(of, again).shipment.order.customer == Customer()


def test_a_batch_answer_that_told_of_an_erased_parcel_is_deleted_whole(
    of, brand, answers, rows
):
    numbers = ("740561073812", "740561073813")
    one, other = (
        a_parcel(of, brand, carrier="fedex", number=n, order=Order(n)) for n in numbers
    )
    wire.fedex_token(answers)
    told = {n: [wire.fedex_result(n, ("PU", NOW, "Austin"))] for n in numbers}
    answers.post(wire.FEDEX, body=json.dumps(wire.fedex_body(told)))
    poll_due(of.desk, "fedex")

    erased(of, brand, one)

    assert rows("SELECT COUNT(*) FROM raw_answer") == [(0,)]
    assert held_of(of, other).shipment.meaning.status == "picked_up"


@pytest.mark.sqlite
def test_not_even_the_free_pages_of_an_sqlite_file_tell_of_a_person(
    app, of, brand, parcel
):
    with of.database.write() as session:
        erase(session, brand.id, parcel.public_id, now=NOW + 3 * HOUR)
        session.commit()
    with app.app_context(), db.engine.connect() as connection:
        connection.rollback()
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        body = Path(db.engine.url.database).read_bytes()

    assert NUMBER.encode() not in body
    assert b"Lotus tea" not in body
    assert b"ORDER-4711" not in body
