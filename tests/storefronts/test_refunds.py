"""What an order tells of its refunds, on the platforms that tell it whole."""

import json
from decimal import Decimal

import pytest
from tests.storefronts.shop import an_order

from track_service.storefronts.base import BadPayload
from track_service.storefronts.haravan import Haravan
from track_service.storefronts.shopify import Shopify

LINES = [
    {"id": 11, "product_id": 7001, "title": "Bamboo tray", "quantity": 3},
    {"id": 12, "product_id": 7002, "title": "Linen cloth", "quantity": 1},
]


def returned(platform, *refunds):
    order = an_order(line_items=LINES, refunds=list(refunds), order_number="2041")
    (told,) = platform.parse(json.dumps(order).encode(), "orders/updated")
    return [(line.product_id, line.quantity) for line in told.returned]


def a_refund(*backs):
    lines = [{"line_item_id": line, "quantity": pieces} for line, pieces in backs]
    return {"id": 91, "refund_line_items": lines}


@pytest.mark.parametrize("platform", [Shopify, Haravan])
def test_each_refund_takes_back_the_pieces_that_it_names(platform):
    found = returned(platform, a_refund((11, 1)), a_refund((11, 1), (12, 1)))

    assert found == [("7001", Decimal(1)), ("7001", Decimal(1)), ("7002", Decimal(1))]


@pytest.mark.parametrize("platform", [Shopify, Haravan])
def test_money_alone_and_lines_of_nowhere_take_nothing_back(platform):
    assert returned(platform, a_refund(), {"id": 92}, a_refund((99, 1))) == []


def test_refunds_that_are_no_list_are_refused():
    order = an_order(refunds={"id": 91})

    with pytest.raises(BadPayload, match="refunds"):
        Shopify.parse(json.dumps(order).encode(), "orders/updated")
