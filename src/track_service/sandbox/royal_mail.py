"""Royal Mail Tracking v2 as it answers: an object for events, a list for summaries."""

from typing import Any

from werkzeug.wrappers import Request

from track_service.sandbox.dice import marker
from track_service.sandbox.parcels import Did, Step, words_of
from track_service.sandbox.wire import Desk, Reply, View, offset_of

_ROOT = "/mailpieces/v2/"
_MOST = 30
_FAILURES = {429: ("E0010", "Too many requests"), 500: ("E0009", "Internal error")}
_CODE_OF_NO_UPDATE = "E1142"

# event code, statusCategory, event name, name after rewording; where None stands
# for the code Royal Mail scans nothing of the kind
_SCANS: dict[tuple[Did, str], tuple[str, str, str, str] | None] = {
    (Did.LABEL, ""): ("EVAIP", "PRE-ADVICE", "Sender despatching item", "Item advised"),
    (Did.PICKED_UP, ""): ("EVDAV", "IN TRANSIT", "Item received", "Acceptance at mail centre"),
    (Did.ARRIVED, ""): ("EVIMC", "IN TRANSIT", "Received at mail centre", "Item at mail centre"),
    (Did.ARRIVED, "origin"): ("EVBAH", "IN TRANSIT", "Received at National Parcel Hub", "Item at hub"),
    (Did.DEPARTED, ""): None,
    (Did.DELAYED, "weather"): None,
    (Did.DELAYED, "sorting"): ("EVNMI", "IN TRANSIT", "Forwarded - Mis-sort", "Re-routed"),
    (Did.AT_DEPOT, ""): ("EVIAV", "IN TRANSIT", "Sent to local delivery office", "At delivery office"),
    (Did.OUT_FOR_DELIVERY, ""): ("EVGPD", "IN TRANSIT", "Due for delivery today", "Out for delivery"),
    (Did.ATTEMPT_FAILED, ""): ("EVKNA", "DELIVERY ATTEMPTED", "No answer", "Attempted - no answer"),
    (Did.ATTEMPT_FAILED, "no_access"): ("EVKAA", "DELIVERY ATTEMPTED", "Address inaccessible", "No access"),
    (Did.ATTEMPT_FAILED, "refused"): ("EVKRF", "RETURNING", "Item refused", "Refused by recipient"),
    (Did.HELD, ""): ("EVKLC", "READY FOR COLLECTION", "Ready to collect", "At collection point"),
    (Did.RETURNING, ""): ("EVNGA", "RETURNING", "Addressee gone away", "Being returned"),
    (Did.RETURNING, "moving"): None,
    (Did.RETURNED, ""): ("EVRTS", "RETURNED", "Returned to sender", "Delivered to sender"),
    (Did.DELIVERED, ""): ("EVKSP", "DELIVERED", "Delivered", "Delivered and signed for"),
    (Did.COLLECTED, ""): ("EVPLC", "DELIVERED", "Collected from Post Office", "Collected"),
    (Did.NOVEL, ""): ("EVQ99", "IN TRANSIT", "Item dreamt of", "Item dreamt of"),
}  # fmt: skip
_SAFEPLACE = ("EVKSF", "DELIVERED", "Delivered to Safeplace", "Left in Safeplace")


