"""PostNL Shippingstatus v2: https://developer.postnl.nl/docs/#/http/api-endpoints/shippingstatus.

Proof: official examples and genuine answers. Read are the status of one barcode (with or
without its events), the feed of updated shipments and the signature. An empty value is
`{}` or the text "{}", one item stands where a list is meant, an unknown barcode is a
warning in HTTP 200, and status 99 says nothing. Times are local and name no zone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import quote

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Rate,
    StatusMap,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    error_body,
    gateway_fault,
    http_problem,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_by,
    stated_time,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.postnl.nl"
IGNORED = "99"  # "not applicable": neither a status nor a phase

STATUSES = StatusMap(
    {
        "1": Meaning(Status.INFO_RECEIVED, "received"),
        "2": Meaning(Status.PICKED_UP, "accepted"),
        "3": Meaning(Status.PICKED_UP, "collected"),
        "4": Meaning(Status.INFO_RECEIVED, "pickup_failed"),
        "5": Meaning(Status.IN_TRANSIT, "processed"),
        "6": Meaning(Status.EXCEPTION, "delayed_processing"),
        "7": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "8": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "9": Meaning(Status.IN_TRANSIT, "customs_started"),
        "11": Meaning(Status.DELIVERED, "delivered"),
        "12": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "13": Meaning(Status.INFO_RECEIVED, "received"),
        "14": Meaning(Status.EXCEPTION, "generic"),
        "15": Meaning(Status.EXCEPTION, "transit"),
        "16": Meaning(Status.EXCEPTION, "transit"),
        "17": Meaning(Status.EXCEPTION, "transit"),
        "18": Meaning(Status.EXCEPTION, "lost", "carrier_parcel_lost"),
        "19": Meaning(Status.EXCEPTION, "rejected_by_carrier"),
        "20": Meaning(Status.IN_TRANSIT, "customs_started"),
        "21": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "22": Meaning(Status.DELIVERED, "collected_by_customer"),
        "23": Meaning(Status.PICKED_UP, "collected"),
    }
)
# Letter first; older answers write the digits first (01B).
EVENTS = StatusMap(
    {
        "A01": Meaning(Status.INFO_RECEIVED, "received"),
        "A19": Meaning(Status.INFO_RECEIVED, "status_update"),
        "A96": Meaning(Status.INFO_RECEIVED, "status_update"),
        "A98": Meaning(Status.INFO_RECEIVED, "status_update"),
        "B01": Meaning(Status.PICKED_UP, "accepted"),
        "J01": Meaning(Status.IN_TRANSIT, "processed"),
        "J40": Meaning(Status.IN_TRANSIT, "processed"),
        "J05": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "I01": Meaning(Status.DELIVERED, "delivered"),
    }
)


class PostNl(Carrier):
    """One barcode a call, with its events."""

    code = "postnl"
    label = "PostNL"
    proof = (Proof.OFFICIAL, Proof.SAMPLE)
    auth = Auth.KEY
    eta = True
    countries = ("NL", "BE")
    settings: ClassVar[tuple[str, ...]] = ("api_key",)
    optional: ClassVar[tuple[str, ...]] = ("language",)
    rate = Rate(per_second=5.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client, the account's key and the language of the texts."""
        self._http = http
        self._url = f"{settings.get('base_url', URL)}/shipment/v2/status/barcode"
        self._key = settings["api_key"]
        self._language = settings.get("language", "NL")

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one barcode."""
        return self._http.get(
            f"{self._url}/{quote(wanted[0].number, safe='')}",
            params={"detail": "true", "language": self._language},
            headers={"apikey": self._key, "Accept": "application/json"},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one shipment's status, a feed of several, or a signature."""
        body = error_body(answer)
        problem = gateway_fault(body) or http_problem(answer, _complaint(body))
        if problem is not None:
            return [Tracking(None, problem=problem, complete=False)]
        if (answer.status or 0) >= 400 or "Errors" in body or "Error" in body:
            return [_refusal(answer, body)]
        whole = json_body(answer)
        if isinstance(whole, list):
            return [_shipment(one, complete=False) for one in records(whole)]
        if (signature := part(whole, "Signature")) is not None:
            return [_signature(signature)]
        return _status(whole)


CARRIER: type[Carrier] = PostNl


def _stated(value: object) -> str | None:
    said = text(value)
    return None if said == "{}" else said


def _complaint(body: Mapping[str, Any]) -> str | None:
    for key in ("Errors", "Error", "Warnings"):
        for one in records(body.get(key)):
            for word in ("Message", "ErrorMsg", "ErrorDescription", "Error"):
                if said := _stated(one.get(word)):
                    return said
    return _stated(body.get("Error")) or _stated(body.get("message"))


