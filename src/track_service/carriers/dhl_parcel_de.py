"""DHL Parcel Germany, Shipment Tracking v0 (XML), after the official document and table.

https://developer.dhl.com/api-reference/dhl-parcel-de-shipment-tracking-post-parcel-germany
Every level of an answer is called `data`. The code table is DHL's of July 2024: event and
reason (ICE/RIC), with the standard code where that changes the meaning, and the standard
code alone for a scan that states no more. Times are German local times.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar
from xml.sax.saxutils import quoteattr
from zoneinfo import ZoneInfo

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
    stated_by,
    stated_time,
    text,
)
from track_service.carriers.xml_reading import xml_body
from track_service.core.status import UNKNOWN, Meaning, Status
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

URL = "https://api-eu.dhl.com"
PATH = "/parcel/de/tracking/v0/shipments"
STATUSES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
GERMANY = ZoneInfo("Europe/Berlin")
_TROUBLES = {
    "2": Trouble.SERVER_ERROR,
    "5": Trouble.AUTH,
    "6": Trouble.THROTTLED,
    "100": Trouble.NOT_FOUND,
}
_NOBODY = {"-", "unbekannt", "unknown"}


class DhlParcelDe(Carrier):
    """Up to twenty pieces a call, each answered on its own."""

    code: ClassVar[str] = "dhl_parcel_de"
    label: ClassVar[str] = "DHL Paket"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.BASIC
    signer: ClassVar[bool] = True
    local_times = False
    countries: ClassVar[tuple[str, ...]] = ("DE",)
    settings: ClassVar[tuple[str, ...]] = (
        "api_key",
        "api_secret",
        "appname",
        "password",
    )
    batch_size: ClassVar[int] = 20
    rate: ClassVar[Rate] = Rate(per_second=3.0)
    page_url: ClassVar[str | None] = (
        "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html"
        "?piececode={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + PATH
        self._auth = (settings["api_key"], settings["api_secret"])
        self._login = (settings["appname"], settings["password"])

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for the details of up to twenty pieces, their scans included."""
        appname, password = (quoteattr(one) for one in self._login)
        numbers = quoteattr(";".join(one.number for one in wanted))
        question = (
            '<?xml version="1.0" encoding="UTF-8" standalone="no"?>'
            f'<data appname={appname} password={password} language-code="en"'
            f' request="d-get-piece-detail" piece-code={numbers}/>'
        )
        return self._http.get(self._url, params={"xml": question}, auth=self._auth)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the pieces of a list, or the code that stands for the whole answer."""
        try:
            root = xml_body(answer)
        except BadAnswer:
            if problem := http_problem(answer):
                return [failed(problem.kind, problem.message)]
            raise
        if told := each(_piece, _named(root, "piece-shipment")):
            return told
        code, said = text(root.get("code")), text(root.get("error"))
        if code not in {None, "0"} or said is not None:
            return [
                failed(_TROUBLES.get(code or "", Trouble.INPUT_NEEDED), said or code)
            ]
        if problem := http_problem(answer):
            return [failed(problem.kind, problem.message)]
        raise BadAnswer("no `piece-shipment`")


CARRIER: type[Carrier] = DhlParcelDe


def _named(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the `data` of a name; the portal's examples write it without hyphens."""
    plain = {name.replace("-", "") for name in names}
    for one in element.iter("data"):
        if (one.get("name") or "").replace("-", "") in plain:
            yield one


def _piece(told: etree._Element) -> Tracking:
    number = text(told.get("piece-code")) or text(told.get("searched-piece-code"))
    refused = text(told.get("error-status")) or "0"
    if refused != "0":
        kind = _TROUBLES.get(refused, Trouble.NOT_FOUND)
        return failed(kind, told.get("error") or told.get("status") or refused, number)
    if number is None:
        raise BadAnswer("no `piece-code`")
    result = Tracking(
        number,
        oldest_first(_event(one) for one in _named(told, "piece-event")),
        stated=_meaning(told),
    )
    if condition(result).status is not Status.DELIVERED:
        return result
    arrived = [e for e in result.events if e.meaning.status is Status.DELIVERED]
    return replace(
        result,
        delivered_at=arrived[-1].stamp if arrived else _time(told, "status-timestamp"),
        signed_by=_signer(told),
    )


def _event(told: etree._Element) -> Event:
    words = ("event-status", "event-text", "event-short-status")
    description = next((said for key in words if (said := text(told.get(key)))), None)
    return Event(
        _time(told, "event-timestamp"),
        _meaning(told),
        text(told.get("ice")) or text(told.get("standard-event-code")),
        description,
        Place(
            text(told.get("event-location")),
            country=_country(told.get("event-country")),
        ),
    )


def _meaning(told: etree._Element) -> Meaning:
    """Read the codes; what delivers on the way back returns the parcel."""
    event, reason = text(told.get("ice")), text(told.get("ric"))
    standard = text(told.get("standard-event-code"))
    meaning = STATUSES.read(
        f"{event}/{reason}/{standard}", f"{event}/{reason}", standard
    )
    if told.get("ruecksendung") != "true" or meaning == UNKNOWN:
        return meaning
    if meaning.status is Status.DELIVERED:
        return Meaning(Status.RETURNED, "to_sender")
    if meaning.status is Status.OUT_FOR_DELIVERY:
        return Meaning(Status.RETURNING, "out_for_return")
    return meaning


def _country(value: object) -> str | None:
    """Return the code; scans name their country in the language of the question."""
    names = {"germany": "DE", "deutschland": "DE"}
    return names.get((text(value) or "").casefold()) or country_code(value)


def _time(told: etree._Element, key: str) -> Stamp | None:
    """Read `18.03.2016 10:02`, else an ISO time."""
    stated = text(told.get(key))
    stamp = stated_by(stated, "%d.%m.%Y %H:%M", GERMANY, Precision.MINUTE)
    return stamp or stated_time(stated, GERMANY)


def _signer(told: etree._Element) -> str | None:
    """Return who took it in; `pan-recipient-name` is only whom it was sent to."""
    name = text(told.get("recipient-name"))
    return None if name is None or name.casefold() in _NOBODY else name
