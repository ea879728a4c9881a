"""USPS Tracking v3 as it answers: DETAIL on request, a faulty GMT stamp."""

from datetime import UTC, time
from typing import Any

from werkzeug.wrappers import Request

from track_service.sandbox.dice import marker
from track_service.sandbox.parcels import Did, Step, words_of
from track_service.sandbox.wire import Desk, Reply, View, of_form_or_json, offset_of

_LIFETIME = 28799
_PATH = "/tracking/v3/tracking/"
_MOVING = "Moving Through Network"

# event code, statusCategory, text, text after rewording
_SCANS: dict[tuple[Did, str], tuple[str, str, str, str]] = {
    (Did.LABEL, ""): ("GX", "Pre-Shipment", "Shipping Label Created, USPS Awaiting Item", "Pre-Shipment, USPS Awaiting Item"),
    (Did.PICKED_UP, ""): ("03", "Accepted", "USPS in possession of item", "Acceptance"),
    (Did.ARRIVED, "origin"): ("10", _MOVING, "Arrived at USPS Regional Origin Facility", "Processed at USPS Origin Facility"),
    (Did.ARRIVED, ""): ("A1", _MOVING, "Arrived at USPS Regional Facility", "Arrived at USPS Facility"),
    (Did.DEPARTED, ""): ("T1", _MOVING, "Departed USPS Regional Facility", "Departed USPS Facility"),
    (Did.DELAYED, "sorting"): ("08", "Alert", "Missent", "Missent, Being Rerouted"),
    (Did.DELAYED, "weather"): ("71", "Alert", "Rescheduled to Next Delivery Day", "Delayed by Weather"),
    (Did.AT_DEPOT, ""): ("07", _MOVING, "Arrived at Post Office", "Arrival at Unit"),
    (Did.OUT_FOR_DELIVERY, ""): ("OF", "Out for Delivery", "Out for Delivery", "Out for Delivery Today"),
    (Did.ATTEMPT_FAILED, ""): ("56", "Delivery Attempt", "Notice Left (No Authorized Recipient Available)", "Notice Left"),
    (Did.ATTEMPT_FAILED, "no_access"): ("30", "Delivery Attempt", "Delivery Attempted - No Access to Delivery Location", "No Access"),
    (Did.ATTEMPT_FAILED, "refused"): ("04", "Alert", "Refused", "Refused by Addressee"),
    (Did.HELD, ""): ("16", "Available for Pickup", "Available for Pickup", "Held at Post Office"),
    (Did.RETURNING, ""): ("09", "Alert", "Return to Sender", "Being Returned to Sender"),
    (Did.RETURNING, "moving"): ("A1", "Alert", "Arrived at USPS Regional Facility", "Arrived at USPS Facility"),
    (Did.RETURNED, ""): ("01", "Delivered", "Delivered, To Original Sender", "Delivered to Sender"),
    (Did.DELIVERED, ""): ("01", "Delivered", "Delivered, In/At Mailbox", "Delivered"),
    (Did.COLLECTED, ""): ("01", "Delivered", "Delivered, Individual Picked Up at Post Office", "Delivered, Picked Up"),
    (Did.NOVEL, ""): ("Q9", _MOVING, "Parcel Dreamt Of", "Parcel Dreamt Of"),
}  # fmt: skip


