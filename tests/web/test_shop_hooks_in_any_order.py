"""However often and in whatever order a shop's payloads come, one state is left."""

from random import Random

import pytest
from tests import make
from tests.storefronts.shop import a_fulfilment, an_order

GONE = a_fulfilment(number="1Z999AA10123456793", id=71)
SENT = a_fulfilment(number="1Z999AA10123456784", id=72)
VOID = GONE | {"status": "cancelled"}
STORY = [
    ("orders/create", an_order()),
    (
        "orders/updated",
        an_order(fulfillments=[GONE], updated_at="2026-03-02T10:00:00+07:00"),
    ),
    (
        "orders/updated",
        an_order(fulfillments=[VOID], updated_at="2026-03-02T11:00:00+07:00"),
    ),
    (
        "orders/fulfilled",
        an_order(
            fulfillments=[VOID, SENT],
            updated_at="2026-03-02T12:00:00+07:00",
            email="new@shopper.example",
            total_price="30.00",
        ),
    ),
]


@pytest.fixture
def left(rows):
    """What is left that a shopper or the shop would notice."""
    return lambda: (
        rows("SELECT stage, CAST(total AS INTEGER), void FROM handed_order"),
        rows(
            "SELECT number, status FROM shipment"
            " WHERE number LIKE '1Z%' AND status != 'cancelled' ORDER BY number"
        ),
    )


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_payloads_and_repeats_leaves_one_state(hands, tell, left, seed):
    chance = Random(seed)  # noqa: S311
    told = chance.sample([*STORY, *STORY], 2 * len(STORY))

    for topic, payload in told:
        hands.forward(seconds=1)  # a burst would be left to the worker
        assert tell(payload, topic).status_code == 200

    ((order,), parcels) = left()
    assert order[:2] == ("handed_over", 30)
    assert parcels == [("1Z999AA10123456784", "pending")]


def test_what_was_bought_to_have_it_delivered_is_each_parcel_s(
    of, made, hands, tell, rows
):
    returned = make.an_order(an_order()["name"])
    make.a_parcel(of, made.brand, number="BACK1", order=returned, inward=True)
    early, late = (
        parcel | {"order_id": an_order()["id"], "name": "#2041.1"}
        for parcel in (GONE, SENT)
    )
    bought = an_order(shipping_lines=[{"code": None, "title": "Express"}])

    for topic, payload in (
        ("fulfillments/create", early),
        ("orders/create", bought),
        ("orders/updated", an_order(updated_at="2026-03-02T10:00:00+07:00")),
        ("fulfillments/create", late),
    ):
        hands.forward(seconds=1)
        assert tell(payload, topic).status_code == 200

    services = rows(
        "SELECT service FROM shipment WHERE carrier != 'test' ORDER BY number"
    )
    assert services == [("Express",), ("Express",), (None,)]
