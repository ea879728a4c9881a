"""Rotation at rest: after resealing, the newest key alone opens everything."""

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select, text
from tests.conftest import NOW, SECRET_KEY
from tests.make import a_parcel, a_tracking, an_event, an_order, seen

from track_service.core.parcel import Customer
from track_service.core.status import Status
from track_service.http import Answer
from track_service.services import brands
from track_service.store import raw, resealing
from track_service.store.accounts import DbTokens
from track_service.store.db import metadata
from track_service.store.types import KEYS, LostKey, Secret, SecretBody

NEW_KEY = Fernet.generate_key().decode()
SEALED = [
    column
    for table in metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, Secret | SecretBody)
]


FILLED = {
    "brand.webhook_url",
    "brand.webhook_secret",
    "brand.ops_urls",
    "orders.customer_name",
    "orders.customer_email",
    "orders.customer_phone",
    "raw_answer.body",
    "shipment.postal",
    "shipment.signed_by",
    "token.token",
}


@pytest.fixture
def keys():
    """The keys of the process; the test's own are back in force after it."""
    yield KEYS
    KEYS.use([SECRET_KEY])


@pytest.fixture
def full(of):
    """What the service seals most: a shop, a person, an answer, a token."""
    with of.database.write() as session:
        new = brands.new_brand(
            "acme",
            "Acme",
            webhook_url="https://acme.example/hook",
            ops_urls=("slack://a/b/c",),
        )
        brand = brands.add(session, new, now=NOW, mint=of.mint).brand
        session.commit()
    parcel = a_parcel(of, brand, postal="700000")
    a_parcel(of, brand, number="N2", order=an_order("2", customer=Customer()))
    delivered = an_event(Status.DELIVERED, at=NOW)
    seen(
        of, parcel, a_tracking(delivered, signed_by="MAI", delivered_at=delivered.stamp)
    )
    with of.database.write() as session:
        answers = [(Answer(b"\x00one", 200), [parcel.id])]
        retention = of.desk.retention
        raw.keep(session, "ghn", answers, push=False, now=NOW, retention=retention)
        session.commit()
    DbTokens(of.database).put("ups", "bearer", expires_at=NOW)


@pytest.fixture
def opened(of):
    """Read every sealed field in the clear, by its column."""

    def read():
        with of.database.read() as session:
            return {
                str(column): session.scalars(
                    select(column).order_by(*column.table.primary_key)
                ).all()
                for column in SEALED
            }

    return read


def test_without_the_old_key_everything_still_reads(of, full, opened, keys):
    before = opened()
    assert {name for name, values in before.items() if any(values)} == FILLED

    keys.use([NEW_KEY, SECRET_KEY])
    done = resealing.reseal(of.database)
    keys.use([NEW_KEY])

    assert opened() == before
    assert done == resealing.Resealed(rows=5, lost=0)  # two rows have nothing sealed
    keys.use([SECRET_KEY])
    for column in SEALED:
        if str(column) in FILLED:
            with of.database.read() as session, pytest.raises(LostKey):
                session.scalars(select(column).where(column.is_not(None))).all()


def test_what_is_done_is_left_alone(of, full, rows, keys):
    keys.use([NEW_KEY, SECRET_KEY])
    resealing.reseal(of.database)
    before = rows("SELECT customer_email FROM orders ORDER BY id")

    again = resealing.reseal(of.database)

    assert again == resealing.Resealed(rows=0, lost=0)
    assert rows("SELECT customer_email FROM orders ORDER BY id") == before


@pytest.fixture
def many(of, brand):
    """More orders than one batch holds."""
    for number in range(205):
        a_parcel(of, brand, number=f"N{number}", order=an_order(str(number)))


def test_it_goes_on_where_it_was_stopped(of, many, opened, keys):
    before = opened()
    keys.use([NEW_KEY, SECRET_KEY])

    class Stopped(Exception):
        pass

    def stop(done, of):
        if done > 150:
            raise Stopped

    with pytest.raises(Stopped):
        resealing.reseal(of.database, progress=stop)
    done = resealing.reseal(of.database)
    keys.use([NEW_KEY])

    assert 0 < done.rows < 205
    assert opened() == before


def test_it_tells_how_far_it_has_come(of, many, keys):
    told = []

    resealing.reseal(of.database, progress=lambda *step: told.append(step))

    with of.database.read() as session:
        sealed = {column.table for column in SEALED}
        of_all = sum(
            session.scalar(select(func.count()).select_from(table)) for table in sealed
        )
    assert told[-1] == (of_all, of_all)
    assert told == sorted(told)
    assert len(told) >= 6


def test_what_no_key_opens_is_counted_and_left_as_it_is(of, full, rows, keys):
    with of.database.write() as session:
        session.execute(text("UPDATE shipment SET postal = 'lost' WHERE id = 1"))
        session.commit()

    keys.use([NEW_KEY, SECRET_KEY])
    done = resealing.reseal(of.database)

    (postal,) = rows("SELECT postal FROM shipment WHERE postal = 'lost'")
    assert postal == ("lost",)
    assert done.lost == 1
