"""DHL Shipment Tracking Unified as it answers: Paket in words, Express in codes.

Paket tells local times without an offset and speaks German or English; Express
tells two-letter codes and offsets.
"""

from datetime import datetime
from typing import Any

from werkzeug.wrappers import Request

from track_service.sandbox.dhl_codes import EXPRESS, PAKET
from track_service.sandbox.parcels import Did, Step, words_of
from track_service.sandbox.places import Hub
from track_service.sandbox.wire import Desk, Reply, View

_TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    404: "Not found",
    429: "Too Many Requests",
    500: "Internal Server Error",
}
_COUNTRIES = {"DE": "GERMANY", "GB": "UNITED KINGDOM", "US": "UNITED STATES"}


class DhlUnified:
    """`GET /track/shipments?trackingNumber=` with the header DHL-API-Key."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Request, path: str) -> Reply:
        if request.method != "GET" or path != "/track/shipments":
            return _problem(404, "No such resource.")
        if request.headers.get("DHL-API-Key") != self._desk.credentials["api_key"]:
            return _problem(401, "Unauthorized for given resource.")
        number = request.args.get("trackingNumber", "")
        if not number:
            detail = "Invalid input: missing mandatory parameter 'trackingNumber'"
            return _problem(400, detail)
        view = self._desk.look(number)
        if view is None:
            return _problem(404, "No shipment with given tracking number found.")
        german = request.args.get("language", "en").lower() == "de"
        shipment = _express(view) if view.parcel.abroad else _paket(view, german)
        url = f"/shipments?trackingNumber={number}"
        return Reply(200, {"url": url, "shipments": [shipment]})

    def failure(self, status: int) -> Reply:
        return _problem(status, "Please try again later.")


def _problem(status: int, detail: str) -> Reply:
    title = _TITLES[status]
    return Reply(status, {"title": title, "status": status, "detail": detail})


def _paket(view: View, german: bool) -> dict[str, Any]:
    parcel = view.parcel
    events = [_paket_event(step, german) for step in view.newest_first]
    shipment: dict[str, Any] = {
        "id": parcel.number,
        "service": "parcel-de",
        "origin": {"address": {"countryCode": parcel.origin.country}},
        "destination": {"address": {"countryCode": parcel.destination.country}},
        "status": _paket_event(view.latest, german),
        "details": {
            "product": {"productName": "DHL PAKET"},
            "proofOfDeliverySignedAvailable": False,
            "totalNumberOfPieces": 1,
            "pieceIds": [parcel.number],
        },
        "events": events,
    }
    if view.expected_on:
        shipment["estimatedTimeOfDelivery"] = f"{view.expected_on}"
    return shipment


def _paket_event(step: Step, german: bool) -> dict[str, Any]:
    words = words_of(PAKET, step)
    text = words[1] if german else words[2]
    if step.wording:
        text = text.replace("Die Sendung", "Ihre Sendung")
        text = text.replace("The shipment", "Your shipment").rstrip(".")
    here = step.local.replace(tzinfo=None)
    address = {"addressLocality": step.hub.city, "countryCode": step.hub.country}
    return {
        "timestamp": here.isoformat(),
        "location": {"address": address},
        "statusCode": words[0],
        "status": text,
        "description": text,
    }


def _express(view: View) -> dict[str, Any]:
    parcel = view.parcel
    shipment: dict[str, Any] = {
        "id": parcel.number,
        "service": "express",
        "origin": {"address": {"addressLocality": _locality(parcel.origin)}},
        "destination": {"address": {"addressLocality": _locality(parcel.destination)}},
        "status": _express_event(view.latest),
        "details": {
            "carrier": {"@type": "Organization", "organizationName": "DHL Express"},
            "totalNumberOfPieces": 1,
        },
        "events": [_express_event(step) for step in view.newest_first],
    }
    done = view.find(Did.DELIVERED, Did.COLLECTED)
    if done:
        signed = {"@type": "Person", "name": done.detail}
        proof: dict[str, Any] = {"timestamp": done.local.isoformat()}
        shipment["details"]["proofOfDelivery"] = proof | (
            {"signed": signed} if done.detail else {}
        )
    elif view.expected_on:
        shipment |= _window(view)
    return shipment


def _window(view: View) -> dict[str, Any]:
    here = view.parcel.destination
    day = view.expected_on or view.parcel.promised_on
    zone = view.latest.local.tzinfo
    if view.latest.hub != here:
        return {"estimatedTimeOfDelivery": f"{day}"}
    start = datetime(day.year, day.month, day.day, 9, tzinfo=zone)
    end = start.replace(hour=18)
    return {
        "estimatedTimeOfDelivery": end.isoformat(),
        "estimatedDeliveryTimeFrame": {
            "estimatedFrom": start.isoformat(),
            "estimatedThrough": end.isoformat(),
        },
    }


def _express_event(step: Step) -> dict[str, Any]:
    words = words_of(EXPRESS, step)
    text = words[2]
    if step.did in (Did.DELIVERED, Did.COLLECTED) and step.detail:
        text = f"{text} - Signed by {step.detail}"
    if step.wording:
        text = f"{text}."
    address = {"addressLocality": _locality(step.hub), "countryCode": step.hub.country}
    return {
        "timestamp": step.local.isoformat(),
        "location": {"address": address},
        "statusCode": words[0],
        "status": words[1],
        "description": text,
    }


def _locality(hub: Hub) -> str:
    return f"{hub.city.upper()} - {_COUNTRIES[hub.country]}"
