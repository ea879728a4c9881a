"""UPS Tracking v1 as it answers: one number a call, activity newest first."""

from datetime import UTC, timedelta
from typing import Any

from werkzeug.wrappers import Request

from track_service.sandbox.dice import marker
from track_service.sandbox.parcels import Did, Step, words_of
from track_service.sandbox.places import Hub
from track_service.sandbox.ups_codes import SCANS
from track_service.sandbox.wire import Desk, Reply, View, offset_of

_LIFETIME = 14399
_DETAILS = "/api/track/v1/details/"
_STATUS_CODES = {429: ("10429", "Too Many Requests"), 500: ("10500", "Internal Error")}


class Ups:
    """OAuth by Basic, then `/api/track/v1/details/{n}`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Request, path: str) -> Reply:
        if path == "/security/v1/oauth/token" and request.method == "POST":
            return self._token(request)
        if path.startswith(_DETAILS) and request.method == "GET":
            return self._details(request, path.removeprefix(_DETAILS))
        return _errors(404, "10404", "Resource not found")

    def failure(self, status: int) -> Reply:
        return _errors(status, *_STATUS_CODES[status])

    def _token(self, request: Request) -> Reply:
        who = request.authorization
        known = who is not None and self._desk.knows(who.username, who.password)
        if not known:
            return _errors(401, "10401", "ClientId is Invalid")
        if request.form.get("grant_type") != "client_credentials":
            return _errors(400, "10400", "Invalid/Missing Grant Type")
        issued = int(self._desk.now().timestamp() * 1000)
        document = {
            "token_type": "Bearer",
            "issued_at": str(issued),
            "client_id": self._desk.credentials["client_id"],
            "access_token": self._desk.tokens.issue(_LIFETIME),
            "expires_in": str(_LIFETIME),
            "status": "approved",
        }
        return Reply(200, document)

    def _details(self, request: Request, number: str) -> Reply:
        if not self._desk.tokens.accept(request):
            return _errors(401, "250002", "Invalid Authentication Information")
        if not (
            request.headers.get("transId") and request.headers.get("transactionSrc")
        ):
            return _errors(400, "10400", "Missing header transId or transactionSrc")
        if not (7 <= len(number) <= 34 and number.isalnum()):
            return _errors(400, "TV1002", "Invalid inquiry number")
        view = self._desk.look(number)
        if view is None:
            warning = {"code": "TW0001", "message": "Tracking Information Not Found"}
            return _shipment({"inquiryNumber": number, "warnings": [warning]})
        return _shipment(_tracked(view))


def _errors(status: int, code: str, message: str) -> Reply:
    return Reply(status, {"response": {"errors": [{"code": code, "message": message}]}})


def _shipment(document: dict[str, Any]) -> Reply:
    return Reply(200, {"trackResponse": {"shipment": [document]}})


def _tracked(view: View) -> dict[str, Any]:
    parcel = view.parcel
    kind, _, status, text, _ = words_of(SCANS, view.latest)
    package: dict[str, Any] = {
        "trackingNumber": parcel.number,
        "deliveryDate": _delivery_date(view),
        "deliveryTime": _delivery_time(view),
        "activity": [_activity(step) for step in view.newest_first],
        "currentStatus": {"type": kind, "description": text.strip(), "code": status},
        "packageAddress": [
            {"type": "ORIGIN", "address": _address(parcel.origin)},
            {"type": "DESTINATION", "address": _address(parcel.destination)},
        ],
        "weight": {"unitOfMeasurement": "LBS", "weight": "2.40"},
        "service": {"code": "518", "levelCode": "011", "description": "UPS Ground"},
        "referenceNumber": [
            {"type": "SHIPMENT", "number": marker(parcel.number, length=10).upper()}
        ],
        "packageCount": 1,
    }
    delivered = view.find(Did.DELIVERED, Did.COLLECTED)
    if delivered:
        package["deliveryInformation"] = {
            "location": "RECEIVER" if delivered.detail else "FRONT DOOR",
            "receivedBy": delivered.detail,
        }
    return {
        "inquiryNumber": parcel.number,
        "shipmentType": "S",
        "pickupDate": f"{parcel.shipped_on:%Y%m%d}",
        "package": [package],
        "userRelation": [{"type": "MYCHOICE_HOME"}],
    }


def _activity(step: Step) -> dict[str, Any]:
    kind, code, status, text, other = words_of(SCANS, step)
    here, gmt = step.local, step.at.astimezone(UTC)
    activity: dict[str, Any] = {
        "location": {"address": _address(step.hub)},
        "status": {
            "type": kind,
            "description": other if step.wording else text,
            "statusCode": status,
        }
        | ({"code": code} if code else {}),
        "date": f"{here:%Y%m%d}",
        "time": f"{here:%H%M%S}",
    }
    if step.did is Did.LABEL:  # a manifest event tells the country alone, and no GMT
        country = step.hub.country
        address = {"countryCode": country, "country": country}
        return activity | {"location": {"address": address}}
    return activity | {
        "gmtDate": f"{gmt:%Y%m%d}",
        "gmtOffset": offset_of(step),
        "gmtTime": f"{gmt:%H:%M:%S}",
    }


def _address(hub: Hub) -> dict[str, str]:
    address = {
        "city": hub.city.upper(),
        "countryCode": hub.country,
        "country": hub.country,
    }
    return address | ({"stateProvince": hub.region} if hub.region else {})


def _delivery_date(view: View) -> list[dict[str, str]]:
    done = view.find(Did.DELIVERED, Did.COLLECTED)
    if done:
        return [{"type": "DEL", "date": f"{done.local:%Y%m%d}"}]
    expected = view.expected_on
    if expected is None:
        return []
    dates = [{"type": "SDD", "date": f"{view.parcel.promised_on:%Y%m%d}"}]
    if expected != view.parcel.promised_on:
        dates.append({"type": "RDD", "date": f"{expected:%Y%m%d}"})
    return dates


def _delivery_time(view: View) -> dict[str, str]:
    done = view.find(Did.DELIVERED, Did.COLLECTED)
    if done:
        return {"type": "DEL", "endTime": f"{done.local:%H%M%S}"}
    if view.expected_on is None:
        return {}
    if view.latest.did is Did.OUT_FOR_DELIVERY:
        start = view.latest.local + timedelta(hours=2)
        end = start + timedelta(hours=4)
        return {
            "type": "EDW",
            "startTime": f"{start:%H}0000",
            "endTime": f"{end:%H}0000",
        }
    return {"type": "EOD", "endTime": "190000"}
