"""OnTrac Web Services V7, read after the vendor's integration specification (2023-09).

https://www.shipontrac.net/OnTracWebServices/OnTracServices.svc/help
The password goes in the query, as OnTrac wants it. Times are local to the facility.
`Exp_Del_Date` is overwritten by the delivery, so it counts before that alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

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
    each,
    http_problem,
    oldest_first,
    reader,
    stated_time,
)
from track_service.carriers.xml_reading import inner, xml_body
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://www.shipontrac.net"
PATH = "/OnTracWebServices/OnTracServices.svc/V7"
STATUSES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
_TROUBLES = (
    (
        re.compile(r"not found|no (?:data|record|result|shipment)", re.I),
        Trouble.NOT_FOUND,
    ),
    (re.compile(r"password|login|account|authori", re.I), Trouble.AUTH),
    (re.compile(r"too many|limit|exceed", re.I), Trouble.THROTTLED),
    (re.compile(r"invalid|tracking", re.I), Trouble.INVALID_NUMBER),
)


class OnTrac(Carrier):
    """Up to a hundred numbers a call, each with its own error."""

    code: ClassVar[str] = "ontrac"
    label: ClassVar[str] = "OnTrac"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.QUERY
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ("US",)
    settings: ClassVar[tuple[str, ...]] = ("account", "password")
    batch_size: ClassVar[int] = 100
    rate: ClassVar[Rate] = Rate(per_second=1.0)
    page_url: ClassVar[str | None] = "https://www.ontrac.com/tracking/?number={number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        account = quote(settings["account"], safe="")
        base = settings.get("base_url") or URL
        self._url = f"{base}{PATH}/{account}/shipments"
        self._password = settings["password"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for up to a hundred parcels."""
        return self._http.get(
            self._url,
            params={
                "pw": self._password,
                "tn": ",".join(one.number for one in wanted),
                "requestType": "track",
                "sigFormat": "PNG",
            },
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the shipments; an `Error` of the root is the whole answer's."""
        try:
            root = xml_body(answer)
        except BadAnswer:
            if problem := http_problem(answer):
                return [failed(problem.kind, problem.message)]
            raise
        said = inner(root, "Error")
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        shipments = root.findall("Shipments/Shipment")
        if shipments:
            return each(_shipment, shipments)
        if said is not None:
            return [failed(_trouble(said), said)]
        if root.tag == "OnTracTrackingResult":
            return [failed(Trouble.NOT_FOUND, "no shipment")]
        raise BadAnswer("no `OnTracTrackingResult`")


CARRIER: type[Carrier] = OnTrac


def _trouble(said: str) -> Trouble:
    for words, trouble in _TROUBLES:
        if words.search(said):
            return trouble
    return Trouble.INPUT_NEEDED


def _shipment(shipment: etree._Element) -> Tracking:
    number, said = inner(shipment, "Tracking"), inner(shipment, "Error")
    events = oldest_first(map(_event, shipment.findall("Events/Event")))
    if said is not None and not events:
        return failed(_trouble(said), said, number)
    if number is None:
        raise BadAnswer("no `Tracking`")
    arrived = (inner(shipment, "Delivered") or "").lower() == "true"
    stated = Meaning(Status.DELIVERED, "delivered") if arrived else UNKNOWN
    result = Tracking(number, events, stated)
    if condition(result).status is not Status.DELIVERED:
        day = stated_time(inner(shipment, "Exp_Del_Date"))
        due = Stamp.day(day.local.date()) if day is not None else None
        return replace(result, window=Window(due, due) if due else None)
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    return replace(
        result,
        delivered_at=stamps[-1] if stamps else None,
        signed_by=_name(inner(shipment, "POD")),
    )


def _event(event: etree._Element) -> Event:
    """Read one scan; its place is the facility's, the shipment's the consignee's."""
    code = inner(event, "Status")
    return Event(
        stated_time(inner(event, "EventTime")),
        STATUSES.read(code),
        code,
        inner(event, "Description"),
        Place(
            inner(event, "City"),
            inner(event, "State"),
            postal=inner(event, "Zip"),
        ),
    )


def _name(pod: str | None) -> str | None:
    """Return who signed; dashes and numbers stand there for nobody."""
    return pod if pod is not None and re.search(r"[^\W\d_]", pod) else None
