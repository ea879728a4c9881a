"""Products as Shopify, Haravan and WooCommerce tell them."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from track_service.core.goods import Product
from track_service.storefronts import storefronts
from track_service.storefronts.base import BadPayload, Kind

TELLING = ["haravan", "shopify", "woocommerce"]
LAMP = {
    "id": 8123456789012345,
    "title": "Bamboo desk lamp",
    "handle": "bamboo-desk-lamp",
    "product_type": "Lamps",
    "status": "active",
    "published_at": "2026-01-01T00:00:00+07:00",
    "updated_at": "2026-03-01T10:00:00+07:00",
    "variants": [
        {
            "price": "450000.00",
            "inventory_management": "shop",
            "inventory_policy": "deny",
            "inventory_quantity": 0,
        },
        {
            "price": "390000.00",
            "inventory_management": "shop",
            "inventory_policy": "deny",
            "inventory_quantity": 3,
        },
    ],
    "images": [{"src": "https://cdn.shop.example/lamp.jpg"}],
}
MUG = {
    "id": 77,
    "name": "Mug &amp; saucer",
    "permalink": "https://woo.example/product/mug/",
    "status": "publish",
    "stock_status": "instock",
    "price": "12.5",
    "categories": [{"name": "Kitchen"}],
    "images": [{"src": "https://woo.example/mug.jpg"}],
    "date_modified_gmt": "2026-03-01T03:00:00",
}


def read(code, told, **settings):
    body = json.dumps(told).encode()
    (product,) = storefronts()[code].products(body, {"secret": "s", **settings})
    return product


@pytest.mark.parametrize("code", ["haravan", "shopify"])
def test_a_product_of_variants_is_there_while_one_of_them_is(code):
    assert read(code, LAMP, shop="acme.example") == Product(
        external_id="8123456789012345",
        title="Bamboo desk lamp",
        category="Lamps",
        price=Decimal("390000.00"),
        image_url="https://cdn.shop.example/lamp.jpg",
        url="https://acme.example/products/bamboo-desk-lamp",
        told_at=datetime(2026, 3, 1, 3, 0, tzinfo=UTC),
    )
    sold_out = [LAMP["variants"][0]]
    assert not read(code, LAMP | {"variants": sold_out}).in_stock
    for free in ({"inventory_management": None}, {"inventory_policy": "continue"}):
        assert read(code, LAMP | {"variants": [sold_out[0] | free]}).in_stock
    assert read(code, LAMP).url is None


@pytest.mark.parametrize("changed", [{"status": "draft"}, {"published_at": None}])
def test_what_is_not_published_is_not_sold(changed):
    assert not read("shopify", LAMP | changed).in_stock


def test_a_product_of_woocommerce_is_read():
    assert read("woocommerce", MUG) == Product(
        external_id="77",
        title="Mug & saucer",
        category="Kitchen",
        price=Decimal("12.5"),
        image_url="https://woo.example/mug.jpg",
        url="https://woo.example/product/mug/",
        told_at=datetime(2026, 3, 1, 3, 0, tzinfo=UTC),
    )
    assert not read("woocommerce", MUG | {"stock_status": "outofstock"}).in_stock
    assert not read("woocommerce", MUG | {"status": "draft"}).in_stock


@pytest.mark.parametrize("code", TELLING)
def test_of_a_deleted_product_its_id_is_all_that_is_told(code):
    gone = read(code, {"id": 77})

    assert (gone.external_id, gone.title) == ("77", None)


@pytest.mark.parametrize("code", TELLING)
@given(body=st.binary(max_size=60) | st.just(b"{}") | st.just(b'{"id": {}}'))
def test_rubbish_is_no_product(code, body):
    try:
        products = storefronts()[code].products(body)
    except BadPayload:
        return
    assert all(product.external_id for product in products)


def test_who_tells_of_products_has_topics_for_them():
    told = [
        c for c, one in storefronts().items() if Kind.PRODUCT in one.topics.values()
    ]

    assert told == TELLING
    assert storefronts()["sapo"].products(b"{}") == []
