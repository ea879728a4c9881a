"""DHL Parcel Poland: DHL24 WebAPI 2 (SOAP), `getTrackAndTraceInfo`.

https://dhl24.com.pl/en/webapi2/doc.html; the shape is that of its WSDL, the code table
is DHL's own list for `parcel-pl`. Times are Polish wall-clock times without a zone.
`receivedBy` is stated for the shipment, and filled as soon as somebody took it in.
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
    http_problem,
    oldest_first,
    reader,
    stated_time,
)
from track_service.carriers.xml_reading import inner, xml_body
from track_service.core.status import Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Place, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://dhl24.com.pl"
PATH = "/webapi2/provider/service.html?ws=1"
ACTION = "https://dhl24.com.pl/webapi2/provider/service.html?ws=1#getTrackAndTraceInfo"
STATUSES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
_TROUBLES = (
    (re.compile(r"autoryz|logowan|has[łl]o|authori|login", re.I), Trouble.AUTH),
    (
        re.compile(r"nie (znaleziono|istnieje|odnaleziono)|brak|not found", re.I),
        Trouble.NOT_FOUND,
    ),
    (
        re.compile(r"nieprawid[łl]ow|niepoprawn|b[łl][ęe]dny|invalid", re.I),
        Trouble.INVALID_NUMBER,
    ),
)


class DhlPoland(Carrier):
    """One shipment a call."""

    code: ClassVar[str] = "dhl_poland"
    label: ClassVar[str] = "DHL Parcel Polska"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.BODY
    signer: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ("PL",)
    settings: ClassVar[tuple[str, ...]] = ("username", "password")
    rate: ClassVar[Rate] = Rate(per_second=1.0)
    page_url: ClassVar[str | None] = (
        "https://www.dhl.com/pl-pl/home/tracking/tracking-parcel.html"
        "?submit=1&tracking-id={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + PATH
        self._login = (settings["username"], settings["password"])

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for all events of one shipment."""
        username, password = (escape(one) for one in self._login)
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
            f' xmlns:ws="{URL}/webapi2/provider/service.html?ws=1"><soap:Body>'
            "<ws:getTrackAndTraceInfo><authData>"
            f"<username>{username}</username><password>{password}</password>"
            f"</authData><shipmentId>{escape(wanted[0].number)}</shipmentId>"
            "</ws:getTrackAndTraceInfo></soap:Body></soap:Envelope>"
        )
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": ACTION}
        return self._http.post(self._url, data=body.encode(), headers=headers)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the shipment, or the fault (which comes with HTTP 500)."""
        try:
            root = xml_body(answer)
        except BadAnswer:
            if problem := http_problem(answer):
                return [failed(problem.kind, problem.message)]
            raise
        fault = next(root.iter("Fault"), None)
        if fault is not None:
            return [_fault(fault)]
        told = next(root.iter("getTrackAndTraceInfoResult"), None)
        if told is not None:
            return [_shipment(told)]
        if problem := http_problem(answer):
            return [failed(problem.kind, problem.message)]
        raise BadAnswer("no `getTrackAndTraceInfoResult`")


CARRIER: type[Carrier] = DhlPoland


def _fault(fault: etree._Element) -> Tracking:
    code, said = inner(fault, "faultcode"), inner(fault, "faultstring")
    if code == "100":
        return failed(Trouble.AUTH, said or code)
    for words, trouble in _TROUBLES:
        if words.search(said or ""):
            return failed(trouble, said)
    server = code is not None and code.endswith(("Server", "Receiver"))
    kind = Trouble.SERVER_ERROR if server else Trouble.INPUT_NEEDED
    return failed(kind, said or code)


def _shipment(told: etree._Element) -> Tracking:
    number = inner(told, "shipmentId")
    if number is None:
        raise BadAnswer("no `shipmentId`")
    result = Tracking(number, oldest_first(map(_event, told.findall("events/item"))))
    if condition(result).status is not Status.DELIVERED:
        return result
    arrived = [e for e in result.events if e.meaning.status is Status.DELIVERED]
    return replace(
        result, delivered_at=arrived[-1].stamp, signed_by=inner(told, "receivedBy")
    )


def _event(told: etree._Element) -> Event:
    code = inner(told, "status")
    return Event(
        stated_time(inner(told, "timestamp")),
        STATUSES.read(code),
        code,
        inner(told, "description"),
        Place(inner(told, "terminal")),
    )