def _refusal(answer: Answer, body: Mapping[str, Any]) -> Tracking:
    said = _complaint(body)
    if said is None:
        raise BadAnswer(f"HTTP {answer.status}")
    about_number = re.search(r"barcode|streepjescode", said, re.I)
    kind = Trouble.INVALID_NUMBER if about_number else Trouble.INPUT_NEEDED
    return failed(Trouble.NOT_FOUND if answer.status == 404 else kind, said)


def _status(body: Mapping[str, Any]) -> list[Tracking]:
    found = [key for key in ("CurrentStatus", "CompleteStatus") if key in body]
    if not found:
        raise BadAnswer("neither a status, a feed nor a signature")
    held = part(body, found[0], "Shipment")
    shipments = [one for one in records(held) if _stated(one.get("Barcode"))]
    if not shipments:
        return [failed(Trouble.NOT_FOUND, _complaint(body) or "no shipment")]
    return [_shipment(one, complete="Event" in one) for one in shipments]


def _shipment(shipment: Mapping[str, Any], *, complete: bool) -> Tracking:
    number = _stated(shipment.get("Barcode"))
    if number is None:
        raise BadAnswer("no `Barcode`")
    statuses = [*records(shipment.get("OldStatus")), *records(shipment.get("Status"))]
    told = [s for s in statuses if _stated(s.get("StatusCode")) not in {None, IGNORED}]
    stated = _meaning(told[-1]) if told else UNKNOWN
    scans = [e for e in records(shipment.get("Event")) if _stated(e.get("Code"))]
    events = oldest_first(map(_scan, scans) if scans else map(_change, told))
    events = _explained(events, stated)
    arrived = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    delivered = current(events).status is Status.DELIVERED
    return Tracking(
        number,
        events,
        stated=stated,
        window=_window(shipment),
        delivered_at=arrived[-1] if delivered and arrived else None,
        complete=complete,
    )


def _explained(events: tuple[Event, ...], stated: Meaning) -> tuple[Event, ...]:
    """Let the shipment's status tell what its newest scan of an unknown code is."""
    if not events or events[-1].meaning != UNKNOWN or stated == UNKNOWN:
        return events
    return (*events[:-1], replace(events[-1], meaning=stated))


def _scan(event: Mapping[str, Any]) -> Event:
    code = _stated(event.get("Code")) or ""
    letter_first = re.sub(r"^(\d\d)([A-Z])$", r"\2\1", code)
    words = _stated(event.get("Description"))
    return Event(_stamp(event), EVENTS.read(letter_first), code, words)


def _change(status: Mapping[str, Any]) -> Event:
    code, words = _stated(status.get("StatusCode")), status.get("StatusDescription")
    return Event(_stamp(status), _meaning(status), code, _stated(words))


def _meaning(status: Mapping[str, Any]) -> Meaning:
    """Read the status; one that we do not know may stand in the phase "delivered"."""
    meaning = STATUSES.read(_stated(status.get("StatusCode")))
    if meaning == UNKNOWN and _stated(status.get("PhaseCode")) == "4":
        return Meaning(Status.DELIVERED)
    return meaning


def _stamp(held: Mapping[str, Any]) -> Stamp | None:
    """Read `dd-MM-yyyy HH:mm:ss[.SSS]` of the status calls, ISO of the feed."""
    said = _stated(held.get("TimeStamp")) or _stated(held.get("Timestamp"))
    if said and re.fullmatch(r"\d\d-\d\d-\d{4} \d\d:\d\d:\d\d(\.\d+)?", said, re.ASCII):
        return stated_by(said[:19], "%d-%m-%Y %H:%M:%S")
    return stated_time(said)


def _window(shipment: Mapping[str, Any]) -> Window | None:
    start = stated_time(_stated(part(shipment, "Expectation", "ETAFrom")))
    until = stated_time(_stated(part(shipment, "Expectation", "ETATo")))
    if start is not None or until is not None:
        first, last = start or until, until or start
        return Window(first, last) if first is not None and last is not None else None
    said = _stated(shipment.get("DeliveryDate"))
    day = stated_time(said[:10] if said else None)
    return Window(day, day) if day else None


def _signature(signature: Mapping[str, Any]) -> Tracking:
    """Read when it was signed; the name is in the picture alone."""
    number = _stated(signature.get("Barcode"))
    if number is None:
        raise BadAnswer("a signature without a barcode")
    when = stated_time(_stated(signature.get("SignatureDate")))
    signed = Meaning(Status.DELIVERED, "signed") if when else UNKNOWN
    return Tracking(number, stated=signed, delivered_at=when, complete=False)
