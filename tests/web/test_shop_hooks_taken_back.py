"""What a storefront tells late or takes back, over HTTP and read from the database."""

import json

import pytest
from tests.storefronts.shop import SECRET, a_fulfilment, an_order, body_of, headers

from track_service.services import connecting
from track_service.storefronts.reading import mac


@pytest.fixture
def tell(of, brand, client, made):
    with of.database.write() as session:
        for platform in ("shopify", "woocommerce"):
            connecting.connect(
                session, brand, platform, {"secret": SECRET}, now=of.clock.now()
            )
        session.commit()

    def tell(platform, body, sent):
        url = f"/hooks/storefronts/{platform}/{made.hook_secret}"
        return client.post(url, data=body, headers=sent, buffered=True).status_code

    return tell


@pytest.fixture
def woo(tell):
    def woo(topic, **told):
        body = json.dumps({"id": 77} | told).encode()
        signed = {"X-WC-Webhook-Signature": mac(SECRET, body)}
        return tell("woocommerce", body, {"X-WC-Webhook-Topic": topic} | signed)

    return woo


@pytest.fixture
def shopify(tell):
    def shopify(payload, topic):
        body = body_of(payload)
        return tell("shopify", body, headers(body, topic))

    return shopify


@pytest.fixture
def held(rows):
    return lambda: rows("SELECT cancelled_at IS NULL, stage FROM handed_order")


def a_state(status, minute, *, name="Tea"):
    return {
        "number": "77",
        "status": status,
        "date_modified_gmt": f"2026-03-02T02:{minute:02}:00",
        "line_items": [{"name": name, "quantity": 1}],
    }


def test_an_order_whose_payment_failed_first_is_not_cancelled_once_it_is_paid(
    woo, held
):
    woo("order.created", **a_state("failed", 1))
    assert held() == [(False, None)]

    woo("order.updated", **a_state("processing", 2))

    assert held() == [(True, "confirmed")]


def test_a_restored_order_is_cancelled_no_more(woo, held):
    woo("order.created", **a_state("processing", 1))
    woo("order.deleted")
    assert held() == [(False, "confirmed")]

    woo("order.restored", **a_state("processing", 2))

    assert held() == [(True, "confirmed")]


@pytest.mark.parametrize("minute", [1, 2])
def test_what_is_no_newer_takes_no_cancellation_back(woo, held, minute):
    woo("order.updated", **a_state("cancelled", 2))

    woo("order.updated", **a_state("processing", minute))

    assert not held()[0][0]


def test_an_order_is_told_in_full_after_its_newer_fulfilment(shopify, rows):
    newer = {"order_id": 9007199254740991001, "name": "#2041.1"}
    newer |= {"updated_at": "2026-03-02T15:00:00+07:00"}
    shopify(a_fulfilment() | newer, "fulfillments/create")

    shopify(an_order(cancelled_at="2026-03-02T10:00:00+07:00"), "orders/cancelled")

    told = rows("SELECT total, cancelled_at IS NULL FROM handed_order")
    assert [(float(total), live) for total, live in told] == [(37, False)]


def test_half_a_character_is_no_trouble_on_the_page(woo, client, rows):
    woo("order.created", **a_state("processing", 1, name="Tea \ud83d\x00!"))

    ((token,),) = rows("SELECT token FROM handed_order")
    page = client.get(f"/t/{token}")

    assert page.status_code == 200
    assert "Tea ? !" in page.text
