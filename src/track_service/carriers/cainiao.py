"""Cainiao: the tracking page's own answers, https://global.cainiao.com/.

Proof: genuine answers; codes by Alibaba's list (developer.alibaba.com, api 30120). No key
is needed and no push exists. `time` (epoch ms) is the truth: `timeStr` is that instant in
China's time whatever `timeZone` stands beside it. The head's `status` says DELIVERING
from the first scan on, so the scans decide. GTMS_STA_SIGNED is a pick-up point's
signature, not the recipient's.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any, ClassVar

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
    epoch_stamp,
    error_body,
    http_problem,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://global.cainiao.com"
CHINA = timezone(timedelta(hours=8))
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
# The list is not closed: what every listed code of a family means, the nearest first.
_FAMILIES = (
    (re.compile(r".*_(FAILURE|FAIL|EXCEPTION)"), Meaning(Status.EXCEPTION, "generic")),
    (re.compile(r"RT_.*|.*_RETURN(_.*)?"), Meaning(Status.RETURNING, "in_transit")),
    (re.compile(r"(CC|CUS|CIQ)_.*"), Meaning(Status.IN_TRANSIT, "customs_started")),
    (re.compile(r"(SC|LH|TD|OE|PU)_.*"), Meaning(Status.IN_TRANSIT, "moving")),
)
_HEADS: Mapping[str, Meaning] = {
    "DELIVERED": Meaning(Status.DELIVERED, "delivered"),
    "SIGN": Meaning(Status.DELIVERED, "delivered"),
    "RETURNED": Meaning(Status.RETURNED, "to_sender"),
}
_SPOT = re.compile(r"\[([^\]]+)\]")


class Cainiao(Carrier):
    """About ten parcels a call."""

    code = "cainiao"
    label = "Cainiao"
    proof = (Proof.SAMPLE,)
    auth = Auth.OPEN
    eta = True
    batch_size: ClassVar[int] = 10
    rate: ClassVar[Rate] = Rate(
        per_second=0.5
    )  # unpublished; beyond it asks for a human
    page_url = "https://global.cainiao.com/detail.htm?mailNoList={number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/global/detail.json"

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for up to ten parcels."""
        numbers = ",".join(one.number for one in wanted)
        return self._http.get(
            self._url,
            params={"mailNos": numbers, "lang": "en-US", "language": "en-US"},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the parcels; an unknown one is a parcel without scans."""
        body = error_body(answer)
        if problem := http_problem(answer, body.get("errorMsg")):
            return [failed(problem.kind, problem.message)]
        if "rgv587_flag" in body:  # the page's guard asks for a human
            return [failed(Trouble.THROTTLED, "asked to prove that we are no robot")]
        if not isinstance(body.get("module"), list):
            if body.get("success") is False:
                said = text(body.get("errorMsg")) or text(body.get("message"))
                return [failed(Trouble.SERVER_ERROR, said)]
            raise BadAnswer("no `module`")
        parcels = each(_parcel, records(body["module"]))
        return parcels or [failed(Trouble.NOT_FOUND, "no parcel in the answer")]


CARRIER: type[Carrier] = Cainiao


def _parcel(parcel: Mapping[str, Any]) -> Tracking:
    number = text(parcel.get("mailNo"))
    if number is None:
        raise BadAnswer("no `mailNo`")
    scans = records(parcel.get("detailList"))
    latest = parcel.get("latestTrace")
    if isinstance(latest, dict) and latest and not _holds(scans, latest):
        scans = [latest, *scans]
    stated = _HEADS.get((text(parcel.get("status")) or "").upper(), UNKNOWN)
    if not scans and stated == UNKNOWN:
        if (text(parcel.get("mailNoSource")) or "EXTERNAL") == "EXTERNAL":
            return failed(Trouble.NOT_FOUND, "no scan of this number", number)
        return Tracking(number, complete=False)
    events = oldest_first(_event(scan) for scan in scans)
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    delivered = bool(arrived) and current(events).status is Status.DELIVERED
    return Tracking(
        number,
        events,
        stated=stated,
        window=_window(parcel.get("globalEtaInfo")),
        delivered_at=arrived[0].stamp if delivered else None,
    )


def _holds(scans: Sequence[Mapping[str, Any]], latest: Mapping[str, Any]) -> bool:
    told = [(scan.get("actionCode"), scan.get("time")) for scan in scans]
    return (latest.get("actionCode"), latest.get("time")) in told


def _event(scan: Mapping[str, Any]) -> Event:
    code = text(scan.get("actionCode"))
    said = text(scan.get("standerdDesc")) or text(scan.get("desc"))
    spot = _SPOT.match(said or "")
    stamp = _stamp(scan.get("time"))
    if stamp is None:
        stamp = stated_time(scan.get("timeStr"))
    return Event(
        stamp, _meaning(code), code, said, Place(city=spot[1].strip() if spot else None)
    )


def _meaning(code: str | None) -> Meaning:
    name = re.sub(r"\W+", "_", (code or "").upper())
    known = CODES.read(name)
    if known == UNKNOWN:
        matches = (m for family, m in _FAMILIES if family.fullmatch(name))
        known = next(matches, UNKNOWN)
    return known


def _stamp(value: object) -> Stamp | None:
    return epoch_stamp(value or None, CHINA)


def _window(told: object) -> Window | None:
    """Return the days; the hour is that of the estimate's making."""
    ends = [
        Stamp.day(stamp.local.date())
        for key in ("deliveryMinTime", "deliveryMaxTime")
        if (stamp := _stamp(part(told, key))) is not None
    ]
    return Window(ends[0], ends[-1]) if ends else None
