"""TNT ExpressConnect Tracking 3.1 (XML), after the vendor's guide.

https://express.tnt.com/expresswebservices-website/app/pdf/ (now FedEx). A consignment
states one of four summaries; the scan codes are many and not published as a table, so a
scan is read by its code where that is plain, else by TNT's fixed English words. Times
are local to the depot, without a zone. A consignment that is not known stands in the
list, with the summary CNF.
"""

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
    each,
    http_problem,
    oldest_first,
    reader,
    stated_time,
)
from track_service.carriers.xml_reading import inner, xml_body
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://express.tnt.com"
PATH = "/expressconnect/track.do"
SUMMARIES = StatusMap(
    {
        "DEL": Meaning(Status.DELIVERED, "delivered"),
        "INT": Meaning(Status.IN_TRANSIT, "moving"),
        "EXC": Meaning(Status.EXCEPTION, "generic"),
    }
)
CODES = StatusMap(
    {
        "OK": Meaning(Status.DELIVERED, "delivered"),
        "OD": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
    }
)
_WORDS = tuple(
    (re.compile(words, re.I), meaning)
    for words, meaning in (
        (
            r"(delivered|returned) to (the )?sender",
            Meaning(Status.RETURNED, "to_sender"),
        ),
        (r"\breturn", Meaning(Status.RETURNING, "to_sender")),
        (r"refused", Meaning(Status.ATTEMPT_FAILED, "refused", "consignee_refused")),
        (
            r"(not (available|at home)|closed|no one)\b|unable to deliver"
            r"|attempted|not delivered",
            Meaning(Status.ATTEMPT_FAILED, "generic"),
        ),
        (
            r"address (is )?(incorrect|incomplete|insufficient|query)|incorrect address",
            Meaning(Status.EXCEPTION, "bad_address", "consignee_incorrect_address"),
        ),
        (r"damage", Meaning(Status.EXCEPTION, "damaged", "carrier_damaged_parcel")),
        (r"delay|missed", Meaning(Status.EXCEPTION, "delayed")),
        (r"held|on hold", Meaning(Status.EXCEPTION, "held")),
        (r"out for delivery", Meaning(Status.OUT_FOR_DELIVERY, "with_courier")),
        (
            r"(awaiting|ready for|available for) (consignee )?collection",
            Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        ),
        (
            r"(customs|clearance).*(complete|released|cleared)|released (by|from) customs",
            Meaning(Status.IN_TRANSIT, "customs_released"),
        ),
        (r"customs|clearance", Meaning(Status.IN_TRANSIT, "customs_started")),
        (r"\bdelivered\b", Meaning(Status.DELIVERED, "delivered")),
        (r"(collected|picked up)", Meaning(Status.PICKED_UP, "collected")),
        (r"received at origin", Meaning(Status.PICKED_UP, "received_at_origin")),
        (r"destination depot", Meaning(Status.IN_TRANSIT, "at_delivery_depot")),
        (
            r"received at|arrived|passed through|in transit|transit point|on route"
            r"|departed|forwarded",
            Meaning(Status.IN_TRANSIT, "moving"),
        ),
    )
)


