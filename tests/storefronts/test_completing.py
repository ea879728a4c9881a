"""Asking for what a hook only names: what is asked, and what the answers come to."""

from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.storefronts.pairs import pairs

from track_service.core.handover import Handover
from track_service.core.tracking import Stamp
from track_service.http import HttpError, OverLimit
from track_service.storefronts.bigcommerce import BigCommerce
from track_service.storefronts.magento import Magento

SINCE = Stamp.aware(datetime(2026, 3, 1, 8, 30, tzinfo=UTC))
BIG = "https://api.bigcommerce.com/stores/made-up/v2/orders"
MAGENTO = "https://shop.example/rest/V1"
THIN = Handover(external_id="5104", thin=True)


@pytest.fixture
def bigcommerce(guarded):
    given = {"secret": "s", "store_hash": "made-up", "access_token": "bc_token"}
    return BigCommerce(guarded, given)


@pytest.fixture
def magento(guarded):
    return Magento(
        guarded, {"url": "https://shop.example/", "access_token": "mg_token"}
    )


def told(platform, name):
    return next(pair.body for pair in pairs(platform) if pair.name == name)


def query_of(call):
    return dict(parse_qsl(urlsplit(call.request.url).query))


def a_product(**more):
    options = [{"display_value": "Large"}, {"display_value": "Red"}]
    return {
        "id": 301,
        "product_id": 111,
        "name": "Tray 02",
        "name_customer": "Bamboo tray",
        "sku": "TRAY-L",
        "quantity": 3,
        "price_inc_tax": "18.5000",
        "product_options": options,
    } | more


def test_bigcommerce_s_order_is_put_together_from_three_answers(answers, bigcommerce):
    answers.get(f"{BIG}/5104", body=told("bigcommerce", "ordered"))
    answers.get(f"{BIG}/5104/products", json=[a_product()])
    answers.get(
        f"{BIG}/5104/shipments", body=told("bigcommerce", "shipped_in_two"), status=200
    )

    whole = bigcommerce.complete(THIN)

    (line,) = whole.lines
    assert (line.title, line.variant, line.quantity) == (
        "Bamboo tray",
        "Large / Red",
        3,
    )
    assert line.price == Decimal("18.50")
    assert [parcel.carrier for parcel in whole.parcels] == ["ups", "dhl_unified"]
    first, second = (parcel.lines[0] for parcel in whole.parcels)
    assert (first.title, first.quantity) == ("Bamboo tray", 2)
    assert (second.title, second.quantity) == (None, 1)  # a line that the order lacks
    assert (whole.number, whole.thin) == ("5104", False)
    sent = answers.calls[0].request.headers
    assert (sent["X-Auth-Token"], sent["Accept"]) == ("bc_token", "application/json")


def test_an_order_without_shipments_is_answered_with_no_content(answers, bigcommerce):
    answers.get(f"{BIG}/5104", body=told("bigcommerce", "ordered"))
    answers.get(f"{BIG}/5104/products", json=[a_product()])
    answers.get(f"{BIG}/5104/shipments", status=204)

    assert bigcommerce.complete(THIN).parcels == ()


def test_a_checkout_that_was_never_finished_is_no_order(answers, bigcommerce):
    answers.get(f"{BIG}/5104", json={"id": 5104, "status_id": 0})

    assert bigcommerce.complete(THIN) is None


def test_an_order_that_is_gone_is_none(answers, bigcommerce, magento):
    answers.get(f"{BIG}/5104", status=404)
    answers.get(f"{MAGENTO}/orders/5104", status=404)

    assert bigcommerce.complete(THIN) is None
    assert magento.complete(THIN) is None


def test_an_id_stays_one_step_of_the_path(answers, magento):
    answers.get(f"{MAGENTO}/orders/..%2Fmodules", status=404)

    assert magento.complete(Handover(external_id="../modules", thin=True)) is None


