"""Purchases: told as a whole, none twice, and parted from the person at their word."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import NOW

from track_service.core.goods import Product, Purchase
from track_service.store import baskets, buyers, catalogue, purchases, shoppers

AN, BINH = "a" * 32, "b" * 32
LINES = """
    SELECT number, external_id, quantity, digest FROM purchase_line
    JOIN purchase ON purchase.id = purchase_id JOIN product ON product.id = product_id
    LEFT JOIN shopper ON shopper.id = shopper_id
    ORDER BY number, external_id
"""


def order(number="1", pieces=None, shopper=AN, at=NOW):
    return Purchase(number, at, {"tea": 2} if pieces is None else pieces, shopper)


@pytest.fixture
def tell(of, brand):
    def tell(*told, now=NOW):
        with of.database.write() as session:
            purchases.tell(session, brand.id, told, now=now)
            session.commit()

    return tell


def test_an_order_told_again_takes_its_own_place(tell, rows):
    tell(order("1", {"tea": 2, "cup": 1}), order("2", {"pot": 1}, BINH))
    tell(order("1", {"tea": 1}, None))

    assert rows(LINES) == [("1", "tea", 1, AN), ("2", "pot", 1, BINH)]


def test_of_an_order_that_comes_twice_at_once_the_later_counts(tell, rows):
    tell(order("1", {"tea": 9}), order("1", {"tea": 1, "cup": 1}))

    assert rows(LINES) == [("1", "cup", 1, AN), ("1", "tea", 1, AN)]


def test_what_was_sent_back_wholly_was_not_bought(tell, rows):
    tell(order("1"), order("2"))
    tell(order("1", {}))

    assert rows(LINES) == [("2", "tea", 2, AN)]
    assert rows("SELECT number FROM purchase") == [("2",)]


ORDERS = st.lists(
    st.builds(
        order,
        st.sampled_from("12345"),
        st.dictionaries(st.sampled_from(["tea", "cup", "pot"]), st.integers(1, 9)),
        st.sampled_from([AN, BINH]),
    ),
    max_size=12,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=ORDERS, cuts=st.lists(st.integers(0, 12), max_size=3))
def test_nothing_counts_twice_however_orders_are_batched_and_repeated(
    of, brand, rows, told, cuts
):
    with of.database.write() as session:
        purchases.drop(session, brand.id, list("12345"))
        edges = [0, *sorted(cuts), len(told)]
        for start, end in pairwise(edges):
            purchases.tell(session, brand.id, told[start:end], now=NOW)
        purchases.tell(session, brand.id, told[-1:], now=NOW)
        session.commit()

    last = {one.number: one for one in told}
    assert [tuple(row) for row in rows(LINES)] == [
        (number, product, pieces, last[number].shopper)
        for number in sorted(last)
        for product, pieces in sorted(last[number].pieces.items())
    ]


def test_erasure_parts_an_order_from_its_shopper(of, brand, tell, rows):
    tell(order("1"), order("2"), order("3", shopper=BINH))

    with of.database.write() as session:
        assert purchases.forget(session, brand.id, "1")
        assert not purchases.forget(session, brand.id, "1")
        session.commit()
    assert rows("SELECT digest FROM shopper ORDER BY digest") == [(AN,), (BINH,)]

    with of.database.write() as session:
        assert purchases.forget(session, brand.id, "2")
        session.commit()
    assert rows("SELECT digest FROM shopper") == [(BINH,)]
    numbers = [number for number, _, _, _ in rows(LINES)]
    assert numbers[0] == "3"
    assert all(number.startswith("erased-") for number in numbers[1:])
    assert len(numbers) == 3


def test_an_objection_outlives_what_it_objects_to(of, brand, tell):
    tell(order("1"))
    with of.database.write() as session:
        buyers.object_to(session, brand.id, [AN], at=NOW)
        purchases.forget(session, brand.id, "1")
        session.commit()
    tell(order("4"))

    with of.database.read() as session:
        assert shoppers.find(session, brand.id, AN).objects
        assert shoppers.of_order(session, brand.id, "4") == AN
        assert shoppers.find(session, brand.id, BINH) is None


def test_erasure_forgets_what_a_shopper_was_else_known_by(of, brand, tell, rows):
    mail, phone = "c" * 32, "d" * 32
    tell(order("1"), order("2"), order("3", shopper=BINH))
    with of.database.write() as session:
        buyers.object_to(session, brand.id, [AN, BINH, mail, phone], at=NOW, mail=mail)
        buyers.take_back(session, brand.id, [mail, phone])
        purchases.forget(session, brand.id, "1")
        session.commit()
    assert rows("SELECT COUNT(*) FROM shopper") == [(4,)]

    with of.database.write() as session:
        purchases.forget(session, brand.id, "2")
        session.commit()

    kin = "SELECT digest FROM shopper_kin JOIN shopper ON shopper.id = shopper_id"
    assert rows("SELECT digest FROM shopper") == rows(kin) == [(BINH,)]


def test_a_brands_key_never_changes(of, brand):
    with of.database.write() as session:
        assert shoppers.key(session, brand.id, fresh="first") == "first"
        session.commit()
    with of.database.write() as session:
        assert shoppers.key(session, brand.id, fresh="second") == "first"


TEA = Product("tea", "Lotus tea", url="https://shop.example/tea", told_at=NOW)


@pytest.fixture
def catalogued(of, brand):
    def stored():
        with of.database.read() as session:
            found = catalogue.page(session, brand.id, after=None, limit=9)
        return {one.external_id: one for one in found}

    return stored


def test_the_shops_own_word_outdoes_an_orders_and_a_newer_an_older(
    of, brand, catalogued
):
    day = timedelta(days=1)
    seen = Product("tea", "Tea as ordered", seen_at=NOW, image_url="https://i.example")
    with of.database.write() as session:
        catalogue.see(session, brand.id, [seen])
        older = Product("tea", "Tea of old", seen_at=NOW - day)
        catalogue.see(session, brand.id, [older])
        session.commit()
    assert catalogued()["tea"].title == "Tea as ordered"

    with of.database.write() as session:
        newer = Product("tea", "Tea anew", seen_at=NOW + day)
        catalogue.see(session, brand.id, [newer])
        session.commit()
    assert catalogued()["tea"].title == "Tea anew"
    assert catalogued()["tea"].image_url == "https://i.example"

    with of.database.write() as session:
        catalogue.tell(session, brand.id, [TEA])
        late = Product("tea", "Told late", told_at=NOW - day)
        catalogue.tell(session, brand.id, [late])
        catalogue.see(session, brand.id, [Product("tea", "x", seen_at=NOW + 9 * day)])
        session.commit()
    assert catalogued()["tea"].title == "Lotus tea"
    assert catalogued()["tea"].image_url is None


def test_a_removed_product_is_back_when_its_shop_tells_it_again(of, brand, catalogued):
    with of.database.write() as session:
        catalogue.tell(session, brand.id, [TEA])
        assert catalogue.remove(session, brand.id, "tea", now=NOW)
        assert not catalogue.remove(session, brand.id, "tea", now=NOW)
        session.commit()
    assert catalogued() == {}

    with of.database.write() as session:
        catalogue.tell(session, brand.id, [TEA])
        session.commit()
    assert list(catalogued()) == ["tea"]


def test_of_a_huge_history_the_newest_lines_are_read(of, brand, tell):
    many = [
        order(f"{n}", {f"p{n}-{k}": 1 for k in range(300)}, at=NOW - n * timedelta(1))
        for n in range(5)
    ]
    tell(*many)

    with of.database.read() as session:
        shopper = shoppers.find(session, brand.id, AN)
        found = baskets.of_shopper(session, shopper.id)

    assert [len(basket.products) for basket in found] == [100, 300, 300, 300]
    assert found[-1].at == NOW
    assert found[-1].products == tuple(sorted(many[0].pieces))
