"""SmartKargo (parcels on airlines): https://www.smartkargo.com/.

Proof: captured answers; the three-letter codes are those of IATA's status messages and
a few door-delivery ones of SmartKargo's own. The answer is a list of scans, each naming
its air waybill; an unknown parcel is an empty list. Times have no offset, and a
fraction of seven digits. A code that is not listed is read by its words.
"""

import re
from collections.abc import Mapping, Sequence
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
    error_body,
    http_problem,
    json_body,
    oldest_first,
    part,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Stamp, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://ihub.smartkargo.com"
PATH = "/ihub-prod-mt-api-function/tracking"
CODES = StatusMap(
    {
        "BKD": Meaning(Status.INFO_RECEIVED, "received"),
        "FOH": Meaning(Status.PICKED_UP, "accepted"),
        "RCS": Meaning(Status.PICKED_UP, "accepted"),
        "RCT": Meaning(Status.IN_TRANSIT, "moving"),
        "PRE": Meaning(Status.IN_TRANSIT, "processed"),
        "MAN": Meaning(Status.IN_TRANSIT, "processed"),
        "DEP": Meaning(Status.IN_TRANSIT, "departed_facility"),
        "ARR": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "RCF": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "TRM": Meaning(Status.IN_TRANSIT, "moving"),
        "TFD": Meaning(Status.IN_TRANSIT, "handed_to_partner_carrier"),
        "TGC": Meaning(Status.IN_TRANSIT, "customs_started"),
        "CRC": Meaning(Status.IN_TRANSIT, "customs_started"),
        "CCD": Meaning(Status.IN_TRANSIT, "customs_released"),
        "INF": Meaning(Status.IN_TRANSIT, "moving"),
        "MDL": Meaning(Status.IN_TRANSIT, "moving"),
        "NFD": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "RCU": Meaning(Status.EXCEPTION, "held"),
        "DIS": Meaning(Status.EXCEPTION, "generic"),
        "GDL": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "ADL": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "DLV": Meaning(Status.DELIVERED, "delivered"),
        "DLD": Meaning(Status.DELIVERED, "delivered"),
        "DDL": Meaning(Status.DELIVERED, "delivered"),
        "in transit": Meaning(Status.IN_TRANSIT, "moving"),
        "out for delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "delivered": Meaning(Status.DELIVERED, "delivered"),
    }
)


class Smartkargo(Carrier):
    """SmartKargo: one parcel a call, by air waybill or by the shop's own reference."""

    code: ClassVar[str] = "smartkargo"
    label: ClassVar[str] = "SmartKargo"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.SAMPLE,)
    auth: ClassVar[Auth] = Auth.KEY
    eta: ClassVar[bool] = True
    settings: ClassVar[tuple[str, ...]] = ("api_key",)
    rate: ClassVar[Rate] = Rate(per_second=2.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + PATH
        self._key = settings["api_key"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        number = wanted[0].number
        waybill = re.fullmatch(r"([A-Za-z]{3})[-_ ]?(\d+)", number, re.ASCII)
        asked = {"packageReference": number}
        if waybill:
            asked = {"prefix": waybill[1].upper(), "Airwaybill": waybill[2]}
        return self._http.get(self._url, params=asked, headers={"code": self._key})

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the scans, parcel by parcel in their order."""
        error = error_body(answer).get("error")
        said = text(part(error, "message")) or text(error)
        if problem := http_problem(answer, said):
            return [Tracking(None, problem=problem, complete=False)]
        if answer.status == 404 or text(part(error, "code")) == "NOT_FOUND":
            return [failed(Trouble.NOT_FOUND, said or "HTTP 404")]
        told = json_body(answer)
        if error:
            return [failed(Trouble.INVALID_NUMBER, said)]
        if not isinstance(told, list):
            raise BadAnswer("smartkargo: no list of scans")
        parcels: dict[str, list[dict[str, Any]]] = {}
        for scan in records(told):
            parcels.setdefault(_number(scan), []).append(scan)
        return [_parcel(*one) for one in parcels.items()] or [
            failed(Trouble.NOT_FOUND, "no scans")
        ]


CARRIER: type[Carrier] = Smartkargo


def _number(scan: Mapping[str, Any]) -> str:
    waybill = (text(scan.get("prefix")) or "") + (text(scan.get("airWaybill")) or "")
    number = waybill or text(scan.get("packageReference"))
    if number is None:
        raise BadAnswer("smartkargo: a scan of no parcel")
    return number


def _parcel(number: str, scans: Sequence[Mapping[str, Any]]) -> Tracking:
    events = oldest_first(_scan(one) for one in scans)
    delivered = current(events).status is Status.DELIVERED
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    promised = (stated_time(one.get("estimatedDeliveryDate")) for one in scans)
    days = [Stamp.day(stamp.local.date()) for stamp in promised if stamp]
    return Tracking(
        number,
        events,
        window=Window(days[-1], days[-1]) if days else None,
        delivered_at=stamps[-1] if delivered and stamps else None,
    )


def _scan(told: Mapping[str, Any]) -> Event:
    code, words = text(told.get("eventType")), text(told.get("description"))
    return Event(
        stated_time(told.get("eventDate")),
        CODES.read((code or "").upper(), (words or "").casefold()),
        code,
        words,
        Place(text(told.get("eventLocation"))),
    )