@pytest.mark.parametrize(
    ("failure", "kind", "retry"),
    [
        ({"status": 401}, HttpError, False),
        ({"status": 429}, OverLimit, True),
        ({"status": 503}, HttpError, True),
        ({"body": "<html>"}, HttpError, True),
    ],
)
def test_what_is_no_answer_is_a_named_error(answers, bigcommerce, failure, kind, retry):
    answers.get(f"{BIG}/5104", **failure)

    with pytest.raises(kind) as caught:
        bigcommerce.complete(THIN)

    assert caught.value.retry is retry
    assert "bc_token" not in str(caught.value)


def test_bigcommerce_is_asked_by_pages_in_the_order_of_ids(answers, bigcommerce):
    many = [{"id": n, "status_id": 11} for n in range(1, 20)]
    answers.get(BIG, json=[*many, {"id": 20, "status_id": 0}])
    for n in range(1, 20):
        answers.get(f"{BIG}/{n}/products", json=[])
        answers.get(f"{BIG}/{n}/shipments", status=204)
    answers.get(BIG, status=204)

    first = bigcommerce.sold(since=SINCE, cursor=None)
    last = bigcommerce.sold(since=SINCE, cursor=first.cursor)

    assert [one.number for one in first.handovers] == [str(n) for n in range(1, 20)]
    assert (first.cursor, last.handovers, last.cursor) == ("2", [], None)
    assert query_of(answers.calls[0]) == {
        "sort": "id:asc",
        "limit": "20",
        "page": "1",
        "min_date_modified": "2026-03-01T08:30:00+00:00",
    }


def test_magento_s_order_is_put_together_with_its_shipments(answers, magento):
    answers.get(f"{MAGENTO}/orders/204", body=told("magento", "ordered"))
    answers.get(f"{MAGENTO}/shipments", body=told("magento", "shipped_in_two"))

    whole = magento.complete(Handover(external_id="204", thin=True))

    assert whole.number == "000000204"
    assert [parcel.carrier for parcel in whole.parcels] == ["ups", "ghn", None]
    sent = answers.calls[0].request.headers
    assert sent["Authorization"] == "Bearer mg_token"
    field = "searchCriteria[filterGroups][0][filters][0]"
    assert query_of(answers.calls[1]) == {
        f"{field}[field]": "order_id",
        f"{field}[value]": "204",
        f"{field}[conditionType]": "in",
    }


def test_magento_is_asked_by_pages_and_each_order_gets_its_own_shipments(
    answers, magento
):
    several = told("magento", "several_orders").replace(
        b'"total_count": 2', b'"total_count": 27'
    )
    answers.get(f"{MAGENTO}/orders", body=several)
    answers.get(f"{MAGENTO}/shipments", body=told("magento", "shipped_in_two"))
    answers.get(f"{MAGENTO}/orders", json={"items": None, "total_count": 27})

    first = magento.sold(since=SINCE, cursor=None)
    last = magento.sold(since=SINCE, cursor=first.cursor)

    assert [len(one.parcels) for one in first.handovers] == [3, 0]
    assert (first.cursor, last.handovers, last.cursor) == ("2", [], None)
    asked = query_of(answers.calls[0])
    assert asked["searchCriteria[currentPage]"] == "1"
    filtered = "searchCriteria[filterGroups][0][filters][0]"
    assert asked[f"{filtered}[field]"] == "updated_at"
    assert asked[f"{filtered}[value]"] == "2026-03-01 08:30:00"


def test_magento_tells_how_many_there_are(answers, magento):
    answers.get(f"{MAGENTO}/orders", json={"items": [], "total_count": 1204})

    assert magento.count(since=None) == 1204
    assert query_of(answers.calls[0])["searchCriteria[pageSize]"] == "1"


def test_an_answer_of_magento_s_that_is_no_list_is_not_taken_for_no_orders(
    answers, magento
):
    answers.get(f"{MAGENTO}/orders", status=404)

    with pytest.raises(HttpError):
        magento.sold(since=None, cursor=None)
