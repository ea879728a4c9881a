"""Landmark Global (Mercury): https://mercurydocs.landmarkglobal.com/docs/track-api-request.

Read after the vendor's document and genuine answers. Times are local to the place of
the scan, without a zone, in one of two formats; the order of the answer is kept within
a minute. A parcel may be asked for once an hour.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
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
    http_problem,
    oldest_first,
    reader,
    stated_by,
    stated_time,
    text,
)
from track_service.carriers.xml_reading import inner, xml_body
from track_service.core.status import Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import (
    Event,
    Place,
    Precision,
    Stamp,
    Tracking,
    Trouble,
)
from track_service.http import Answer, Http

URL = "https://api.landmarkglobal.com"
STATUSES = StatusMap(
    {
        "50": Meaning(Status.INFO_RECEIVED, "received"),
        "60": Meaning(Status.INFO_RECEIVED, "received"),
        "75": Meaning(Status.INFO_RECEIVED, "received"),
        "80": Meaning(Status.INFO_RECEIVED, "received"),
        "90": Meaning(Status.EXCEPTION, "held_for_payment"),
        "100": Meaning(Status.INFO_RECEIVED, "label_created"),
        "125": Meaning(Status.IN_TRANSIT, "customs_released"),
        "135": Meaning(Status.EXCEPTION, "delayed_customs", "customs_delay"),
        "150": Meaning(Status.IN_TRANSIT, "departed_origin_country"),
        "155": Meaning(Status.IN_TRANSIT, "arrived_destination_country"),
        "200": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "225": Meaning(Status.IN_TRANSIT, "processed"),
        "250": Meaning(Status.IN_TRANSIT, "processed"),
        "275": Meaning(Status.IN_TRANSIT, "handed_to_partner_carrier"),
        "300": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "400": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "410": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "450": Meaning(Status.IN_TRANSIT, "redirected"),
        "500": Meaning(Status.DELIVERED, "delivered"),
        "510": Meaning(Status.DELIVERED, "delivered"),
        "900": Meaning(Status.EXCEPTION, "undeliverable"),
    }
)
_TROUBLES = {"Login": Trouble.AUTH, "Lookup": Trouble.NOT_FOUND}


class Landmark(Carrier):
    """One shipment a call, with all its packages; the login stands in the body."""

    code: ClassVar[str] = "landmark"
    label: ClassVar[str] = "Landmark Global"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.BODY
    settings: ClassVar[tuple[str, ...]] = ("username", "password")
    optional: ClassVar[tuple[str, ...]] = ("client_id",)
    rate: ClassVar[Rate] = Rate(per_second=1.0)
    page_url: ClassVar[str | None] = "https://track.landmarkglobal.com/?trck={number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + "/v2/Track.php"
        self._settings = settings

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one shipment's whole history."""
        told = {
            name: escape(self._settings.get(name) or "")
            for name in ("username", "password", "client_id")
        }
        client = told["client_id"] and f"<ClientID>{told['client_id']}</ClientID>"
        request = (
            '<?xml version="1.0" encoding="UTF-8"?><TrackRequest><Login>'
            f"<Username>{told['username']}</Username>"
            f"<Password>{told['password']}</Password></Login>{client}"
            f"<TrackingNumber>{escape(wanted[0].number)}</TrackingNumber>"
            "<RetrievalType>Historical</RetrievalType></TrackRequest>"
        )
        return self._http.post(self._url, data={"RQXML": request})

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the packages; errors come in an answer of HTTP 200."""
        try:
            root = xml_body(answer)
        except BadAnswer:
            if problem := http_problem(answer):
                return [failed(problem.kind, problem.message)]
            raise
        if errors := list(root.iter("Error")):
            return [_failure(one) for one in errors]
        if problem := http_problem(answer):
            return [failed(problem.kind, problem.message)]
        if told := [_package(one) for one in root.iter("Package")]:
            return told
        if root.tag == "TrackResponse":
            return [failed(Trouble.NOT_FOUND, inner(root, "Result/ResultMessage"))]
        raise BadAnswer("no `TrackResponse`")


CARRIER: type[Carrier] = Landmark


def _failure(error: etree._Element) -> Tracking:
    """Read an error; HTML, twice escaped, may follow the sentence."""
    said = inner(error, "ErrorMessage") or ""
    said = html.unescape(html.unescape(said)).partition("<")[0].strip()
    code = inner(error, "ErrorCode") or ""
    if code in _TROUBLES:
        return failed(_TROUBLES[code], said or code)
    often = re.search(r"too (?:many|often)|limit|once per hour", said, re.I)
    return failed(Trouble.THROTTLED if often else Trouble.INPUT_NEEDED, said or code)


def _package(package: etree._Element) -> Tracking:
    keys = ("TrackingNumber", "LandmarkTrackingNumber", "PackageReference")
    number = next(filter(None, (inner(package, key) for key in keys)), None)
    if number is None:
        raise BadAnswer("no `TrackingNumber`")
    events = oldest_first(map(_event, package.iter("Event")))
    result = Tracking(number, events)
    if condition(result).status is not Status.DELIVERED:
        return result
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    return replace(result, delivered_at=arrived[0].stamp)


def _event(event: etree._Element) -> Event:
    code = inner(event, "EventCode")
    return Event(
        _stamp(inner(event, "DateTime")),
        STATUSES.read(code),
        code,
        inner(event, "Status"),
        _place(inner(event, "Location") or ""),
    )


def _stamp(stated: str | None) -> Stamp | None:
    """Read `2026-03-05 16:42:00`, or in US order `03/05/2026 04:42 PM`."""
    if stated is None or "/" not in stated:
        return stated_time(stated)
    return stated_by(stated, "%m/%d/%Y %I:%M %p", precision=Precision.MINUTE)


def _place(location: str) -> Place:
    """Read `Toronto, ON, CA` and `Romulus, MI`; `Berlin, DE` looks the same."""
    city, _, rest = location.partition(",")
    region, _, country = rest.partition(",")
    return Place(text(city), text(region), country_code(country))