class Tnt(Carrier):
    """Up to fifty consignments a call."""

    code: ClassVar[str] = "tnt"
    label: ClassVar[str] = "TNT"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL, Proof.SAMPLE)
    auth: ClassVar[Auth] = Auth.BASIC
    signer: ClassVar[bool] = True
    settings: ClassVar[tuple[str, ...]] = ("username", "password")
    batch_size: ClassVar[int] = 50
    rate: ClassVar[Rate] = Rate(per_second=1.0)
    page_url: ClassVar[str | None] = (
        "https://www.tnt.com/express/en_us/site/shipping-tools/tracking.html"
        "?searchType=con&cons={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + PATH
        self._auth = (settings["username"], settings["password"])

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for up to fifty consignments with all their scans."""
        numbers = "".join(
            f"<ConsignmentNumber>{escape(one.number)}</ConsignmentNumber>"
            for one in wanted
        )
        question = (
            '<?xml version="1.0" encoding="UTF-8" standalone="no"?>'
            '<TrackRequest locale="en_US" version="3.1">'
            f'<SearchCriteria marketType="INTERNATIONAL">{numbers}</SearchCriteria>'
            "<LevelOfDetail><Complete/></LevelOfDetail></TrackRequest>"
        )
        return self._http.post(self._url, data={"xml_in": question}, auth=self._auth)

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the consignments of a response, or its error."""
        try:
            root = xml_body(answer)
        except BadAnswer:
            if problem := http_problem(answer):
                return [failed(problem.kind, problem.message)]
            raise
        if told := each(_consignment, root.iter("Consignment")):
            return told
        for error in root.iter("Error"):
            return [_refusal(error)]
        if problem := http_problem(answer):
            return [failed(problem.kind, problem.message)]
        raise BadAnswer("no `Consignment`")


CARRIER: type[Carrier] = Tnt


def _refusal(error: etree._Element) -> Tracking:
    code, said = inner(error, "Code"), inner(error, "Message")
    if code == "9000" or re.search("unauthori[sz]ed|access|password", said or "", re.I):
        return failed(Trouble.AUTH, said or code)
    if re.search("not found", said or "", re.I):
        return failed(Trouble.NOT_FOUND, said)
    return failed(Trouble.INPUT_NEEDED, said or code)


def _consignment(told: etree._Element) -> Tracking:
    number, summary = inner(told, "ConsignmentNumber"), inner(told, "SummaryCode")
    if summary == "CNF":
        return failed(Trouble.NOT_FOUND, "consignment not found", number)
    if number is None:
        raise BadAnswer("no `ConsignmentNumber`")
    events = list(oldest_first(map(_scan, told.findall("StatusData"))))
    stated = SUMMARIES.read(summary)
    if events and _silent(events, summary):
        events[-1] = replace(events[-1], meaning=stated)
    result = Tracking(number, tuple(events), stated=stated)
    if condition(result).status is not Status.DELIVERED:
        return result
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    at = _time(inner(told, "DeliveryDate"), inner(told, "DeliveryTime"))
    if at is None and arrived:
        at = arrived[-1].stamp
    return replace(result, delivered_at=at, signed_by=_signer(told))


def _silent(events: Sequence[Event], summary: str | None) -> bool:
    """Whether the newest scan does not tell what the summary states."""
    if summary == "DEL":
        ended = {Status.DELIVERED, Status.RETURNED}
        return all(event.meaning.status not in ended for event in events)
    return summary == "EXC" and events[-1].meaning == UNKNOWN


def _scan(told: etree._Element) -> Event:
    code, said = inner(told, "StatusCode"), inner(told, "StatusDescription")
    return Event(
        _time(inner(told, "LocalEventDate"), inner(told, "LocalEventTime")),
        _meaning(code, said),
        code,
        said,
        Place(inner(told, "DepotName")),
    )


def _meaning(code: str | None, said: str | None) -> Meaning:
    meaning = CODES.read(code)
    for pattern, read in _WORDS:
        if meaning == UNKNOWN and said is not None and pattern.search(said):
            return read
    return meaning


def _time(day: str | None, hour: str | None) -> Stamp | None:
    """Read `20260303` and `1132`; without an hour it stays a day."""
    date = re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)", day or "", re.ASCII)
    clock = re.fullmatch(r"(\d\d):?(\d\d)(:?\d\d)?", hour or "", re.ASCII)
    if date is None:
        return None
    whole = "-".join(date.groups())
    return stated_time(f"{whole}T{clock[1]}:{clock[2]}" if clock else whole)


def _signer(told: etree._Element) -> str | None:
    name = inner(told, "Signatory")
    return name if name is not None and re.search(r"[^\W\d_]", name) else None
