"""What DHL's words say where no code of a division stands beside them."""

import json

import pytest

from track_service.carriers.base import read
from track_service.carriers.dhl_unified import CARRIER
from track_service.core.parsed import document
from track_service.http import Answer


def _read_events(service, events):
    shipment = {"id": "70000001", "service": service, "events": events[::-1]}
    answer = Answer(json.dumps({"shipments": [shipment]}).encode(), 200)
    return document(CARRIER.code, read(CARRIER, answer))["results"]


def _read(service, state, words, earlier=()):
    said = [*earlier, (state, words)]
    events = [
        {
            "timestamp": f"2026-03-0{day}T08:00:00",
            "statusCode": code,
            "description": text,
        }
        for day, (code, text) in enumerate(said, start=1)
    ]
    return _read_events(service, events)[0]


@pytest.mark.parametrize(
    ("service", "state", "words", "status", "sub"),
    [
        (
            "parcel-de",
            "transit",
            "The parcel was loaded into the delivery vehicle.",
            "out_for_delivery",
            "with_courier",
        ),
        (
            "parcel-de",
            "transit",
            "Das Paket wurde in das Zustellfahrzeug geladen. Es kommt heute.",
            "out_for_delivery",
            "with_courier",
        ),
        (
            "ecommerce",
            "transit",
            "OUT FOR SECOND DELIVERY ATTEMPT",
            "out_for_delivery",
            "with_courier",
        ),
        (
            "parcel-de",
            "failure",
            "Your parcel could not be delivered.",
            "attempt_failed",
            "generic",
        ),
        (
            "parcel-de",
            "failure",
            "Niemand da: Der Empfänger wurde nicht angetroffen. Wir kommen wieder.",
            "attempt_failed",
            "recipient_unavailable",
        ),
        (
            "parcel-de",
            "failure",
            "Zustellung nicht möglich. Das Paket liegt in der Filiale zur Abholung.",
            "available_for_pickup",
            "ready",
        ),
        (
            "express",
            "transit",
            "Tried twice: premises closed",
            "attempt_failed",
            "business_closed",
        ),
        (
            "parcel-de",
            "transit",
            "Ready for pick-up until 12.03. If you do not come, it is returned to"
            " the sender.",
            "available_for_pickup",
            "ready",
        ),
        (
            "parcel-de",
            "failure",
            "It could not be delivered. It is returning to sender.",
            "returning",
            "to_sender",
        ),
        (
            "parcel-de",
            "failure",
            "Annahme verweigert, geht zurück an den Absender.",
            "returning",
            "to_sender",
        ),
        (
            "express",
            "transit",
            "Being returned to the shipper",
            "returning",
            "to_sender",
        ),
        ("express", "failure", "Returned to shipper", "returned", "to_sender"),
        (
            "parcel-de",
            "delivered",
            "The parcel was returned to the sender.",
            "returned",
            "to_sender",
        ),
        (
            "parcel-de",
            "delivered",
            "Das Paket wurde dem Absender übergeben.",
            "returned",
            "to_sender",
        ),
        (
            "ecommerce-europe",
            "delivered",
            "Handed over to the Parcelshop",
            "available_for_pickup",
            "ready",
        ),
        (
            "parcel-de",
            "delivered",
            "Der Empfänger hat die Sendung in der Filiale abgeholt.",
            "delivered",
            "collected_by_customer",
        ),
        ("parcel-de", "failure", "Parcel cancelled", "cancelled", "shipment"),
    ],
)
def test_words_tell_more_closely_than_five_states(service, state, words, status, sub):
    result = _read(service, state, words)

    assert (result["status"], result["sub_status"]) == (status, sub)


@pytest.mark.parametrize(
    ("state", "words", "status"),
    [
        ("transit", "It is being prepared for the delivery vehicle.", "in_transit"),
        ("transit", "Wird ins Zustellfahrzeug geladen.", "in_transit"),
        ("transit", "Not yet out for delivery.", "in_transit"),
        ("transit", "Die Sendung wurde zurückgestellt.", "in_transit"),
        ("transit", "It will be delivered to a retail outlet.", "in_transit"),
        ("transit", "Handed over to the retail outlet by the sender.", "in_transit"),
        ("transit", "Not ready for collection.", "in_transit"),
        ("transit", "If refused, it is returned to the sender.", "in_transit"),
        ("transit", "Delivered to a neighbour is possible.", "in_transit"),
        ("delivered", "Could not be delivered at first, now it was.", "delivered"),
        ("pre-transit", "Ready for collection.", "info_received"),
    ],
)
def test_words_never_tell_what_has_not_happened(state, words, status):
    assert _read("parcel-de", state, words)["status"] == status


def test_a_code_that_tells_movement_leaves_the_way_back_to_the_words():
    event = {"timestamp": "2026-03-01T08:00:00", "statusCode": "transit"}
    back = event | {"status": "DF", "description": "It returns to the shipper"}
    there = event | {"status": "WC", "description": "It returns to the shipper"}

    [returning] = _read_events("express", [back])
    [with_courier] = _read_events("express", [there])

    assert returning["status"] == "returning"
    assert with_courier["status"] == "out_for_delivery"


def test_a_parcel_on_its_way_back_is_not_delivered_to_the_shopper():
    way_back = [("transit", "On hand"), ("failure", "Goes back to the sender")]

    result = _read("parcel-de", "delivered", "Delivered.", earlier=way_back)

    assert result["status"] == "returned"
    assert result["delivered_at"] is None
