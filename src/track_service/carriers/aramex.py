"""Aramex: Shipments Tracking API by SOAP, https://www.aramex.com/us/en/developers-solution-center/aramex-apis.

Proof: the official guide's shape and captured answers. Codes differ from region to
region and have no published list, so a scan is read by its words. A refused login comes
with HTTP 200, and an unknown waybill is no error but stands in a list of its own. Times
have no offset: they are local to the scan.
"""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar
from xml.sax.saxutils import escape

from lxml import etree

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Rate,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    http_problem,
    oldest_first,
    reader,
    stated_time,
)
from track_service.carriers.xml_reading import inner, xml_body
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://ws.aramex.net"
PATH = "/ShippingAPI.V2/Tracking/Service_1_0.svc"
SPACE = "http://ws.aramex.net/ShippingAPI/v1/"
ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
# As ClientInfo names them, in its order, and the account's setting for each.
_CLIENT = (
    ("UserName", "username"),
    ("Password", "password"),
    ("Version", None),
    ("AccountNumber", "account_number"),
    ("AccountPin", "account_pin"),
    ("AccountEntity", "account_entity"),
    ("AccountCountryCode", "account_country"),
)
_WORDS = tuple(
    (re.compile(pattern, re.IGNORECASE), meaning)
    for pattern, meaning in (
        (
            r"(returned|delivered) to (the )?(shipper|sender)",
            Meaning(Status.RETURNED, "to_sender"),
        ),
        (r"return", Meaning(Status.RETURNING, "to_sender")),
        (r"cancel", Meaning(Status.CANCELLED, "shipment")),
        (r"\blost\b", Meaning(Status.EXCEPTION, "lost", "carrier_parcel_lost")),
        (r"damaged", Meaning(Status.EXCEPTION, "damaged", "carrier_damaged_parcel")),
        (r"refus", Meaning(Status.ATTEMPT_FAILED, "refused", "consignee_refused")),
        (
            r"attempt|not delivered|undelivered|not (at )?home|no answer",
            Meaning(Status.ATTEMPT_FAILED, "generic"),
        ),
        (
            r"(ready|available|held) for (pick ?up|collection)",
            Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        ),
        (r"collected by consignee", Meaning(Status.DELIVERED, "collected_by_customer")),
        (
            r"out for delivery|with (the )?courier",
            Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        ),
        (r"(to|will) be delivered", Meaning(Status.IN_TRANSIT, "delivery_scheduled")),
        (r"delivered", Meaning(Status.DELIVERED, "delivered")),
        (
            r"customs.*(clear|releas)|clear",
            Meaning(Status.IN_TRANSIT, "customs_released"),
        ),
        (r"customs", Meaning(Status.IN_TRANSIT, "customs_started")),
        (r"on hold|held|delay", Meaning(Status.EXCEPTION, "held")),
        (
            r"record created|created|information received|shipment data",
            Meaning(Status.INFO_RECEIVED, "received"),
        ),
        (r"picked up|collected from", Meaning(Status.PICKED_UP, "collected")),
        (r"arriv|received at", Meaning(Status.IN_TRANSIT, "arrived_at_facility")),
        (r"depart|left|dispatch", Meaning(Status.IN_TRANSIT, "departed_facility")),
        (r"transit|forwarded|processed", Meaning(Status.IN_TRANSIT, "moving")),
    )
)


class Aramex(Carrier):
    """Aramex: several waybills a call."""

    code: ClassVar[str] = "aramex"
    label: ClassVar[str] = "Aramex"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.BODY
    settings: ClassVar[tuple[str, ...]] = tuple(s for _, s in _CLIENT if s)
    batch_size: ClassVar[int] = 20
    rate: ClassVar[Rate] = Rate(per_second=2.0)
    page_url: ClassVar[str | None] = (
        "https://www.aramex.com/us/en/track/results?ShipmentNumber={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + PATH
        values = {s: settings[s] for _, s in _CLIENT if s}
        self._client = "".join(
            f"<v1:{name}>{escape(values[s] if s else 'v1.0')}</v1:{name}>"
            for name, s in _CLIENT
        )

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for the waybills' whole histories."""
        numbers = "".join(
            f"<arr:string>{escape(one.number)}</arr:string>" for one in wanted
        )
        question = (
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
            f' xmlns:v1="{SPACE}" xmlns:arr="{ARRAYS}"><soap:Body>'
            "<v1:ShipmentTrackingRequest>"
            f"<v1:ClientInfo>{self._client}</v1:ClientInfo><v1:Transaction/>"
            f"<v1:Shipments>{numbers}</v1:Shipments>"
            "<v1:GetLastTrackingUpdateOnly>false</v1:GetLastTrackingUpdateOnly>"
            "</v1:ShipmentTrackingRequest></soap:Body></soap:Envelope>"
        )
        return self._http.post(
            self._url,
            data=question.encode(),
            headers={
                "Content-Type": "text/xml; charset=utf-8",
                "SOAPAction": f"{SPACE}Service_1_0/TrackShipments",
            },
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the known waybills, then the unknown ones."""
        if problem := http_problem(answer):
            return [Tracking(None, problem=problem, complete=False)]
        told = xml_body(answer).find(".//ShipmentTrackingResponse")
        if told is None:
            raise BadAnswer("aramex: no ShipmentTrackingResponse")
        if (inner(told, "HasErrors") or "").casefold() == "true":
            return [_failure(told)]
        unknown = [
            inner(one, ".") for one in told.findall("NonExistingWaybills/string")
        ]
        missing = [
            failed(Trouble.NOT_FOUND, "no such waybill", n) for n in unknown if n
        ]
        return [*_parcels(told), *missing]


CARRIER: type[Carrier] = Aramex


def _failure(told: etree._Element) -> Tracking:
    note = told.find(".//Notification")
    code, words = inner(note, "Code") or "", inner(note, "Message")
    said = f"{code} {words or ''}".casefold()
    if "clientinfo" in said or "password" in said or code == "ERR01":
        return failed(Trouble.AUTH, words or code)
    if "internal" in said:
        return failed(Trouble.SERVER_ERROR, words or code)
    return failed(Trouble.INVALID_NUMBER, words or code)


def _parcels(told: etree._Element) -> list[Tracking]:
    scans: dict[str, list[Event]] = {}
    rows = told.findall("TrackingResults//TrackingResult")
    for one in rows:
        if (number := inner(one, "WaybillNumber")) is not None:
            scans.setdefault(number, []).append(_scan(one))
    if rows and not scans:
        raise BadAnswer("aramex: scans of no waybill")
    return [_parcel(*one) for one in scans.items()]


def _parcel(number: str, scans: Sequence[Event]) -> Tracking:
    events = oldest_first(scans)
    delivered = current(events).status is Status.DELIVERED
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    at = stamps[-1] if delivered and stamps else None
    return Tracking(number, events, delivered_at=at)


def _scan(told: etree._Element) -> Event:
    words = inner(told, "UpdateDescription")
    meaning = next((m for found, m in _WORDS if found.search(words or "")), UNKNOWN)
    spot = (inner(told, "UpdateLocation") or "").split(",")
    return Event(
        stated_time(inner(told, "UpdateDateTime")),
        meaning,
        inner(told, "UpdateCode"),
        words,
        Place(spot[0].strip() or None),
    )
