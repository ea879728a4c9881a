import json
from decimal import Decimal

import pytest
from tests.storefronts.shop import a_fulfilment, an_order

from track_service.core.handover import Stage
from track_service.storefronts.base import BadPayload
from track_service.storefronts.bigcommerce import BigCommerce
from track_service.storefronts.haravan import Haravan
from track_service.storefronts.medusa import Medusa
from track_service.storefronts.nhanh import Nhanh
from track_service.storefronts.reading import amount, stamp, text
from track_service.storefronts.sapo import Sapo
from track_service.storefronts.shopify import Shopify


@pytest.mark.parametrize("stated", ["0000-00-00 00:00:00", "0001-01-01T00:00:00+07:00"])
def test_what_a_database_writes_for_no_time_is_none(stated):
    assert stamp(stated) is None


def test_what_floating_point_leaves_of_nothing_is_an_amount():
    assert amount(Decimal("2.220446049250313e-16")).quantize(Decimal("0.01")) == 0


@pytest.mark.parametrize("stated", ["1e12", "NaN", "-Infinity", "1e-999999", "12,50"])
def test_what_cannot_be_stored_is_no_amount(stated):
    with pytest.raises(BadPayload, match="no amount"):
        amount(stated)


def test_the_largest_amount_is_read():
    assert amount("999999999999.99") == Decimal("999999999999.99")


def test_a_text_holds_nothing_that_no_page_could_show():
    assert text("Tea \ud83d\x00!") == "Tea ? !"


@pytest.mark.parametrize("never", ["", " ", "0001-01-01T00:00:00Z"])
@pytest.mark.parametrize("platform", [Shopify, Haravan])
def test_a_blank_time_of_cancelling_cancels_nothing(platform, never):
    order = an_order(cancelled_at=never, fulfillments=[a_fulfilment()], refunds="")

    (told,) = platform.parse(json.dumps(order).encode(), None)

    assert told.cancelled is False
    assert [parcel.void for parcel in told.parcels] == [False]


def test_blank_times_of_medusa_neither_deliver_nor_void_a_parcel():
    blank = {
        "canceled_at": "",
        "shipped_at": " ",
        "delivered_at": "",
        "labels": [{"tracking_number": "1"}],
    }
    order = {"id": "o", "items": [], "canceled_at": "", "fulfillments": [blank]}

    (told,) = Medusa.parse(json.dumps(order).encode(), None)

    assert (told.cancelled, told.stage) == (False, Stage.PACKED)
    assert [(parcel.status, parcel.void) for parcel in told.parcels] == [(None, False)]


@pytest.mark.parametrize("status_id", [5, "5"])
def test_bigcommerce_s_status_is_the_same_as_a_number_and_as_text(status_id):
    order = {"id": 101, "status_id": status_id}

    (told,) = BigCommerce.parse(json.dumps(order).encode(), None)

    assert told.cancelled is True


def test_a_blank_mark_of_sapo_hands_nothing_over():
    marks = {"fulfillment_status": "", "packed_status": " "}
    order = {"id": 1, "order_line_items": [], "status": "finalized", **marks}

    (told,) = Sapo.parse(json.dumps(order).encode(), None)

    assert told.stage is Stage.CONFIRMED


@pytest.mark.parametrize("told", [1772417700, "1772417700"])
def test_nhanh_s_seconds_are_a_time_as_a_number_and_as_text(told):
    data = {"info": {"id": 1, "createdAt": told}}

    (order,) = Nhanh.parse(json.dumps({"data": data}).encode(), "orderUpdate")

    assert order.placed_at == stamp("2026-03-02T02:15:00Z")


@pytest.mark.parametrize("told", [0, "0", "", " ", None])
def test_nhanh_s_nought_is_no_time(told):
    data = {"info": {"id": 1, "createdDateTime": told, "updatedAt": told}}

    (order,) = Nhanh.parse(json.dumps({"data": data}).encode(), "orderUpdate")

    assert (order.placed_at, order.updated_at) == (None, None)
