"""Delhivery (India): package tracking and scan push, https://one.delhivery.com/developer-portal.

Proof: the document's fields, genuine answers of a cancelled parcel, and the published
status codes (NSL) as integrations list them. The word and the type beside it (UD forward,
RT return, DL closed) decide together; a code that says more goes first. A cancellation
shows in code and text alone, the status stays "Not Picked". Times are India's.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    StatusMap,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    each,
    error_body,
    http_problem,
    json_body,
    oldest_first,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://track.delhivery.com"
INDIA = ZoneInfo("Asia/Kolkata")
# NSL codes, and `type:word` in lower case.
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
CANCELLED = Meaning(Status.CANCELLED, "shipment", "retailer_cancelled")
_BEFORE_PICKUP = {"not picked", "manifested", "open", "scheduled", "cancelled"}
_HUB = re.compile(r"([^_(]+?)(?:_[^(]*)?\s*\(([^)]+)\)\s*")
_NO_NAME = re.compile(
    r"self|security|guard|family|neighbou?r|relative|reception\w*|consignee|n/?a|-+",
    re.I,
)
_PHONE = re.compile(r"(?<!\d)(?:\+?91[ -]?)?[6-9]\d{9}(?!\d)")


class Delhivery(Carrier):
    """Up to fifty parcels a call; scans are pushed on request, unsigned."""

    code = "delhivery"
    label = "Delhivery"
    proof = (Proof.SAMPLE,)
    auth = Auth.KEY
    eta = True
    signer = True
    countries = ("IN",)
    settings: ClassVar[tuple[str, ...]] = ("token",)
    batch_size: ClassVar[int] = 50
    push = True
    page_url = "https://www.delhivery.com/track-v2/package/{number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's token."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/api/v1/packages/json/"
        self._headers = {"Authorization": f"Token {settings['token']}"}

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for up to fifty waybills with all scans."""
        numbers = ",".join(one.number for one in wanted)
        return self._http.get(
            self._url,
            params={"waybill": numbers, "verbose": "1"},
            headers=self._headers,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read parcels, with or without scans; errors come with HTTP 200 too."""
        body = error_body(answer)
        told = [text(body.get(key)) for key in ("Error", "rmk", "message", "detail")]
        said = " · ".join(dict.fromkeys(filter(None, told)))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if "ShipmentData" in body:
            held = (one["Shipment"] for one in records(body["ShipmentData"]))
            parcels = each(_parcel, held)
            return parcels or [failed(Trouble.NOT_FOUND, "no parcel in the answer")]
        if not said:
            raise BadAnswer("no `ShipmentData`")
        return [_refused(said)]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one pushed scan."""
        parcel = json_body(push)["Shipment"]
        status = parcel["Status"]
        number = text(parcel.get("AWB"))
        if number is None:
            raise BadAnswer("no `AWB`")
        event = _event({**status, "StatusCode": parcel.get("NSLCode")})
        arrived = event.meaning.status is Status.DELIVERED
        return [
            Tracking(
                number,
                (event,),
                delivered_at=event.stamp if arrived else None,
                signed_by=_signer(status) if arrived else None,
                complete=False,
            )
        ]


CARRIER: type[Carrier] = Delhivery


def _refused(said: str) -> Tracking:
    if re.search("token|authenticat|credential|not authori", said, re.I):
        return failed(Trouble.AUTH, said)
    if re.search("throttl|too many|limit", said, re.I):
        return failed(Trouble.THROTTLED, said)
    if re.search(
        "not (found|exist)|no such|invalid|unable to find|very old", said, re.I
    ):
        return failed(Trouble.NOT_FOUND, said)
    return failed(Trouble.INPUT_NEEDED, said)


def _parcel(parcel: Mapping[str, Any]) -> Tracking:
    number = text(parcel.get("AWB"))
    if number is None:
        raise BadAnswer("no `AWB`")
    status = parcel.get("Status") or {}
    scans = [one["ScanDetail"] for one in records(parcel.get("Scans"))]
    rows = scans or records(status if text(status.get("Status")) else None)
    events = oldest_first(_event(row) for row in rows)
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    delivered = bool(arrived) and current(events).status is Status.DELIVERED
    day = _day(parcel.get("ExpectedDeliveryDate"))
    day = day or _day(parcel.get("PromisedDeliveryDate"))
    told = stated_time(parcel.get("DeliveryDate"), INDIA) if delivered else None
    return Tracking(
        number,
        events,
        window=Window(day, day) if day else None,
        delivered_at=(told or arrived[0].stamp) if delivered else None,
        signed_by=_signer(status) if delivered else None,
        complete=bool(scans),
    )


def _event(row: Mapping[str, Any]) -> Event:
    word = text(row.get("Scan")) or text(row.get("Status"))
    kind = text(row.get("ScanType")) or text(row.get("StatusType"))
    code, said = text(row.get("StatusCode")), text(row.get("Instructions"))
    when = row.get("ScanDateTime") or row.get("StatusDateTime")
    where = row.get("ScannedLocation") or row.get("StatusLocation")
    return Event(
        stated_time(when, INDIA),
        _meaning(code, kind, word, said),
        code or word,
        _PHONE.sub("\u2026", said) if said else word,
        _place(text(where)),
    )


def _meaning(
    code: str | None, kind: str | None, word: str | None, said: str | None
) -> Meaning:
    state = (word or "").casefold()
    kind = (kind or "").upper()
    if state in _BEFORE_PICKUP and re.search("cancel", said or "", re.I):
        return CANCELLED
    broad = CODES.read(f"{kind.lower()}:{state}", state)
    # On the way back the codes repeat those of the way out: the type decides.
    if kind not in {"", "UD"} and broad != UNKNOWN:
        return broad
    close = CODES.read(code)
    return close if close != UNKNOWN else broad


def _place(where: str | None) -> Place:
    """Return city and state out of `Chomu_SamodRd_D (Rajasthan)`."""
    found = _HUB.fullmatch(where or "")
    if found is None:
        return Place(city=where)
    return Place(city=found[1].strip(), region=found[2].strip(), country="IN")


def _day(value: object) -> Stamp | None:
    stamp = stated_time(value)
    return stamp and Stamp.day(stamp.local.date())


def _signer(status: Mapping[str, Any]) -> str | None:
    """Return who took it, under either spelling; a relation is no name."""
    name = text(status.get("RecievedBy")) or text(status.get("ReceivedBy"))
    return None if name is None or _NO_NAME.fullmatch(name) else name
