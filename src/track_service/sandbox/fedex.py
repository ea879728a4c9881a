"""FedEx Track v1 as it answers: up to 30 numbers a call, an error each."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from track_service.sandbox.dice import marker
from track_service.sandbox.fedex_codes import (
    COUNTRIES,
    DERIVED,
    EXCEPTIONS,
    FAILURES,
    SCANS,
)
from track_service.sandbox.parcels import Did, Step, words_of
from track_service.sandbox.places import Hub
from track_service.sandbox.wire import Desk, Reply, View, json_of

_LIFETIME = 3599
_MOST = 30


class Fedex:
    """OAuth by form, then `POST /track/v1/trackingnumbers`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Request, path: str) -> Reply:
        if request.method == "POST" and path == "/oauth/token":
            return self._token(request)
        if request.method == "POST" and path == "/track/v1/trackingnumbers":
            return self._track(request)
        return _errors(404, "NOT.FOUND.ERROR", "The resource does not exist.")

    def failure(self, status: int) -> Reply:
        return _errors(status, *FAILURES[status])

    def _token(self, request: Request) -> Reply:
        form = request.form
        if form.get("grant_type") != "client_credentials":
            return _errors(400, "BAD.REQUEST.ERROR", "The grant type is missing.")
        if not self._desk.knows(form.get("client_id"), form.get("client_secret")):
            message = "The given client credentials were not valid."
            return _errors(401, "NOT.AUTHORIZED.ERROR", message)
        document = {
            "access_token": self._desk.tokens.issue(_LIFETIME),
            "token_type": "bearer",
            "expires_in": _LIFETIME,
            "scope": "CXS",
        }
        return Reply(200, document)

    def _track(self, request: Request) -> Reply:
        if not self._desk.tokens.accept(request):
            return _errors(401, "NOT.AUTHORIZED.ERROR", "Access token expired.")
        numbers = [
            str(wanted.get("trackingNumberInfo", {}).get("trackingNumber") or "")
            for wanted in json_of(request).get("trackingInfo") or ()
        ]
        if not numbers or not all(numbers):
            code = "TRACKING.TRACKINGNUMBER.EMPTY"
            return _errors(400, code, "Please provide tracking number.")
        if len(numbers) > _MOST:
            code = "TRACKING.TRACKINGNUMBER.LIMITEXCEEDED"
            return _errors(400, code, "At most 30 numbers can be tracked at once.")
        output = {"completeTrackResults": [self._complete(n) for n in numbers]}
        return Reply(200, _stamped(numbers) | {"output": output})

    def _complete(self, number: str) -> dict[str, Any]:
        view = self._desk.look(number)
        result = _unknown(number) if view is None else _tracked(view)
        return {"trackingNumber": number, "trackResults": [result]}


def _stamped(words: object) -> dict[str, str]:
    return {"transactionId": str(UUID(marker(words)))}


def _errors(status: int, code: str, message: str) -> Reply:
    errors = [{"code": code, "message": message}]
    return Reply(status, _stamped(code) | {"errors": errors})


def _unknown(number: str) -> dict[str, Any]:
    return {
        "trackingNumberInfo": {
            "trackingNumber": number,
            "trackingNumberUniqueId": "",
            "carrierCode": "",
        },
        "error": {
            "code": "TRACKING.TRACKINGNUMBER.NOTFOUND",
            "message": "The tracking number cannot be found at present.",
        },
    }


def _tracked(view: View) -> dict[str, Any]:
    parcel, latest = view.parcel, view.latest
    event, derived, _, text, _ = words_of(SCANS, latest)
    code = event if event in ("OD", "OC") else derived
    result: dict[str, Any] = {
        "trackingNumberInfo": {
            "trackingNumber": parcel.number,
            "trackingNumberUniqueId": f"2460000000~{parcel.number}~FX",
            "carrierCode": "FDXE",
        },
        "shipperInformation": {"address": _address(parcel.origin)},
        "recipientInformation": {"address": _address(parcel.destination)},
        "latestStatusDetail": {
            "code": code,
            "derivedCode": code,
            "statusByLocale": text if code != "IT" else "In transit",
            "description": text,
            "scanLocation": _address(latest.hub),
            "ancillaryDetails": _ancillary(latest),
        },
        "dateAndTimes": _dates(view),
        "scanEvents": [_event(step) for step in view.newest_first],
        "serviceDetail": {"type": "FEDEX_GROUND", "description": "FedEx Ground"},
    }
    return result | _estimate(view) | _delivery(view)


def _exception(step: Step) -> str:
    stated = EXCEPTIONS.get((step.did, step.detail))
    return stated or EXCEPTIONS.get((step.did, ""), "")


def _ancillary(step: Step) -> list[dict[str, str]]:
    reason, text = words_of(SCANS, step)[2], _exception(step)
    return [{"reason": reason, "reasonDescription": text}] if reason else []


def _event(step: Step) -> dict[str, Any]:
    event, derived, exception, text, other = words_of(SCANS, step)
    return {
        "date": step.local.isoformat(),
        "eventType": event,
        "eventDescription": other if step.wording else text,
        "exceptionCode": exception,
        "exceptionDescription": _exception(step),
        "scanLocation": _address(step.hub) | {"postalCode": step.hub.postal},
        "locationType": "VEHICLE" if event == "OD" else "FEDEX_FACILITY",
        "derivedStatusCode": derived,
        "derivedStatus": DERIVED[derived],
    }


def _address(hub: Hub) -> dict[str, Any]:
    address: dict[str, Any] = {"city": hub.city.upper(), "countryCode": hub.country}
    if hub.country == "US":
        address["stateOrProvinceCode"] = hub.region
    return address | {"residential": False, "countryName": COUNTRIES[hub.country]}


def _dates(view: View) -> list[dict[str, str]]:
    # A plain day is written as midnight of Mountain time, whatever the place.
    shipped = f"{view.parcel.shipped_on}T00:00:00-06:00"
    dates = [{"type": "SHIP", "dateTime": shipped}]
    if view.find(Did.PICKED_UP):
        dates.append({"type": "ACTUAL_PICKUP", "dateTime": shipped})
    done = view.find(Did.DELIVERED, Did.COLLECTED)
    if done:
        stamp = {"type": "ACTUAL_DELIVERY", "dateTime": done.local.isoformat()}
        return [stamp, *dates]
    if view.expected_on:
        due = f"{view.expected_on}T00:00:00-06:00"
        dates.append({"type": "ESTIMATED_DELIVERY", "dateTime": due})
    return dates


def _estimate(view: View) -> dict[str, Any]:
    ends = f"{view.parcel.promised_on}T00:00:00-06:00"
    found: dict[str, Any] = {"standardTransitTimeWindow": {"window": {"ends": ends}}}
    if view.latest.did is Did.OUT_FOR_DELIVERY:
        begins = (view.latest.local + timedelta(hours=2)).replace(minute=0, second=0)
        end = begins + timedelta(hours=4)
        found["estimatedDeliveryTimeWindow"] = {
            "window": {"begins": begins.isoformat(), "ends": end.isoformat()},
            "type": "ESTIMATED_DELIVERY",
        }
    return found


def _delivery(view: View) -> dict[str, Any]:
    done = view.find(Did.DELIVERED, Did.COLLECTED)
    tries = sum(step.did is Did.ATTEMPT_FAILED for step in view.steps)
    details: dict[str, Any] = {"deliveryAttempts": str(tries), "deliveryToday": False}
    if done:
        details |= {"receivedByName": done.detail, "locationType": "RESIDENCE"}
        details |= {"signedByName": done.detail} if done.detail else {}
    return {"deliveryDetails": details}
