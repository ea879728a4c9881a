"""4PX (China, cross-border): the tracking page's own answers, https://track.4px.com/.

Proof: a genuine answer (of an unknown number) and the page's fields as many readers know
them; codes by 4PX's list (https://open.4px.com/v2/help/customdata?ids=help-data,21). No
key is needed. `tkDateStr` and `tkTimezone` are the pair that states a scan's time. Only
the first number of a call is looked up, whatever the list.
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
    Rate,
    StatusMap,
    Wanted,
    failed,
)
from track_service.carriers.reading import (
    error_body,
    http_problem,
    in_zone,
    oldest_first,
    read_offset,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://track.4px.com"
CODES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
# Families of the list: what all their variants mean.
_FAMILIES = (
    (re.compile("FPX_S_OK.*"), Meaning(Status.DELIVERED, "delivered")),
    (re.compile("FPX_D_FD.*"), Meaning(Status.ATTEMPT_FAILED, "generic")),
    (re.compile("FPX_(C_HF|D_SH|O_SPH).*"), Meaning(Status.EXCEPTION, "held")),
    (re.compile("FPX_I_HC.*"), Meaning(Status.EXCEPTION, "delayed_customs")),
    (re.compile("FPX_(D_DD|M_TD).*"), Meaning(Status.EXCEPTION, "delayed")),
)


class FourPx(Carrier):
    """One parcel a call."""

    code = "4px"
    label = "4PX"
    proof = (Proof.SAMPLE,)
    auth = Auth.OPEN
    local_times = False
    countries = ("CN",)
    rate: ClassVar[Rate] = Rate(per_second=1.0)  # unpublished

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/track/v2/front/listTrackV3"

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        return self._http.post(
            self._url,
            json={
                "queryCodes": [wanted[0].number],
                "language": "en-us",
                "translateLanguage": "",
            },
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the page's answer, or the open platform's (`trackingList`)."""
        body = error_body(answer)
        said = text(body.get("message")) or text(body.get("msg"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        result = text(body.get("result"))
        if result is None:
            raise BadAnswer("no `result`")
        if result != "1":
            return [_refused(body, said)]
        parcels = [_parcel(one) for one in records(body.get("data"))]
        return parcels or [failed(Trouble.NOT_FOUND, said)]


CARRIER: type[Carrier] = FourPx


def _refused(body: Mapping[str, Any], said: str | None) -> Tracking:
    told = [
        said or "",
        *(text(e.get("errorMsg")) or "" for e in records(body.get("errors"))),
    ]
    words = " ".join(told)
    if re.search("sign|app_?key|token|签名", words, re.I):
        return failed(Trouble.AUTH, words)
    if re.search("frequen|too many|频繁", words, re.I):
        return failed(Trouble.THROTTLED, words)
    if re.search("system|系统", words, re.I):
        return failed(Trouble.SERVER_ERROR, words)
    if re.search("not (found|exist)|不存在|无轨迹", words, re.I):
        return failed(Trouble.NOT_FOUND, words)
    return failed(Trouble.INVALID_NUMBER, words)


def _parcel(parcel: Mapping[str, Any]) -> Tracking:
    number = (
        text(parcel.get("queryCode"))
        or text(parcel.get("deliveryOrderNo"))
        or text(parcel.get("shipperCode"))
    )
    if number is None:
        raise BadAnswer("no `queryCode`")
    rows = records(parcel.get("tracks") or parcel.get("trackingList"))
    if not rows:
        return failed(Trouble.NOT_FOUND, "no scan of this number", number)
    events = oldest_first(_event(row) for row in rows)
    arrived = [e for e in events if e.meaning.status is Status.DELIVERED]
    delivered = bool(arrived) and current(events).status is Status.DELIVERED
    return Tracking(
        number, events, delivered_at=arrived[0].stamp if delivered else None
    )


def _event(row: Mapping[str, Any]) -> Event:
    code = text(row.get("tkCode")) or text(row.get("businessLinkCode"))
    said = text(row.get("tkTranslatedDesc")) or text(row.get("tkDesc"))
    place = text(row.get("tkLocation")) or text(row.get("occurLocation"))
    return Event(
        _stamp(row),
        _meaning(code),
        code,
        said or text(row.get("trackingContent")),
        Place(city=place),
    )


def _meaning(code: str | None) -> Meaning:
    name = (code or "").upper()
    known = CODES.read(name)
    if known == UNKNOWN:
        matches = (m for family, m in _FAMILIES if family.fullmatch(name))
        known = next(matches, UNKNOWN)
    return known


def _stamp(row: Mapping[str, Any]) -> Stamp | None:
    """Read the wall clock in the zone beside it: `UTC+08:00` or `UTCAsia/Tokyo`."""
    stated = text(row.get("tkDateStr")) or text(row.get("occurDatetime"))
    stamp = stated_time(stated or row.get("tkDate"))
    zone = text(row.get("tkTimezone")) or text(row.get("timeZone")) or ""
    if stamp is None or stamp.offset is not None:
        return stamp
    name = re.sub("^(UTC|GMT)", "", zone)
    if found := re.fullmatch(r"([+-])(\d\d?)(?::?(\d\d))?", name):
        offset = read_offset(f"{found[1]}{int(found[2]):02}:{found[3] or '00'}")
        return Stamp(stamp.local, offset, stamp.precision)
    if re.fullmatch(r"[A-Z][A-Za-z_]+/[A-Za-z0-9_+/-]+", name):
        try:
            return in_zone(stamp.local, ZoneInfo(name), stamp.precision)
        except (KeyError, OSError):
            return stamp
    return (
        Stamp(stamp.local, read_offset("Z"), stamp.precision)
        if zone == "UTC"
        else stamp
    )
