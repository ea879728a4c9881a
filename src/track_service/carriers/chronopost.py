"""Chronopost TrackingServiceWS (SOAP): https://ws.chronopost.fr/tracking-cxf/TrackingServiceWS?wsdl.

Proof: the vendor's schema and an official error answer. Chronopost publishes no list of
event codes: the table holds those whose wording the community has observed. Errors come
in HTTP 200 with an `errorCode`; a number it does not know has an empty history.
"""

import re
from collections.abc import Mapping, Sequence
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
    http_problem,
    oldest_first,
    reader,
    stated_time,
    text,
)
from track_service.carriers.xml_reading import inner, xml_body
from track_service.core.status import Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://ws.chronopost.fr"
PATH = "/tracking-cxf/TrackingServiceWS"
EVENTS = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))

_TROUBLES = (
    (re.compile(r"password|account|mot de passe|compte", re.I), Trouble.AUTH),
    (re.compile(r"skybill|num[eé]ro|number", re.I), Trouble.INVALID_NUMBER),
)
_SIGNER = re.compile(r"signataire|r[eé]ceptionnaire|signed by", re.I)


class Chronopost(Carrier):
    """One parcel a call, without an account."""

    code = "chronopost"
    label = "Chronopost"
    proof = (Proof.OFFICIAL,)
    auth = Auth.OPEN
    signer = True
    countries = ("FR",)
    optional: ClassVar[tuple[str, ...]] = ("language",)
    rate = Rate(per_second=1.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the language of the texts."""
        self._http = http
        self._url = settings.get("base_url", URL) + PATH
        self._language = settings.get("language", "fr_FR")

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        body = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"'
            ' xmlns:t="http://cxf.tracking.soap.chronopost.fr/"><e:Body>'
            f"<t:trackSkybillV2><language>{escape(self._language)}</language>"
            f"<skybillNumber>{escape(wanted[0].number)}</skybillNumber>"
            "</t:trackSkybillV2></e:Body></e:Envelope>"
        )
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
        return self._http.post(self._url, data=body.encode(), headers=headers)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the history, or the error that comes in its place."""
        if problem := http_problem(answer):
            return [Tracking(None, problem=problem, complete=False)]
        root = xml_body(answer)
        if (fault := root.find(".//Fault")) is not None:
            return [failed(Trouble.SERVER_ERROR, inner(fault, "faultstring"))]
        result = root.find(".//return")
        code = inner(result, "errorCode")
        if result is None or code is None:
            raise BadAnswer("no `errorCode`")
        if code != "0":
            return [_failure(code, inner(result, "errorMessage"))]
        return [_parcel(one) for one in result.iterfind("listEventInfoComp")] or [
            failed(Trouble.NOT_FOUND, "no history")
        ]


CARRIER: type[Carrier] = Chronopost


def _failure(code: str, message: str | None) -> Tracking:
    said = message or f"error {code}"
    kind = next((k for words, k in _TROUBLES if words.search(said)), None)
    return failed(kind or Trouble.SERVER_ERROR, said)


def _parcel(history: etree._Element) -> Tracking:
    number = inner(history, "skybillNumber")
    scans = history.findall("events")
    if not scans:
        return failed(Trouble.NOT_FOUND, "no events", number)
    events = oldest_first(map(_event, scans))
    arrived = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    delivered = current(events).status is Status.DELIVERED
    return Tracking(
        number,
        events,
        delivered_at=arrived[-1] if delivered and arrived else None,
        signed_by=_signer(scans) if delivered else None,
    )


def _event(scan: etree._Element) -> Event:
    code = inner(scan, "code")
    return Event(
        stated_time(inner(scan, "eventDate")),
        EVENTS.read(code),
        code,
        inner(scan, "eventLabel"),
        _place(scan),
    )


def _place(scan: etree._Element) -> Place:
    """Return the office; a shop's or an addressee's whole address is none of it."""
    office = inner(scan, "officeLabel")
    if office is not None and re.search(r"\d", office):
        office = None
    return Place(office, None, None, inner(scan, "zipCode"))


def _signer(scans: Sequence[etree._Element]) -> str | None:
    for scan in scans:
        if EVENTS.read(inner(scan, "code")).status is not Status.DELIVERED:
            continue
        for info in scan.iterfind("infoCompList"):
            if _SIGNER.search(inner(info, "name") or ""):
                return text(inner(info, "value"))
    return None