class RoyalMail:
    """`/mailpieces/v2/{id}/events` and `/mailpieces/v2/summary?mailPieceId=`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, request: Request, path: str) -> Reply:
        refused = self._refusal(request)
        if refused:
            return refused
        found = path.removeprefix(_ROOT)
        if found == "summary":
            return self._summaries(request.args.get("mailPieceId", ""))
        number, _, what = found.partition("/")
        if request.method != "GET" or what != "events" or not path.startswith(_ROOT):
            return _errors(404, "E0001", "Resource not found")
        view = self._look(number)
        if view is None:
            return _errors(404, _CODE_OF_NO_UPDATE, f"Barcode {number} not recognised")
        return Reply(200, {"mailPieces": _events(view)})

    def failure(self, status: int) -> Reply:
        return _errors(status, *_FAILURES[status])

    def _refusal(self, request: Request) -> Reply | None:
        headers = request.headers
        who = headers.get("X-IBM-Client-Id"), headers.get("X-IBM-Client-Secret")
        if not self._desk.knows(*who):
            document = {
                "httpCode": "401",
                "httpMessage": "Unauthorized",
                "moreInformation": "Client id not registered.",
            }
            return Reply(401, document)
        if headers.get("X-Accept-RMG-Terms") != "yes":
            return _errors(400, "E0004", "Header X-Accept-RMG-Terms is missing")
        return None

    def _look(self, number: str) -> View | None:
        view = self._desk.look(number)
        if view is None or not any(_words(step) for step in view.steps):
            return None
        return view

    def _summaries(self, wanted: str) -> Reply:
        numbers = [number for number in wanted.split(",") if number]
        if not numbers or len(numbers) > _MOST:
            code = "E0013" if numbers else "E0004"
            return _errors(400, code, "Between 1 and 30 barcodes are needed")
        return Reply(200, {"mailPieces": [self._piece(n) for n in numbers]})

    def _piece(self, number: str) -> dict[str, Any]:
        view = self._look(number)
        if view is None:
            error = _error(_CODE_OF_NO_UPDATE, f"Barcode {number} not recognised")
            return {"mailPieceId": number, "status": "404", "error": error}
        return _head(view) | {"status": "200", "summary": _summary(view)}


def _error(code: str, description: str) -> dict[str, str]:
    return {
        "errorCode": code,
        "errorDescription": description,
        "errorCause": description,
        "errorResolution": "Check and resubmit",
    }


def _errors(status: int, code: str, description: str) -> Reply:
    errors = [_error(code, description)]
    message = {"httpCode": str(status), "httpMessage": description, "errors": errors}
    return Reply(status, message)


def _words(step: Step) -> tuple[str, str, str, str] | None:
    if step.did is Did.DELIVERED and not step.detail:
        return _SAFEPLACE
    return words_of(_SCANS, step)


def _unique(number: str) -> str:
    return marker(number, length=21).upper()


def _head(view: View) -> dict[str, str]:
    return {
        "mailPieceId": view.parcel.number,  # what was asked for, be it barcode or id
        "carrierShortName": "RM",
        "carrierFullName": "Royal Mail Group Ltd",
    }


def _stamp(step: Step) -> str:
    return f"{step.local:%Y-%m-%dT%H:%M:%S}{offset_of(step)}"


def _place(step: Step) -> str:
    if step.did is Did.ARRIVED:
        return f"{step.hub.city} MC"
    return f"{step.hub.city} DO"


def _summary(view: View) -> dict[str, Any]:
    known = [step for step in view.steps if _words(step) and step.did is not Did.NOVEL]
    last = max(known or view.steps, key=lambda step: step.at)
    code, category, name, _ = _words(last) or ("", "IN TRANSIT", "", "")
    return {
        "uniqueItemId": _unique(view.parcel.number),
        "oneDBarcode": view.parcel.number,
        "productId": "TPN",
        "productName": "Royal Mail Tracked 24",
        "productDescription": "Tracked, next working day",
        "productCategory": "NON-INTERNATIONAL",
        "destinationCountryCode": "GBR",
        "originCountryCode": "GBR",
        "lastEventCode": code,
        "lastEventName": name,
        "lastEventDateTime": _stamp(last),
        "lastEventLocationName": _place(last),
        "statusDescription": name,
        "statusCategory": category,
        "summaryLine": f"Item {view.parcel.number}: {name}, {last.local:%Y-%m-%d}.",
    }


def _events(view: View) -> dict[str, Any]:
    piece: dict[str, Any] = _head(view) | {"summary": _summary(view)}
    signed = view.find(Did.DELIVERED, Did.COLLECTED)
    if signed and signed.detail:
        piece["signature"] = {
            "recipientName": signed.detail,
            "signatureDateTime": _stamp(signed),
            "imageId": marker(view.parcel.number, "image", length=6),
        }
    day = view.expected_on
    if day:
        offset = offset_of(view.latest)
        piece["estimatedDelivery"] = {
            "date": f"{day}",
            "startOfEstimatedWindow": f"08:00:00{offset}",
            "endOfEstimatedWindow": f"17:00:00{offset}",
        }
    told = [(step, _words(step)) for step in view.newest_first]
    piece["events"] = [_event(step, words) for step, words in told if words]
    return piece


def _event(step: Step, words: tuple[str, str, str, str]) -> dict[str, str]:
    return {
        "eventCode": words[0],
        "eventName": words[3] if step.wording else words[2],
        "eventDateTime": _stamp(step),
        "locationName": _place(step),
    }
