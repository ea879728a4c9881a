"""The block of products on a page, and the word that readers send of it."""

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, an_order, seen

from track_service.core.goods import Product, Purchase
from track_service.core.parcel import Customer, Item
from track_service.core.selling import Wishes
from track_service.core.status import Status
from track_service.services.goods.shoppers import digest
from track_service.store import catalogue, purchases, selling, shoppers

ON = Wishes(is_on=True, holdout=Decimal(0), picks=("cup", "pot"))
MAI = Customer("Mai Example", "mai@shopper.example")


def a_product(name, **more):
    told = {
        "title": f"<b>{name.title()}</b>",
        "url": f"https://shop.example/{name}",
        "price": Decimal("12.50"),
        "currency": "USD",
        "image_url": f"https://cdn.shop.example/{name}.jpg",
        "told_at": NOW,
    }
    return Product(name, **(told | more))


@pytest.fixture
def parcel(of, brand):
    with of.database.write() as session:
        told = [a_product("tea"), a_product("cup"), a_product("pot", currency="EUR")]
        catalogue.tell(session, brand.id, told)
        key = shoppers.key(session, brand.id, fresh="key")
        bought = Purchase("1001", NOW, {"tea": 1}, digest(key, email=MAI.email))
        purchases.tell(session, brand.id, [bought], now=NOW)
        selling.wish(session, brand.id, ON)
        session.commit()
    items = (Item("Tea", sku="tea"),)
    order = an_order("1001", items=items, customer=MAI, currency="USD")
    return a_parcel(of, brand, order=order)


@pytest.fixture
def wish(of, brand):
    def wish(**wished):
        with of.database.write() as session:
            selling.wish(session, brand.id, replace(ON, **wished))
            session.commit()

    return wish


def page(client, parcel, **sent):
    return client.get(f"/t/{parcel.token}", **sent)


def test_a_card_names_links_and_prices_a_product_safely(client, parcel):
    html = page(client, parcel).text

    assert "You may like" in html
    assert 'href="https://shop.example/cup"' in html
    assert "&lt;b&gt;Cup&lt;/b&gt;" in html
    assert "<b>Cup</b>" not in html
    assert "Picked by Acme" in html
    assert "$12.50" in html
    assert html.count("12.50") == 1  # the pot's is in another currency
    assert "cdn.shop.example" not in html  # no picture of another origin


def test_the_block_speaks_the_readers_language(client, parcel):
    html = client.get(f"/t/{parcel.token}?lang=vi").text

    assert "Có thể bạn sẽ thích" in html
    assert "Acme chọn cho bạn" in html


def test_trouble_hides_the_block(client, of, parcel):
    seen(of, parcel, a_tracking(an_event(Status.EXCEPTION, at=NOW)))

    assert "data-pick" not in page(client, parcel).text


def test_a_gift_shows_neither_what_is_in_it_nor_what_is_offered(
    client, of, brand, parcel, key
):
    told = {
        "order": {
            "number": "G1",
            "gift": True,
            "items": [{"title": "Surprise lamp", "sku": "tea"}],
        },
        "carrier": "ghn",
        "number": "GHNGIFT1",
    }
    sent = {"json": told, "headers": {"Authorization": f"Bearer {key}"}}
    made = client.post("/api/v1/shipments", **sent)

    assert made.json["order"]["gift"] is True
    html = client.get(made.json["page_url"].removeprefix("https://track.example")).text
    assert "GHNGIFT1" in html
    assert "Surprise" not in html
    assert "data-pick" not in html


def test_the_hold_out_and_a_brand_that_does_not_sell_show_no_block(
    client, parcel, wish
):
    wish(holdout=Decimal(100))
    assert "data-pick" not in page(client, parcel).text
    wish(is_on=False)
    assert "data-pick" not in page(client, parcel).text


def test_looking_writes_nothing_and_the_open_page_tells_of_itself(client, parcel, rows):
    page(client, parcel)
    assert rows("SELECT COUNT(*) FROM exposure") == [(0,)]

    for _ in range(2):
        assert client.post(f"/t/{parcel.token}/watching").status_code == 204
    assert rows("SELECT arm, views FROM exposure") == [("shown", 1)]

    followed = client.post(f"/t/{parcel.token}/picked", data={"product": "cup"})
    assert followed.status_code == 204
    assert rows("SELECT COUNT(*) FROM pick_click") == [(1,)]


@pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
def test_who_asks_not_to_be_tracked_is_not(client, parcel, rows, header):
    sent = {"headers": {header: "1"}}
    client.post(f"/t/{parcel.token}/watching", **sent)
    client.post(f"/t/{parcel.token}/picked", data={"product": "cup"}, **sent)

    assert rows("SELECT COUNT(*) FROM exposure") == [(0,)]
    assert rows("SELECT COUNT(*) FROM pick_click") == [(0,)]


def test_one_tap_objects_and_another_takes_it_back(client, parcel, rows):
    path = f"/t/{parcel.token}/personalisation"
    assert f'action="{path}"' in page(client, parcel).text

    answer = client.post(path, data={"wish": "off"})
    assert (answer.status_code, answer.location) == (303, f"/t/{parcel.token}#offers")
    html = page(client, parcel).text
    assert "These are the same for everybody." in html
    assert rows("SELECT COUNT(*) FROM shopper WHERE objected_at IS NOT NULL") == [(1,)]

    client.post(path, data={"wish": "on"})
    assert "Do not personalise these" in page(client, parcel).text
    assert client.post("/t/nobody/personalisation").status_code == 404


@pytest.mark.parametrize("product", ["", "no such", "a\0b", "x" * 5000])
def test_odd_words_of_a_click_are_absorbed(client, parcel, rows, product):
    client.post(f"/t/{parcel.token}/watching")

    sent = client.post(f"/t/{parcel.token}/picked", data={"product": product})

    assert sent.status_code == 204
    assert rows("SELECT COUNT(*) FROM pick_click") == [(0,)]
