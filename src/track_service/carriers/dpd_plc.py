"""DPD's public tracking JSON: https://tracking.dpd.de/rest/plc/, which its web page asks.

Proof: genuine answers; DPD documents no contract for it. `statusInfo` is a ladder whose
later steps are listed before they are reached, and it has no step for a parcel shop: the
scans tell more. Times are local and name no zone. `RECEIVER_NAME` is the addressee, not
who signed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import quote

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
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Tracking, Trouble
from track_service.http import Answer, Http

URL = "https://tracking.dpd.de"

STATUSES = StatusMap(
    {
        "ACCEPTED": Meaning(Status.PICKED_UP, "accepted"),
        "AT_SENDING_DEPOT": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "ON_THE_ROAD": Meaning(Status.IN_TRANSIT, "moving"),
        "AT_DELIVERY_DEPOT": Meaning(Status.IN_TRANSIT, "at_delivery_depot"),
        "OUT_FOR_DELIVERY": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "DELIVERED": Meaning(Status.DELIVERED, "delivered"),
    }
)
# By name without leading zeros; by bare number where that can mean one thing only
# (4 is an arrival in one list and a failed delivery in another).
SCANS = StatusMap(
    {
        "SC_1_SORT": Meaning(Status.IN_TRANSIT, "processing"),
        "SC_3_IN_DELIVERY": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "SC_3_OUT_FOR_DELIVERY": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "SC_4_INBOUND": Meaning(Status.IN_TRANSIT, "at_delivery_depot"),
        "SC_13_DELIVERED": Meaning(Status.DELIVERED, "delivered"),
        "SC_14_NOT_DELIVERED": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "SC_15_PICKUP": Meaning(Status.PICKED_UP, "collected"),
        "SC_23_STORE_DROPOFF": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "1": Meaning(Status.IN_TRANSIT, "processing"),
        "3": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "13": Meaning(Status.DELIVERED, "delivered"),
        "14": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "15": Meaning(Status.PICKED_UP, "collected"),
        "23": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
    }
)


class DpdPlc(Carrier):
    """One parcel a call, without an account."""

    code = "dpd_plc"
    label = "DPD"
    proof = (Proof.SAMPLE,)
    auth = Auth.OPEN
    optional: ClassVar[tuple[str, ...]] = ("language",)
    rate = Rate(per_second=0.5)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the language of the texts."""
        self._http = http
        language = settings.get("language", "en_US")
        self._url = f"{settings.get('base_url', URL)}/rest/plc/{quote(language)}"

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(
            f"{self._url}/{number}", headers={"Accept": "application/json"}
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the life cycle; `null` in its place is an unknown parcel."""
        if problem := http_problem(answer):
            return [Tracking(None, problem=problem, complete=False)]
        if answer.status == 404:
            return [failed(Trouble.NOT_FOUND, "HTTP 404")]
        response = json_body(answer)["parcellifecycleResponse"]
        cycle = response["parcelLifeCycleData"]
        if cycle in (None, ""):
            return [failed(Trouble.NOT_FOUND, "no life cycle")]
        return [_parcel(cycle)]


CARRIER: type[Carrier] = DpdPlc


def _parcel(cycle: Mapping[str, Any]) -> Tracking:
    number = text(part(cycle, "shipmentInfo", "parcelLabelNumber"))
    if number is None:
        raise BadAnswer("no parcelLabelNumber")
    stated = _stated(cycle)
    scans = map(_scan, records(part(cycle, "scanInfo", "scan")))
    events = _closed(oldest_first(scans), stated)
    now = current(events)
    arrived = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    delivered = now.status is Status.DELIVERED
    return Tracking(
        number,
        events,
        stated=stated,
        delivered_at=arrived[-1] if delivered and arrived else None,
    )


def _stated(cycle: Mapping[str, Any]) -> Meaning:
    for step in records(cycle.get("statusInfo")):
        if step.get("isCurrentStatus") is True:
            return STATUSES.read(text(step.get("status")))
    return UNKNOWN


def _closed(events: tuple[Event, ...], stated: Meaning) -> tuple[Event, ...]:
    """Let the ladder's current step tell what a newest scan of an unknown type is."""
    if not events or events[-1].meaning != UNKNOWN or stated == UNKNOWN:
        return events
    if current(events).status.rank >= stated.status.rank:
        return events
    return (*events[:-1], replace(events[-1], meaning=stated))


def _scan(scan: Mapping[str, Any]) -> Event:
    kind = part(scan, "scanData", "scanType")
    code, name = text(part(kind, "code")), text(part(kind, "name"))
    plain = re.sub(r"^SC_0+", "SC_", name) if name else None
    meaning = SCANS.read(plain) if plain else SCANS.read(code and code.lstrip("0"))
    lines = part(scan, "scanDescription", "content")
    words = [text(line) for line in lines] if isinstance(lines, list) else []
    return Event(
        stated_time(scan.get("date")),
        meaning,
        code or name,
        " ".join(filter(None, words)) or None,
        _place(part(scan, "scanData")),
    )


def _place(scan: Any) -> Place:
    where = text(part(scan, "location"))
    found = re.fullmatch(r"(.+?)\s*\(([A-Z]{2})\)", where or "")
    city, country = (found[1], found[2]) if found else (where, None)
    return Place(city, None, country_code(part(scan, "country")) or country)
