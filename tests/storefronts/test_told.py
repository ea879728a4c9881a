"""What a platform is told of a parcel, as its API takes it."""

import json
from datetime import UTC, datetime

import pytest

from track_service.core.status import Status
from track_service.core.tracking import Stamp
from track_service.core.word import Word
from track_service.http import Guarded, HttpError
from track_service.storefronts.shopify import STATUSES, Shopify
from track_service.storefronts.woocommerce import WooCommerce

AT = Stamp.aware(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
EVENTS = (
    "https://tea.myshopify.com/admin/api/2026-01"
    "/orders/9007199254740991001/fulfillments/9007199254741001001/events.json"
)
WOO = "https://tea.example/wp-json/wc/v3/orders/17"
TOLD = [
    Status.IN_TRANSIT,
    Status.OUT_FOR_DELIVERY,
    Status.AVAILABLE_FOR_PICKUP,
    Status.ATTEMPT_FAILED,
    Status.EXCEPTION,
    Status.DELIVERED,
    Status.RETURNING,
    Status.RETURNED,
]


@pytest.fixture
def guarded():
    made = Guarded(resolve=lambda _host, _port: ["93.184.215.14"])
    yield made
    made.close()


@pytest.fixture
def shopify(guarded):
    return Shopify(guarded, {"shop": "tea", "access_token": "shpat_made_up"})


@pytest.fixture
def woo(guarded):
    given = {
        "url": "https://tea.example",
        "consumer_key": "ck",
        "consumer_secret": "cs",
    }
    return WooCommerce(guarded, given)


def a_word(status=Status.DELIVERED, *, order_id="9007199254740991001", **more):
    kept = {
        "order_id": order_id,
        "parcel_id": "9007199254741001001",
        "status": status,
        "at": AT,
        "text": "Delivered (UPS 1Z)",
        "url": "https://track.example/t/secret",
        "first": True,
    }
    return Word(**kept | more)


def sent(call):
    return call.request.method, call.request.url, json.loads(call.request.body)


def test_shopify_hears_an_event_with_the_page_s_link(answers, shopify):
    answers.post(EVENTS, status=201, json={})

    shopify.tell(a_word())

    assert sent(answers.calls[0]) == (
        "POST",
        EVENTS,
        {
            "event": {
                "status": "delivered",
                "message": "Delivered (UPS 1Z) https://track.example/t/secret",
                "happened_at": "2026-03-02T09:00:00+00:00",
            }
        },
    )
    headers = answers.calls[0].request.headers
    assert headers["X-Shopify-Access-Token"] == "shpat_made_up"


@pytest.mark.parametrize("status", TOLD)
def test_shopify_knows_every_status_that_it_is_told(answers, shopify, status):
    answers.post(EVENTS, status=201, json={})

    shopify.tell(a_word(status))

    _, _, body = sent(answers.calls[0])
    assert body["event"]["status"] in STATUSES


def test_shopify_hears_no_time_where_its_zone_is_not_known(answers, shopify):
    answers.post(EVENTS, status=201, json={})

    shopify.tell(a_word(at=Stamp(datetime(2026, 3, 2, 9, 0))))  # noqa: DTZ001

    assert "happened_at" not in sent(answers.calls[0])[2]["event"]


def test_woocommerce_is_told_the_page_once_and_then_by_notes(answers, woo):
    answers.put(WOO, json={})
    answers.post(f"{WOO}/notes", status=201, json={})
    answers.post(f"{WOO}/notes", status=201, json={})

    woo.tell(a_word(order_id="17"))
    woo.tell(a_word(order_id="17", first=False))

    note = {
        "note": "Delivered (UPS 1Z) https://track.example/t/secret",
        "customer_note": False,
    }
    meta = [{"key": "_track_service_url", "value": "https://track.example/t/secret"}]
    assert [sent(call) for call in answers.calls] == [
        ("PUT", WOO, {"meta_data": meta}),
        ("POST", f"{WOO}/notes", note),
        ("POST", f"{WOO}/notes", note),
    ]


def test_what_a_platform_does_not_take_is_an_error(answers, shopify):
    answers.post(EVENTS, status=422, json={"errors": "made up"})

    with pytest.raises(HttpError, match="422"):
        shopify.tell(a_word())
