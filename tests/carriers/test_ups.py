"""UPS beyond its pairs: the credential of Track Alert, and the code table."""

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.ups import CODES, Ups
from track_service.core.status import Meaning, Status


@pytest.mark.parametrize(
    ("headers", "trust"),
    [
        pytest.param({"credential": "s3cret"}, Trust.SIGNED, id="its own header"),
        pytest.param({"authorization": "Bearer s3cret"}, Trust.SIGNED, id="bearer"),
        pytest.param({"credential": "s3creT"}, Trust.REFUSED, id="wrong"),
        pytest.param({"credential": "ключ"}, Trust.REFUSED, id="not ASCII"),
        pytest.param({}, Trust.REFUSED, id="none"),
    ],
)
def test_a_push_must_bring_the_credential_that_was_set(headers, trust):
    push = Push(b"{}", headers)

    assert Ups.verify(push, {"push_credential": "s3cret"}) is trust


def test_without_a_credential_only_the_url_speaks_for_a_push():
    assert Ups.verify(Push(b"{}"), {}) is Trust.URL_ONLY


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("011", Meaning(Status.DELIVERED, "delivered")),
        ("161", Meaning(Status.AVAILABLE_FOR_PICKUP, "ready")),
        ("144", Meaning(Status.AVAILABLE_FOR_PICKUP, "ready")),
        ("007", Meaning(Status.CANCELLED, "shipment")),
        ("072", Meaning(Status.OUT_FOR_DELIVERY, "with_courier")),
        ("035", Meaning(Status.RETURNING, "to_sender")),
        ("034", Meaning(Status.RETURNED, "to_sender")),
        ("M:MP", Meaning(Status.INFO_RECEIVED, "label_created")),
        ("X:06", Meaning(Status.EXCEPTION, "misrouted", "carrier_sorting_error")),
    ],
)
def test_the_table_tells_apart_what_is_easily_mixed_up(code, meaning):
    assert CODES[code] == meaning


def test_a_bare_type_of_delivery_is_not_called_delivered():
    assert CODES["D"].status is Status.UNKNOWN
