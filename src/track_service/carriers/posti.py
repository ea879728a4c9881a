"""Posti Tracking API v7: https://api.posti.fi/api-tracking.html.

Proof: the vendor's specification (calls and statuses) and genuine answers of its web
page, which has the same events in a shape of its own; both are read. Posti's list of
event codes stands apart and is not held here: of the events those are understood whose
fixed English sentence has been seen. The status speaks where they do not: "delivered"
on the way back is RETURN_DELIVERED.
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
    country_code,
    each,
    error_body,
    http_problem,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Tracking, Trouble, Window
from track_service.http import Answer, Grant, Http

URL = "https://api.posti.fi"

STATUSES = StatusMap(
    {
        "WAITING": Meaning(Status.INFO_RECEIVED, "received"),
        "ORDER_RECEIVED": Meaning(Status.INFO_RECEIVED, "received"),
        "RECEIVED": Meaning(Status.PICKED_UP, "accepted"),
        "IN_TRANSPORT": Meaning(Status.IN_TRANSIT, "moving"),
        "CUSTOMS": Meaning(Status.IN_TRANSIT, "customs_started"),
        "OUT_FOR_DELIVERY": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "IN_DELIVERY": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "READY_FOR_PICKUP": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "DELIVERED": Meaning(Status.DELIVERED, "delivered"),
        "RETURNED_TO_SENDER": Meaning(Status.RETURNING, "to_sender"),
        "RETURN_WAITING": Meaning(Status.RETURNING, "processing"),
        "RETURN_IN_TRANSPORT": Meaning(Status.RETURNING, "in_transit"),
        "RETURN_READY_FOR_PICKUP": Meaning(Status.RETURNING, "to_sender"),
        "RETURN_DELIVERED": Meaning(Status.RETURNED, "to_sender"),
    }
)
_NOTICE = Meaning(Status.INFO_RECEIVED, "status_update")
_WORDS = tuple(
    (re.compile(words, re.I), meaning)
    for words, meaning in (
        (r"^no digital signature", _NOTICE),
        (r"^we have tried to reach the recipient", _NOTICE),
        (r"not been collected.*returned", Meaning(Status.RETURNING, "unclaimed")),
        (r"^the item has been returned to", Meaning(Status.RETURNING, "to_sender")),
        (r"^the item has been delivered", Meaning(Status.DELIVERED, "delivered")),
        (
            r"^item is ready for a pick ?up",
            Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        ),
        (
            r"^item is in delivery transport",
            Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        ),
        (
            r"^item accepted from transport",
            Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        ),
        (r"^the item is in sorting", Meaning(Status.IN_TRANSIT, "processing")),
        (r"^at the terminal", Meaning(Status.IN_TRANSIT, "arrived_at_facility")),
        (r"^shipment announced", Meaning(Status.INFO_RECEIVED, "received")),
        (
            r"information about an upcoming delivery",
            Meaning(Status.INFO_RECEIVED, "received"),
        ),
    )
)
_NUMBERS = ("displayId", "trackingNumber", "trackingCode", "waybillNumber")


class Posti(Carrier):
    """Parcels and freight by tracking number, up to ten a call."""

    code = "posti"
    label = "Posti"
    proof = (Proof.OFFICIAL, Proof.SAMPLE)
    auth = Auth.OAUTH
    eta = True
    signer = True
    countries = ("FI",)
    settings: ClassVar[tuple[str, ...]] = ("client_id", "client_secret")
    batch_size = 10
    rate = Rate(per_second=2.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's grant."""
        self._http = http
        self._base = f"{settings.get('base_url', URL)}/tracking"
        self._grant = Grant(
            f"{self._base}/oauth/token",
            settings["client_id"],
            settings["client_secret"],
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for up to ten tracking numbers."""
        numbers = ",".join(quote(one.number, safe="") for one in wanted)
        return self._http.get(
            f"{self._base}/7/shipments/trackingnumbers/{numbers}",
            headers={"Accept": "application/json"},
            grant=self._grant,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the parcels and the freight; none of either is an unknown number."""
        body = error_body(answer)
        if problem := http_problem(answer, body.get("message")):
            return [Tracking(None, problem=problem, complete=False)]
        if answer.status in {400, 404}:
            gone = answer.status == 404
            kind = Trouble.NOT_FOUND if gone else Trouble.INVALID_NUMBER
            return [failed(kind, text(body.get("message")) or f"HTTP {answer.status}")]
        shipments = _shipments(json_body(answer))
        if not shipments:
            return [failed(Trouble.NOT_FOUND, "no shipment")]
        return each(_shipment, shipments)


CARRIER: type[Carrier] = Posti


def _shipments(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    kinds = [key for key in ("parcelShipments", "freightShipments") if key in body]
    if kinds:
        return [one for key in kinds for one in records(body[key])]
    if "events" not in body:
        raise BadAnswer("neither shipments nor events")
    return records(body)


def _number(shipment: Mapping[str, Any]) -> str | None:
    numbers = shipment.get("trackingNumbers")
    first = numbers[0] if isinstance(numbers, list) and numbers else None
    held = [first, *map(shipment.get, _NUMBERS)]
    return next(filter(None, map(text, held)), None)


def _shipment(shipment: Mapping[str, Any]) -> Tracking:
    number = _number(shipment)
    if number is None:
        raise BadAnswer("no tracking number")
    stated = _stated(shipment)
    scans = records(shipment.get("events"))
    events = _explained(oldest_first(map(_event, scans)), stated)
    arrived = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    delivered = current(events).status is Status.DELIVERED
    expected = stated_time(shipment.get("estimatedDeliveryTime"))
    return Tracking(
        number,
        events,
        stated=stated,
        window=Window(expected, expected) if expected else None,
        delivered_at=arrived[-1] if delivered and arrived else None,
        signed_by=_signer(scans) if delivered else None,
    )


def _stated(shipment: Mapping[str, Any]) -> Meaning:
    status = shipment.get("status")
    held = (part(status, "main"), part(status, "code"), status)
    return STATUSES.read(*map(text, held), text(shipment.get("shipmentPhase")))


def _explained(events: tuple[Event, ...], stated: Meaning) -> tuple[Event, ...]:
    """Let the status tell what the newest event is, where that is further than it."""
    known = current(events)
    if not events or stated == UNKNOWN or known.status is stated.status:
        return events
    understood = events[-1].meaning != UNKNOWN
    if understood and stated.status.rank <= known.status.rank:
        return events
    return (*events[:-1], replace(events[-1], meaning=stated))


def _event(event: Mapping[str, Any]) -> Event:
    words = _said(event.get("eventDescription"))
    english = _said(event.get("eventDescription"), only="en") or ""
    meaning = next((m for pattern, m in _WORDS if pattern.search(english)), UNKNOWN)
    where = event.get("eventLocation") or event.get("location")
    city = text(part(where, "city")) or text(event.get("city"))
    place = Place(city, None, country_code(part(where, "country")))
    code = text(event.get("eventCode"))
    return Event(stated_time(event.get("timestamp")), meaning, code, words, place)


def _said(value: object, only: str | None = None) -> str | None:
    """Return a text that stands as such, by language, or in a list of languages."""
    if isinstance(value, list):
        value = {text(one.get("lang")): one.get("value") for one in records(value)}
    if not isinstance(value, dict):
        return text(value)
    wanted = (only,) if only else ("en", "fi", *value)
    return next(filter(None, (text(value.get(key)) for key in wanted)), None)


def _signer(scans: Sequence[Mapping[str, Any]]) -> str | None:
    names = (text(scan.get("recipientSignature")) for scan in scans)
    return next(filter(None, names), None)