class Usps:
    """OAuth by JSON, then `GET /tracking/v3/tracking/{n}?expand=DETAIL`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Request, path: str) -> Reply:
        if request.method == "POST" and path == "/oauth2/v3/token":
            return self._token(request)
        if request.method == "GET" and path.startswith(_PATH):
            return self._track(request, path.removeprefix(_PATH))
        return _error(404, "404", "Resource not found")

    def failure(self, status: int) -> Reply:
        return _error(status, str(status), "Spike arrest" if status == 429 else "Fault")

    def _token(self, request: Request) -> Reply:
        asked = of_form_or_json(request)
        known = self._desk.knows(asked.get("client_id"), asked.get("client_secret"))
        if not known or asked.get("grant_type") != "client_credentials":
            document = {
                "error": "invalid_client",
                "error_description": "Client authentication failed.",
                "error_uri": "https://datatracker.ietf.org/doc/html/rfc6749",
            }
            return Reply(401, document)
        document = {
            "access_token": self._desk.tokens.issue(_LIFETIME),
            "token_type": "Bearer",
            "issued_at": str(int(self._desk.now().timestamp() * 1000)),
            "expires_in": str(_LIFETIME),
            "status": "approved",
            "scope": "tracking",
        }
        return Reply(200, document)

    def _track(self, request: Request, number: str) -> Reply:
        if not self._desk.tokens.accept(request):
            return _error(401, "401", "Invalid access token")
        if not number.isalnum():
            return _error(400, "400", "The tracking number is invalid.", "150002")
        view = self._desk.look(number)
        if view is None:
            text = "A status update is not yet available on your package."
            return _error(400, "400", text, "150001")
        if request.args.get("expand", "SUMMARY").upper() != "DETAIL":
            document = {"trackingNumber": number, "statusSummary": _summary(view)}
            return Reply(200, document)
        return Reply(200, _detail(view))


def _error(status: int, code: str, message: str, inner: str = "") -> Reply:
    errors = [{"title": message, "detail": "", "code": inner}] if inner else []
    error = {"code": code, "message": message, "errors": errors}
    return Reply(status, {"apiVersion": "/tracking/v3", "error": error})


def _words(step: Step) -> tuple[str, str, str, str]:
    words = words_of(_SCANS, step)
    if step.did is Did.DELIVERED and step.detail:
        code, category, _, other = words
        return code, category, "Delivered, Left with Individual", other
    return words


def _summary(view: View) -> str:
    step = view.latest
    here, hub = step.local, step.hub
    when = f"{here:%I:%M} {here:%p}".lower().lstrip("0")
    place = f"{hub.city.upper()}, {hub.region} {hub.postal}"
    return (
        f"{_words(step)[2]} at {when} on {here:%B} {here.day}, {here.year} in {place}."
    )


def _detail(view: View) -> dict[str, Any]:
    parcel = view.parcel
    origin, destination = parcel.origin, parcel.destination
    _, category, text, _ = _words(view.latest)
    document: dict[str, Any] = {
        "destinationCity": destination.city.upper(),
        "destinationState": destination.region,
        "destinationZIP": destination.postal,
        "mailClass": "USPS Ground Advantage<SUP>&#153;</SUP>",
        "mailType": "DM",
        "originCity": origin.city.upper(),
        "originState": origin.region,
        "originZIP": origin.postal,
        "services": ["USPS Tracking<SUP>&#174;</SUP>"],
        "serviceTypeCode": parcel.number[2:5],
        "status": text,
        "statusCategory": category,
        "statusSummary": _summary(view),
        "tableCode": "T",
        "uniqueMailPieceID": str(int(marker(parcel.number, length=7), 16)),
        "trackingEvents": [_event(step) for step in view.newest_first],
        "trackingNumber": parcel.number,
    }
    if view.expected_on:
        midnight = f"{view.expected_on}T00:00:00"
        document["expectedDeliveryTimeStamp"] = midnight
        if view.latest.did is Did.OUT_FOR_DELIVERY:
            document["predictedDeliveryDate"] = f"{view.expected_on}"
            document["predictedDeliveryWindowStartTime"] = f"{time(10):%H:%M}"
            document["predictedDeliveryWindowEndTime"] = f"{time(16):%H:%M}"
    return document


def _event(step: Step) -> dict[str, Any]:
    code, _, text, other = _words(step)
    here = step.local
    event: dict[str, Any] = {
        "eventType": other if step.wording else text,
        "eventTimestamp": f"{here:%Y-%m-%dT%H:%M}:00",
        "eventCountry": None,
        "eventCity": step.hub.city.upper(),
        "eventState": step.hub.region,
        "eventZIP": step.hub.postal,
        "firm": None,
        "name": (step.detail or None) if step.did is Did.DELIVERED else None,
        "authorizedAgent": "false",
        "eventCode": code,
        "additionalProp": None,
    }
    if step.did is Did.LABEL:
        return event
    # Their GMT stamp keeps the local day where the hour has rolled over.
    gmt = f"{here:%Y-%m-%d}T{step.at.astimezone(UTC):%H:%M:%S}Z"
    return event | {"GMTTimestamp": gmt, "GMTOffset": offset_of(step)}
