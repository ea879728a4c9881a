"""DHL Express XML Services (XML-PI), `KnownTrackingRequest`: the API before MyDHL.

https://xmlportal.dhl.com; DHL has withdrawn it for new accounts, old ones still hold
answers. Read after the vendor's examples and genuine answers. Times are local to each
service area; `Signatory` holds anything at all outside the scan that delivered.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar
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
    oldest_first,
    reader,
    stated_time,
    text,
)
from track_service.carriers.xml_reading import inner, xml_body
from track_service.core.status import Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://xmlpi-ea.dhl.com"
PATH = "/XMLShippingServlet"
STATUSES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
_TROUBLES = (
    (re.compile(r"no shipments? found", re.I), Trouble.NOT_FOUND),
    (re.compile(r"site\s?id|password|authori|authent|access", re.I), Trouble.AUTH),
    (
        re.compile(r"awb\s?number|tracking\s?number|invalid", re.I),
        Trouble.INVALID_NUMBER,
    ),
)
_ASKED = re.compile(r"AWB\s?Number\s*[|:]?\s*(\w+)", re.I)
# What couriers write where nobody signed: left at the door, a desk, a number.
_NO_NAME = re.compile(r"[\W\d_]*|ATL\b.*|SX\b.*|front desks?|N/?A", re.I)


class DhlExpressXml(Carrier):
    """Up to ten air waybills a call, each answered on its own."""

    code: ClassVar[str] = "dhl_express_xml"
    label: ClassVar[str] = "DHL Express (XML)"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.BODY
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    settings: ClassVar[tuple[str, ...]] = ("site_id", "password")
    batch_size: ClassVar[int] = 10
    rate: ClassVar[Rate] = Rate(per_second=1.0)
    page_url: ClassVar[str | None] = (
        "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + PATH
        self._login = (settings["site_id"], settings["password"])

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for all checkpoints of up to ten waybills."""
        site, password = (escape(one) for one in self._login)
        numbers = "".join(
            f"<AWBNumber>{escape(one.number)}</AWBNumber>" for one in wanted
        )
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<req:KnownTrackingRequest xmlns:req="http://www.dhl.com"><Request>'
            "<ServiceHeader><MessageReference>1234567890123456789012345678"
            f"</MessageReference><SiteID>{site}</SiteID>"
            f"<Password>{password}</Password></ServiceHeader></Request>"
            f"<LanguageCode>en</LanguageCode>{numbers}"
            "<LevelOfDetails>ALL_CHECK_POINTS</LevelOfDetails>"
            "<PiecesEnabled>S</PiecesEnabled></req:KnownTrackingRequest>"
        )
        return self._http.post(
            self._url, data=body.encode(), headers={"Content-Type": "text/xml"}
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the waybills of a response, or what `Condition` says of the request."""
        try:
            root = xml_body(answer)
        except BadAnswer:
            if problem := http_problem(answer):
                return [failed(problem.kind, problem.message)]
            raise
        if told := each(_waybill, root.iter("AWBInfo")):
            return told
        if (said := _said(root)) is not None:
            return [failed(_trouble(said), said)]
        if problem := http_problem(answer):
            return [failed(problem.kind, problem.message)]
        raise BadAnswer("no `AWBInfo`")


CARRIER: type[Carrier] = DhlExpressXml


def _said(element: etree._Element) -> str | None:
    for condition_told in element.iter("Condition"):
        data = inner(condition_told, "ConditionData")
        return data or inner(condition_told, "ConditionCode")
    return None


def _trouble(said: str) -> Trouble:
    for words, trouble in _TROUBLES:
        if words.search(said):
            return trouble
    return Trouble.INPUT_NEEDED


def _waybill(told: etree._Element) -> Tracking:
    """Read one waybill; an unknown one has its number in the message alone."""
    number, shipment = inner(told, "AWBNumber"), told.find("ShipmentInfo")
    said = _said(told)
    if shipment is None and said is not None:
        asked = _ASKED.search(said)
        return failed(_trouble(said), said, number or (asked[1] if asked else None))
    if number is None:
        raise BadAnswer("no `AWBNumber`")
    scans = list(told.iter("ShipmentEvent"))
    result = Tracking(
        number, oldest_first(map(_event, scans)), window=_window(shipment)
    )
    if condition(result).status is not Status.DELIVERED:
        return result
    arrived = [e for e in result.events if e.meaning.status is Status.DELIVERED]
    return replace(result, delivered_at=arrived[-1].stamp, signed_by=_signer(scans))


def _event(scan: etree._Element) -> Event:
    code = inner(scan, "ServiceEvent/EventCode")
    day, hour = inner(scan, "Date"), inner(scan, "Time")
    return Event(
        stated_time(f"{day}T{hour}" if day and hour else day),
        STATUSES.read(code),
        code,
        inner(scan, "ServiceEvent/Description"),
        _place(inner(scan, "ServiceArea/Description") or ""),
    )


def _place(area: str) -> Place:
    """Read `WOODSIDE,NY-USA` and `LEIPZIG - GERMANY`."""
    found = re.fullmatch(r"(.*?)(?:\s+-\s+([^-]+)|-\s?([A-Z]{2,3}))", area)
    site, country = (found[1], found[2] or found[3]) if found else (area, None)
    city, _, region = site.partition(",")
    return Place(text(city), text(region), country_code(country))


def _window(shipment: etree._Element | None) -> Window | None:
    """Return `2026-03-05 23:59:00 GMT-05:00`; the last minute of a day is the day."""
    stated = (inner(shipment, "EstDlvyDate") or "").replace("GMT", "")
    due = stated_time(stated)
    if due is None:
        return None
    if f"{due.local:%H:%M}" in {"00:00", "23:59"}:
        due = Stamp.day(due.local.date())
    return Window(due, due)


def _signer(scans: Sequence[etree._Element]) -> str | None:
    """Return who signed, of the scans that delivered and only if it is a name."""
    for scan in reversed(scans):
        meaning = STATUSES.read(inner(scan, "ServiceEvent/EventCode"))
        name = inner(scan, "Signatory")
        if meaning.status is Status.DELIVERED and name is not None:
            return None if _NO_NAME.fullmatch(name) else name
    return None
