"""An order over the API: how far it is, and that it can be forgotten."""

import pytest
from tests.dump import everything
from tests.storefronts.shop import a_fulfilment, an_order
from tests.storefronts.shopify_desk import hand_over
from tests.web.shop import bearer, parcel

URL = "/api/v1/orders/%232041"
LINK = "https://courier.example/OWN-77"


@pytest.fixture
def told(of, brand):
    return lambda **more: hand_over(of, brand, an_order(**more))


@pytest.fixture
def ask(client, key):
    return lambda path=URL, method="GET", key=key: client.open(
        path, method=method, headers=bearer(key)
    )


def test_an_order_tells_how_far_it_is_before_there_is_a_parcel(told, ask, rows):
    told()
    ((token,),) = rows("SELECT token FROM handed_order")

    answer = ask()

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.json == {
        "number": "#2041",
        "items": [
            {
                "title": "Bamboo tray",
                "quantity": 2,
                "sku": "TRAY",
                "variant": None,
                "price": "18.50",
                "image_url": None,
                "url": None,
            }
        ],
        "customer": {
            "name": "Linh Tran",
            "email": "linh@shopper.example",
            "phone": "+84901234567",
            "locale": "vi-VN",
        },
        "cod_amount": None,
        "currency": "USD",
        "placed_at": "2026-03-02T02:15:00Z",
        "gift": False,
        "address": {
            "street": None,
            "city": None,
            "region": None,
            "postal": "100000",
            "country": None,
        },
        "page_url": f"https://track.example/t/{token}",
        "flag": None,
        "stage": "confirmed",
        "staged_at": "2026-03-02T02:15:00Z",
        "confirmed_at": "2026-03-02T02:15:00Z",
        "late_since": None,
        "cancelled_at": None,
        "promised_on": None,
        "service": None,
        "untracked": [],
        "shipments": [],
    }


def test_an_order_tells_its_parcels_as_they_tell_themselves(told, ask):
    own = a_fulfilment("Own courier", "OWN/77", id=2, tracking_url=LINK)
    told(fulfillments=[a_fulfilment(), own])

    order = ask().json

    (one,) = order["shipments"]
    assert one["order"]["page_url"] == order["page_url"]
    assert one == ask(f"/api/v1/shipments/{one['id']}").json
    assert order["stage"] == "handed_over"
    assert order["untracked"] == [
        {"carrier": "Own courier", "number": "OWN/77", "url": LINK}
    ]


def test_an_order_that_came_by_the_api_has_no_page_of_its_own(shop, ask):
    made = shop.post(parcel(order="A/1 ü")).json

    order = ask("/api/v1/orders/A%2F1%20%C3%BC").json

    assert (order["number"], order["stage"], order["items"]) == ("A/1 ü", None, [])
    assert order["page_url"] is made["order"]["page_url"] is None
    assert [one["id"] for one in order["shipments"]] == [made["id"]]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_another_brand_s_order_is_none(told, ask, other_shop, method):
    told()

    for answer in (
        ask(method=method, key=other_shop.key),
        ask("/api/v1/orders/%239", method),
    ):
        assert answer.status_code == 404
        assert answer.json["detail"] == "No order of this brand has this number."
    assert ask().status_code == 200


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_without_a_key_no_order_is_shown(client, told, method):
    told()

    assert client.open(URL, method=method).status_code == 401


@pytest.mark.parametrize("fulfillments", [[], [a_fulfilment()]])
def test_an_order_is_forgotten_with_all_that_is_personal(
    of, told, ask, client, rows, fulfillments
):
    told(fulfillments=fulfillments)
    ((token,),) = rows("SELECT token FROM handed_order")

    assert ask(method="DELETE").status_code == 204

    left = everything(of)
    for word in (b"Linh", b"linh@", b"+8490", b"Bamboo", b"#2041", b"1Z999", b"100000"):
        assert word not in left
    assert client.get(f"/t/{token}").status_code == 404
    assert (ask().status_code, ask(method="DELETE").status_code) == (404, 404)


def test_a_forgotten_order_stays_so_whatever_its_shop_tells(of, told, ask, rows):
    told()
    ask(method="DELETE")

    told(fulfillments=[a_fulfilment()], updated_at="2026-03-04T00:00:00Z")

    assert b"Bamboo" not in everything(of)
    assert rows("SELECT COUNT(*) FROM shipment WHERE carrier = 'ups'") == [(0,)]


def test_a_forgotten_order_is_late_for_nobody(of, told, ask, hands, rows):
    from track_service.services.preparing import look_due

    told()
    ask(method="DELETE")
    hands.forward(days=30)

    assert look_due(of.desk) == 0
    assert rows("SELECT COUNT(*) FROM notice") == [(0,)]
