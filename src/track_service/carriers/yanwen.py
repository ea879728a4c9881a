"""Yanwen (China, cross-border): https://opendocs.yw56.com.cn/webfile/7128663508291424256/.

Proof: the official document of the tracking query with its example. Of its codes of scans
only those are held that the document or its users explain; where the newest scan has
another, the state of the whole parcel (`level1`) speaks for it. Every scan states its
own zone. The production host answers by http alone, as the document has it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
    error_body,
    http_problem,
    json_body,
    oldest_first,
    part,
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

URL = "http://api.track.yw56.com.cn"
CODES = StatusMap(
    {
        "OR10": Meaning(Status.INFO_RECEIVED, "received"),
        "PU10": Meaning(Status.PICKED_UP, "collected"),
        "LH20": Meaning(Status.IN_TRANSIT, "departed_origin_country"),
        "LM25": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "LM30": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "LM40": Meaning(Status.DELIVERED, "delivered"),
        "LM50": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "LM54": Meaning(Status.RETURNING, "to_sender"),
        "LM90": Meaning(Status.RETURNED, "to_sender"),
    }
)
LEVELS = StatusMap(
    {
        "0": Meaning(Status.RETURNED, "to_sender"),
        "2": Meaning(Status.INFO_RECEIVED, "received"),
        "3": Meaning(Status.IN_TRANSIT, "moving"),
        "4": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "5": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "6": Meaning(Status.DELIVERED, "delivered"),
        "7": Meaning(Status.EXPIRED, "no_updates"),
        "8": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "9": Meaning(Status.EXCEPTION, "generic"),
    }
)
_NOTHING = "1"  # level1 of a number without a result


class Yanwen(Carrier):
    """Up to 30 parcels a call, by Yanwen's number or the last mile's."""

    code = "yanwen"
    label = "Yanwen"
    proof = (Proof.OFFICIAL,)
    auth = Auth.KEY
    local_times = False
    countries = ("CN",)
    settings: ClassVar[tuple[str, ...]] = ("account",)
    batch_size: ClassVar[int] = 30
    rate: ClassVar[Rate] = Rate(per_second=1.0)  # unpublished

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account (of the merchant, or the one for labels)."""
        self._http = http
        self._url = settings.get("base_url", URL) + "/api/tracking"
        self._account = settings["account"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for up to 30 parcels."""
        return self._http.get(
            self._url,
            params={"nums": ",".join(one.number for one in wanted)},
            headers={"Authorization": self._account},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the parcels; a refusal has a `code` other than 0."""
        said = text(error_body(answer).get("message"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        body = json_body(answer)
        if (code := text(body["code"])) != "0":
            return [failed(_trouble(said or ""), said or code)]
        return each(_parcel, records(body["result"]))


CARRIER: type[Carrier] = Yanwen


def _trouble(said: str) -> Trouble:
    told = said.casefold()
    if any(w in told for w in ("authori", "授权", "商户", "账号")):
        return Trouble.AUTH
    refused = any(w in told for w in ("nums", "number", "单号", "参数"))
    return Trouble.INVALID_NUMBER if refused else Trouble.BAD_ANSWER


def _parcel(parcel: Mapping[str, Any]) -> Tracking:
    number = text(parcel.get("tracking_number"))
    if number is None:
        raise BadAnswer("yanwen: no tracking_number")
    status = text(parcel.get("tracking_status"))
    level = text(part(parcel, "tracking_status_waybill", "level1"))
    scans = records(parcel.get("checkpoints") or [])
    if not scans and (status == "NOTFOUND" or level == _NOTHING):
        return failed(Trouble.NOT_FOUND, status or level, number)
    events = oldest_first(_scan(one) for one in scans)
    stated = LEVELS.read(level)
    silent = bool(events) and events[-1].meaning == UNKNOWN and stated != UNKNOWN
    arrived = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    delivered = current(events).status is Status.DELIVERED
    return Tracking(
        number,
        events,
        stated=stated,
        ahead=Event(None, stated, level) if silent else None,
        delivered_at=arrived[-1] if delivered else None,
        complete=bool(events),
    )


def _scan(told: Mapping[str, Any]) -> Event:
    code = text(told.get("tracking_status"))
    return Event(
        _stamp(told),
        CODES.read(code),
        code,
        text(told.get("message")),
        Place(text(told.get("location"))),
    )


def _stamp(told: Mapping[str, Any]) -> Stamp | None:
    """Return the wall clock in the zone beside it (`+08`)."""
    stamp, zone = stated_time(told.get("time_stamp")), text(told.get("time_zone"))
    if stamp is None or stamp.offset is not None or zone is None:
        return stamp
    return replace(stamp, offset=read_offset(zone))
