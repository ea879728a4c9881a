"""Small queries: raw answers that expire, lists, brands, keys."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, an_order, seen

from track_service.core.status import Status
from track_service.http import Answer
from track_service.services.pushed import digest
from track_service.services.sweep import sweep
from track_service.store import brands, idempotency, limits, raw, shipments

DAY = timedelta(days=1)


@pytest.fixture
def session(of):
    with of.database.write() as session:
        yield session


def keep(session, *answers, now=NOW, push=False):
    return raw.keep(session, "ups", answers, push=push, now=now, retention=30 * DAY)


def test_the_same_words_again_only_live_longer(of, brand, session):
    parcel, other = a_few(of, brand, session, 2)
    first = keep(session, (Answer(b"one", 200), [parcel]), (Answer(b"two", 200), []))
    again = keep(session, (Answer(b"one", 200), [parcel, other]), now=NOW + DAY)
    twice = keep(session, (Answer(b"new"), []), (Answer(b"new"), []))

    assert again == first[:1]
    assert len(set(twice)) == 1
    assert sorted(raw.get(session, first[0]).shipment_ids) == [parcel, other]
    assert raw.expire(session, now=NOW + 30 * DAY) == 2
    assert raw.ids(session) == again
    assert keep(session) == []


def a_few(of, brand, session, count):
    session.rollback()  # SQLite: one writer at a time
    return [a_parcel(of, brand, number=f"N{n}").id for n in range(count)]


def test_a_push_and_a_poll_of_the_same_words_are_two(session):
    (polled,) = keep(session, (Answer(b"one"), []))
    (pushed,) = keep(session, (Answer(b"one"), []), push=True)

    assert polled != pushed
    assert raw.ids(session, "ups") == [polled, pushed]
    assert raw.ids(session, "ghn") == []


def test_what_expired_goes_with_its_links(of, brand, rows, session):
    (parcel,) = a_few(of, brand, session, 1)
    keep(session, (Answer(b"one"), [parcel]))
    idempotency.keep(session, brand.id, "k1", digest="d", public_id="shp_1", now=NOW)
    session.commit()

    assert sweep(of.database, now=NOW + 29 * DAY) == 0
    assert sweep(of.database, now=NOW + 30 * DAY) == 1

    for table in ("raw_answer", "raw_shipment", "idempotency"):
        assert rows(f"SELECT COUNT(*) FROM {table}") == [(0,)]  # noqa: S608


def test_a_brands_parcels_are_listed_newest_first_and_page_by_page(of, brand):
    made = [
        a_parcel(of, brand, number=f"N{n}", order=an_order(str(n % 2)))
        for n in range(5)
    ]
    seen(of, made[1], a_tracking(an_event(Status.DELIVERED, at=NOW)))

    def page(**more):
        with of.database.read() as session:
            asked = {"after": None, "limit": 3} | more
            found = shipments.page(session, brand.id, **asked)
        return [parcel.number for parcel in found]

    assert page() == ["N4", "N3", "N2"]
    assert page(after=made[2].id, limit=2) == ["N1", "N0"]
    assert page(status="delivered") == ["N1"]
    assert page(order_number="1") == ["N3", "N1"]
    assert page(order_number="7") == []


def test_a_number_may_be_several_carriers(of, brand, session):
    session.rollback()
    ghn, ups = (a_parcel(of, brand, carrier=c, number="SAME1") for c in ("ghn", "ups"))

    assert shipments.by_number(session, "SAME1") == [ghn.id, ups.id]
    assert shipments.by_number(session, "SAME1", carrier="ups") == [ups.id]
    assert shipments.load(session, []) == []


def test_a_brand_is_stored_changed_and_found_again(brand, session):
    with pytest.raises(brands.BrandExists):
        brands.add(session, brand, now=NOW)
    changed = replace(
        brand, name="Acme & Sons", ops_urls=("json://ops.example",), sending=False
    )

    brands.change(session, changed)

    assert brands.by_code(session, "acme") == changed
    assert brands.by_code(session, "other") is None
    assert brands.all_brands(session) == [changed]


def test_a_key_is_known_by_its_digest(made, session):
    assert brands.by_key(session, digest(made.key)) == made.brand
    assert brands.by_key(session, digest("wrong")) is None
    assert brands.by_key(session, made.key) is None


def test_calls_go_back_to_a_budget_that_they_were_taken_from(session):
    def reserve():
        asked = {"per_day": 30, "wall": NOW, "want": 9}
        return limits.pace(session, "ups", **asked)[0]

    limits.give_back(session, "ups", per_day=30, calls=2)  # none was taken yet
    burst = reserve()

    assert (burst, reserve()) == (3, 0)
    limits.give_back(session, "ups", per_day=30, calls=2)
    assert (reserve(), reserve()) == (2, 0)
