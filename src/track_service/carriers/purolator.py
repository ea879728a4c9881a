"""Purolator E-Ship tracking (SOAP, version 1): read after the vendor's schema and example.

https://webservices.purolator.com/PWS/V1/Tracking/TrackingService.asmx?wsdl
`ScanType` has six words: returns, counters and refusals stand in the description alone,
so a few fixed words of it are read. The web site's JSON (numeric event codes, known
from the community) is read too, never asked. Times are local to the depot, no zone.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from xml.sax.saxutils import escape

from lxml import etree

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
    http_problem,
    is_json,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_by,
    stated_time,
    text,
)
from track_service.carriers.xml_reading import inner, xml_body
from track_service.core.status import Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://webservices.purolator.com"
PATH = "/PWS/V1/Tracking/TrackingService.asmx"
ACTION = "http://purolator.com/pws/service/v1/TrackPackagesByPin"

STATUSES = StatusMap(
    {
        "PickUp": Meaning(Status.PICKED_UP, "collected"),
        "ProofOfPickUp": Meaning(Status.PICKED_UP, "collected"),
        "InternationalOutbound": Meaning(Status.IN_TRANSIT, "departed_origin_country"),
        "OnDelivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "Undeliverable": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "Delivery": Meaning(Status.DELIVERED, "delivered"),
        "Other": Meaning(Status.IN_TRANSIT, "moving"),
        "3010": Meaning(Status.INFO_RECEIVED, "label_created"),
        "2300": Meaning(Status.PICKED_UP, "collected"),
        "2380": Meaning(Status.PICKED_UP, "collected"),
        "1300": Meaning(Status.IN_TRANSIT, "departed_facility"),
        **dict.fromkeys(
            ("0300", "4060", "4100", "7220", "7520", "7525", "7810"),
            Meaning(Status.IN_TRANSIT, "moving"),
        ),
        "4200": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "9260": Meaning(Status.EXCEPTION, "generic"),
        "9550": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "9000": Meaning(Status.DELIVERED, "delivered"),
        "9500": Meaning(Status.DELIVERED, "delivered"),
        "INT": Meaning(Status.IN_TRANSIT, "moving"),
        "DEL": Meaning(Status.DELIVERED, "delivered"),
    }
)
# What a scan's words say more closely than its type: (type, words, meaning).
_WORDS: tuple[tuple[str, re.Pattern[str], Meaning], ...] = (
    (
        "Delivery",
        re.compile(r"\b(?:returned|delivered) to (?:the )?(?:sender|shipper)", re.I),
        Meaning(Status.RETURNED, "to_sender"),
    ),
    (
        "Other Undeliverable",
        re.compile(r"\breturn(?:ed|ing)? to (?:the )?(?:sender|shipper)", re.I),
        Meaning(Status.RETURNING, "to_sender"),
    ),
    (
        "Other Undeliverable Delivery",
        re.compile(r"\bavailable for pick-?\s?up", re.I),
        Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
    ),
    (
        "Other",
        re.compile(r"^shipment created|\blabel (?:created|printed)|electronic", re.I),
        Meaning(Status.INFO_RECEIVED, "label_created"),
    ),
    (
        "Other",
        re.compile(r"^arrived at", re.I),
        Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
    ),
    (
        "Other",
        re.compile(r"^departed", re.I),
        Meaning(Status.IN_TRANSIT, "departed_facility"),
    ),
    (
        "Undeliverable",
        re.compile(r"\brefused", re.I),
        Meaning(Status.ATTEMPT_FAILED, "refused", "consignee_refused"),
    ),
    (
        "Undeliverable",
        re.compile(r"\bclosed", re.I),
        Meaning(Status.ATTEMPT_FAILED, "business_closed", "consignee_business_closed"),
    ),
)
_TROUBLES = (
    (
        re.compile(r"not found|no (?:tracking|history|scan|data)", re.I),
        Trouble.NOT_FOUND,
    ),
    (re.compile(r"authori|authentic|access|credential", re.I), Trouble.AUTH),
    (re.compile(r"exceeded|too many|throttl", re.I), Trouble.THROTTLED),
    (re.compile(r"\bPIN\b|invalid", re.I), Trouble.INVALID_NUMBER),
)
# "OSNR" (origin signature not required) and the like stand where a name should.
_NO_NAME = re.compile(r"OSNR|SNR|NSR|N/?A|not required|[\W\d_]*", re.I)


class Purolator(Carrier):
    """Several PINs a call, each answered on its own; Basic with key and password."""

    code: ClassVar[str] = "purolator"
    label: ClassVar[str] = "Purolator"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.BASIC
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ("CA",)
    settings: ClassVar[tuple[str, ...]] = ("key", "password")
    batch_size: ClassVar[int] = 10  # the schema takes more, a limit is not published
    rate: ClassVar[Rate] = Rate(per_second=1.0)
    page_url: ClassVar[str | None] = (
        "https://www.purolator.com/en/shipping/tracker?pin={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's key."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + PATH
        self._auth = (settings["key"], settings["password"])

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for all scans of up to ten PINs."""
        pins = "".join(
            f"<v1:PIN><v1:Value>{escape(one.number)}</v1:Value></v1:PIN>"
            for one in wanted
        )
        return self._http.post(
            self._url,
            data=_ENVELOPE.format(pins=pins).encode(),
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": ACTION},
            auth=self._auth,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the envelope: parcels, errors (of all or of one PIN), or a fault."""
        if is_json(answer):
            return _site(answer)
        try:
            root = xml_body(answer)
        except BadAnswer:
            if problem := http_problem(answer):
                return [failed(problem.kind, problem.message)]
            raise
        told = each(_parcel, root.iter("TrackingInformation"))
        if told:
            return told
        if problem := http_problem(answer, _fault(root)):
            return [failed(problem.kind, problem.message)]
        errors = [inner(one, "Description") or "" for one in root.iter("Error")]
        if said := errors[0] if errors else _fault(root):
            return [failed(_trouble(said), said)]
        if root.find(".//TrackPackagesByPinResponse") is not None:
            return [failed(Trouble.NOT_FOUND, "no tracking information")]
        raise BadAnswer("no `TrackPackagesByPinResponse`")


CARRIER: type[Carrier] = Purolator

_ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:v1="http://purolator.com/pws/datatypes/v1"><soap:Header>'
    "<v1:RequestContext><v1:Version>1.2</v1:Version><v1:Language>en</v1:Language>"
    "<v1:GroupID></v1:GroupID><v1:RequestReference>track</v1:RequestReference>"
    "</v1:RequestContext></soap:Header><soap:Body><v1:TrackPackagesByPinRequest>"
    "<v1:PINs>{pins}</v1:PINs>"
    "</v1:TrackPackagesByPinRequest></soap:Body></soap:Envelope>"
)


def _fault(root: etree._Element) -> str | None:
    fault = next(root.iter("Fault"), None)
    return inner(fault, "faultstring")


def _trouble(said: str) -> Trouble:
    for words, trouble in _TROUBLES:
        if words.search(said):
            return trouble
    return Trouble.INPUT_NEEDED


def _parcel(told: etree._Element) -> Tracking:
    number = inner(told, "PIN/Value")
    if number is None:
        raise BadAnswer("no `PIN`")
    error = next(told.iter("Error"), None)
    if error is not None:
        said = inner(error, "Description") or ""
        return failed(_trouble(said), said, number)
    scans = told.findall("Scans/Scan")
    if not scans:
        return failed(Trouble.NOT_FOUND, "no scans", number)
    result = Tracking(number, oldest_first(_scan(one) for one in scans))
    signers = (inner(one, "ScanDetails/DeliverySignature") for one in scans)
    return _delivered(result, next(filter(None, signers), None))


def _scan(scan: etree._Element) -> Event:
    kind, words = inner(scan, "ScanType"), inner(scan, "Description")
    city, _, region = (inner(scan, "Depot/Name") or "").rpartition(",")
    place = Place(text(city), text(region)) if city else Place(text(region))
    return Event(_stamp(scan), _meaning(kind, words), kind, words, place)


def _stamp(scan: etree._Element) -> Stamp | None:
    """Return the local time; `HHMMSS` may have lost its leading zeros."""
    day, hour = inner(scan, "ScanDate"), inner(scan, "ScanTime")
    if day is None or hour is None:
        return stated_time(day)
    return stated_by(f"{day} {hour.zfill(6)}", "%Y-%m-%d %H%M%S")


def _meaning(kind: str | None, words: str | None) -> Meaning:
    for kinds, pattern, meaning in _WORDS:
        if kind in kinds.split() and pattern.search(words or ""):
            return meaning
    return STATUSES.read(kind)


def _delivered(
    told: Tracking, signer: str | None, stated: Stamp | None = None
) -> Tracking:
    if condition(told).status is not Status.DELIVERED:
        return told
    stamps = [e.stamp for e in told.events if e.meaning.status is Status.DELIVERED]
    named = signer is not None and not _NO_NAME.fullmatch(signer)
    return Tracking(
        told.number,
        told.events,
        told.stated,
        window=told.window,
        delivered_at=stated or (stamps[-1] if stamps else None),
        signed_by=signer if named else None,
    )


def _site(answer: Answer) -> list[Tracking]:
    """Read the web site's JSON; `INT` covers all that comes before delivery."""
    if problem := http_problem(answer):
        return [failed(problem.kind, problem.message)]
    body = json_body(answer)
    packages = [
        (shipment, package)
        for shipment in records(body.get("shipment"))
        for package in records(shipment.get("package"))
    ]
    if packages:
        return [_package(*one) for one in packages]
    asked = next(iter(records(body.get("searchResult"))), {})
    if asked.get("status") == "NOT FOUND":
        return [failed(Trouble.NOT_FOUND, "NOT FOUND", text(asked.get("trackingId")))]
    raise BadAnswer("neither `shipment` nor `searchResult`")


def _package(shipment: Mapping[str, Any], package: Mapping[str, Any]) -> Tracking:
    number = text(package.get("pin")) or text(shipment.get("shipmentPin"))
    if number is None:
        raise BadAnswer("no `pin`")
    day = stated_time(package.get("estimatedDeliveryDate"))
    details = part(package, "details", "deliveryDetails")
    return _delivered(
        Tracking(
            number,
            oldest_first(_site_event(one) for one in records(package.get("events"))),
            STATUSES.read(part(package, "status", "code")),
            window=Window(day, day) if day is not None else None,
        ),
        None,
        stated_time(part(details, "deliveryDateTime")),
    )


def _site_event(one: Mapping[str, Any]) -> Event:
    code, place = text(one.get("code")), one.get("location")
    return Event(
        stated_time(one.get("dateTime")),
        STATUSES.read(code),
        code,
        text(one.get("description")),
        Place(
            text(part(place, "city")),
            text(part(place, "provinceState")),
            country_code(part(place, "countryCode")),
        ),
    )
