"""Asking a platform for its orders: what is asked, page by page, and what it says."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
import responses
from tests.storefronts.shop import a_fulfilment, an_order

from track_service.core.tracking import Stamp
from track_service.http import HttpError, OverLimit
from track_service.storefronts.base import BadPayload
from track_service.storefronts.haravan import Haravan
from track_service.storefronts.shopify import Shopify
from track_service.storefronts.woocommerce import WooCommerce

SINCE = Stamp.aware(datetime(2026, 3, 1, 8, 30, tzinfo=UTC))
SHOPIFY = "https://tea.myshopify.com/admin/api/2026-01/orders.json"
WOO = "https://tea.example/wp-json/wc/v3/orders"
HARAVAN = "https://apis.haravan.com/com/orders.json"


@pytest.fixture
def shopify(guarded):
    return Shopify(guarded, {"shop": "tea", "access_token": "shpat_made_up"})


@pytest.fixture
def woo(guarded):
    given = {
        "url": "https://tea.example/",
        "consumer_key": "ck",
        "consumer_secret": "cs",
    }
    return WooCommerce(guarded, given)


@pytest.fixture
def haravan(guarded):
    return Haravan(guarded, {"access_token": "made-up"})


def a_woo_order(number):
    return {"id": number, "number": str(number), "line_items": [], "meta_data": []}


def a_haravan_order(number):
    return {"id": number, "order_number": f"#{number}", "line_items": []}


def query_of(request):
    return dict(parse_qsl(urlsplit(request.url).query))


def numbers(sold):
    return [handover.number for handover in sold.handovers]


def test_shopify_is_asked_for_what_changed_and_follows_the_link(answers, shopify):
    told = {"orders": [an_order("#1", fulfillments=[a_fulfilment()]), an_order("#2")]}
    link = f'<{SHOPIFY}?page_info=back>; rel="previous", <{SHOPIFY}?limit=100&page_info=on>; rel="next"'
    answers.get(SHOPIFY, json=told, headers={"Link": link})
    answers.get(SHOPIFY, json={"orders": [an_order("#3")]})

    first = shopify.sold(since=SINCE, cursor=None)
    last = shopify.sold(since=SINCE, cursor=first.cursor)

    assert (numbers(first), first.cursor) == (["#1", "#2"], "on")
    assert (numbers(last), last.cursor) == (["#3"], None)
    assert first.handovers[0].parcels[0].number == "1Z999AA10123456784"
    one, two = (query_of(call.request) for call in answers.calls)
    assert one["updated_at_min"] == "2026-03-01T08:30:00+00:00"
    assert (one["status"], one["limit"]) == ("any", "100")
    assert (two["page_info"], two["limit"]) == ("on", "100")
    assert "status" not in two  # beside a cursor Shopify refuses every other filter
    sent = answers.calls[0].request.headers
    assert sent["X-Shopify-Access-Token"] == "shpat_made_up"


def test_shopify_s_fields_are_all_that_an_order_is_read_from(answers, shopify):
    answers.get(SHOPIFY, json={"orders": []})
    shopify.sold(since=None, cursor=None)
    asked = query_of(answers.calls[0].request)["fields"].split(",")
    back = [{"refund_line_items": [{"line_item_id": 7, "quantity": 1}]}]
    whole = an_order(
        line_items=[{"id": 7, "title": "Bamboo tray", "quantity": 2}],
        fulfillments=[a_fulfilment()],
        refunds=back,
        note="a secret",
        tags="vip",
    )
    cut = {name: value for name, value in whole.items() if name in asked}

    assert {"note", "tags"}.isdisjoint(cut)
    answers.get(SHOPIFY, json={"orders": [cut, whole]})
    one, two = shopify.sold(since=None, cursor=None).handovers
    assert one == two
    assert len(one.returned) == 1


def test_woocommerce_is_asked_by_pages_in_the_order_of_ids(answers, woo):
    answers.get(WOO, json=[a_woo_order(n) for n in range(1, 51)])
    answers.get(WOO, json=[a_woo_order(51)])

    first = woo.sold(since=SINCE, cursor=None)
    last = woo.sold(since=SINCE, cursor=first.cursor)

    assert (len(first.handovers), first.cursor) == (50, "2")
    assert (numbers(last), last.cursor) == (["51"], None)
    one, two = (query_of(call.request) for call in answers.calls)
    assert one == {
        "modified_after": "2026-03-01T08:30:00",
        "dates_are_gmt": "true",
        "orderby": "id",
        "order": "asc",
        "page": "1",
        "per_page": "50",
    }
    assert two == one | {"page": "2"}
    assert answers.calls[0].request.headers["Authorization"] == "Basic Y2s6Y3M="


def test_haravan_is_asked_by_pages(answers, haravan):
    answers.get(HARAVAN, json={"orders": [a_haravan_order(n) for n in range(1, 51)]})
    answers.get(HARAVAN, json={"orders": []})

    first = haravan.sold(since=SINCE, cursor=None)
    last = haravan.sold(since=SINCE, cursor=first.cursor)

    assert (len(first.handovers), first.cursor) == (50, "2")
    assert (numbers(last), last.cursor) == ([], None)
    assert query_of(answers.calls[1].request) == {
        "updated_at_min": "2026-03-01T08:30:00+00:00",
        "limit": "50",
        "page": "2",
    }
    assert answers.calls[0].request.headers["Authorization"] == "Bearer made-up"


def test_each_tells_how_many_there_are(answers, shopify, woo, haravan):
    answers.get(SHOPIFY.replace("orders.json", "orders/count.json"), json={"count": 7})
    answers.get(WOO, json=[], headers={"X-WP-Total": "8"})
    answers.get(HARAVAN.replace("orders.json", "orders/count.json"), json={"count": 9})

    counts = [one.count(since=SINCE) for one in (shopify, woo, haravan)]

    assert counts == [7, 8, 9]


def test_an_order_that_cannot_be_read_does_not_hold_up_the_others(answers, shopify):
    rotten = an_order("#2", line_items="?")
    answers.get(SHOPIFY, json={"orders": [an_order("#1"), rotten, an_order("#3")]})

    assert numbers(shopify.sold(since=None, cursor=None)) == ["#1", "#3"]


@pytest.mark.parametrize("body", ["[]", "{}", '{"orders": null}', '{"orders": {}}'])
def test_an_answer_without_a_list_of_orders_is_no_empty_page(answers, shopify, body):
    answers.get(SHOPIFY, body=body)

    with pytest.raises(BadPayload):
        shopify.sold(since=None, cursor=None)


@pytest.mark.parametrize(
    ("status", "again"), [(401, False), (403, False), (404, False), (500, True)]
)
def test_a_refusal_will_not_pass_by_itself(answers, shopify, status, again):
    answers.get(SHOPIFY, status=status, json={"errors": "made up"})

    with pytest.raises(HttpError, match=f"the storefront answered {status}") as error:
        shopify.sold(since=None, cursor=None)

    assert error.value.retry is again


@pytest.mark.parametrize(("said", "wait"), [({"Retry-After": "7.5"}, 7.5), ({}, 2.0)])
def test_who_is_asked_too_often_says_for_how_long_to_wait(answers, haravan, said, wait):
    answers.get(HARAVAN, status=429, headers=said)

    with pytest.raises(OverLimit) as error:
        haravan.sold(since=None, cursor=None)

    assert error.value.wait == wait


def test_a_shop_may_be_named_by_its_whole_host(answers, guarded):
    url = SHOPIFY.replace("tea.myshopify.com", "tea.example")
    answers.add(responses.GET, url, json={"orders": []})
    shop = Shopify(guarded, {"shop": "tea.example", "access_token": "t"})

    assert numbers(shop.sold(since=None, cursor=None)) == []
