"""A shop hands over a parcel: stored once, whoever else does the same."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from tests.conftest import NOW
from tests.make import a_parcel, an_order, held_of

from track_service.core.parcel import Customer, Order
from track_service.services.register import (
    AlreadyRegistered,
    KeyReused,
    NewShipment,
    Refused,
    register,
    register_once,
)
from track_service.store import brands, idempotency


@pytest.fixture
def hand_over(of, brand):
    def hand_over(new, **once):
        with of.database.write() as session:
            if once:
                made = register_once(session, brand, new, now=NOW, mint=of.mint, **once)
            else:
                made = register(session, brand, new, now=NOW, mint=of.mint)
            session.commit()
        return made

    return hand_over


def new(number="N1", carrier="ghn", **more):
    order = more.pop("order", an_order())
    return NewShipment(order, carrier, number, **more)


def test_a_new_parcel_is_stored_as_it_was_told_and_due_at_once(of, hand_over, rows):
    told = new(promised_on=date(2026, 3, 5), shipped_on=date(2026, 3, 2), postal="7000")

    parcel = hand_over(told)

    kept = held_of(of, parcel).shipment
    assert kept == replace(parcel, order=told.order)
    assert (kept.meaning.status, kept.meaning.sub) == ("pending", "no_info")
    assert (kept.promised_on, kept.shipped_on) == (date(2026, 3, 5), date(2026, 3, 2))
    assert (kept.postal, kept.version) == ("7000", 1)
    due = "SELECT COUNT(*) FROM poll WHERE carrier = 'ghn' AND poll_after IS NOT NULL"
    assert rows(due) == [(1,)]


def test_the_shops_promise_begins_the_ledger(hand_over, rows):
    hand_over(new("N1", promised_on=date(2026, 3, 5)))
    hand_over(new("N2"))

    assert rows("SELECT start, until, source FROM promise") == [
        ("2026-03-05/day", "2026-03-05/day", "merchant")
    ]


def test_a_carrier_that_only_tells_is_never_due(hand_over, rows):
    hand_over(new(carrier="viettelpost"))

    never = "SELECT poll_after FROM poll WHERE carrier = 'viettelpost'"
    assert rows(never) == [(None,)]


def test_a_carrier_nobody_knows_is_refused(hand_over):
    with pytest.raises(Refused) as refused:
        hand_over(new(carrier="pigeon"))

    assert refused.value.fields == {"carrier": ["no carrier has the code 'pigeon'"]}
    assert "pigeon" in str(refused.value)


def test_a_number_the_brand_has_already_is_told_by_its_id(hand_over, rows):
    first = hand_over(new())

    with pytest.raises(AlreadyRegistered) as known:
        hand_over(new())

    assert known.value.public_id == first.public_id
    assert rows("SELECT COUNT(*) FROM shipment WHERE carrier = 'ghn'") == [(1,)]


def test_two_shops_may_have_one_number(of, hand_over):
    first = hand_over(new())
    with of.database.write() as session:
        other = brands.add(session, replace(first.brand, code="other"), now=NOW)
        session.commit()

    second = a_parcel(of, other)

    assert second.id != first.id
    assert second.public_id != first.public_id


def test_a_later_parcel_of_an_order_adds_what_it_knows_and_blanks_nothing(
    of, hand_over
):
    first = hand_over(
        new("N1", order=Order("1001", customer=Customer("Mai", phone="+84900000000")))
    )
    later = Order(
        "1001", customer=Customer(email="mai@shopper.example"), currency="VND"
    )

    second = hand_over(new("N2", order=later))

    for parcel in (first, second):
        order = held_of(of, parcel).shipment.order
        assert order.customer == Customer("Mai", "mai@shopper.example", "+84900000000")
        assert order.currency == "VND"


def test_parcels_of_one_new_order_handed_over_at_once_are_all_stored(
    of, hand_over, rows
):
    start = Barrier(4)

    def work(n):
        start.wait()
        return hand_over(new(f"N{n}"))

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(work, range(4)))

    assert len({parcel.id for parcel in made}) == 4
    assert rows("SELECT COUNT(*) FROM orders WHERE number = '1001'") == [(1,)]


def test_of_many_that_hand_over_one_parcel_at_once_one_wins(of, hand_over, rows):
    start = Barrier(4)

    def work(_):
        start.wait()
        try:
            return hand_over(new()).public_id, True
        except AlreadyRegistered as known:
            return known.public_id, False

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(work, range(4)))

    assert sorted(won for _, won in results) == [False, False, False, True]
    assert len({public_id for public_id, _ in results}) == 1
    assert rows("SELECT COUNT(*) FROM shipment WHERE carrier = 'ghn'") == [(1,)]


@pytest.mark.postgres
def test_who_loses_a_race_is_told_who_won(of, brand, hand_over):
    """The winner has stored, but not committed yet, when the loser looks."""
    with ThreadPoolExecutor(1) as pool, of.database.write() as session:
        won = register(session, brand, new(), now=NOW, mint=of.mint)
        loser = pool.submit(hand_over, new())
        with pytest.raises(TimeoutError):
            loser.result(timeout=0.3)
        session.commit()
        with pytest.raises(AlreadyRegistered) as known:
            loser.result(timeout=10)

    assert known.value.public_id == won.public_id


def test_a_key_gives_the_same_parcel_again(hand_over):
    first, is_new = hand_over(new(), key="k1", body={"a": 1, "b": 2})
    again, is_new_again = hand_over(new(), key="k1", body={"b": 2, "a": 1})

    assert (is_new, is_new_again) == (True, False)
    assert again.public_id == first.public_id


def test_a_key_with_another_body_is_refused(hand_over):
    hand_over(new(), key="k1", body={"a": 1})

    with pytest.raises(KeyReused):
        hand_over(new("N2"), key="k1", body={"a": 2})


def test_without_a_key_each_hand_over_is_its_own(hand_over):
    _, is_new = hand_over(new(), key=None, body={})

    assert is_new
    with pytest.raises(AlreadyRegistered):
        hand_over(new(), key=None, body={})


def test_a_key_whose_parcel_is_gone_may_be_used_anew(of, hand_over):
    hand_over(new(), key="k1", body={})
    with of.database.write() as session:
        used = idempotency.find(session, 1, "k1")
        idempotency.keep(
            session, 1, "k1", digest=used.digest, public_id="shp_gone", now=NOW
        )
        session.commit()

    _, is_new = hand_over(new("N2"), key="k1", body={})

    assert is_new
