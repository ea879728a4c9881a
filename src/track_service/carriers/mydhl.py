"""DHL Express by MyDHL API 3.1: https://developer.dhl.com/api-reference/dhl-express-mydhl-api.

Read after the vendor's OpenAPI document and its examples. One number a call, though
`/tracking` takes 200: only the single call gives each scan its offset from GMT.
`status` of a shipment tells of the call ("Success"), not of the parcel.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
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
    error_body,
    http_problem,
    json_body,
    oldest_first,
    reader,
    records,
    stated_time,
    text,
)
from track_service.core.status import Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import (
    Event,
    Place,
    Precision,
    Stamp,
    Tracking,
    Trouble,
    Window,
)
from track_service.http import Answer, Http

URL = "https://express.api.dhl.com"
STATUSES = StatusMap.from_tsv(Path(__file__).with_suffix(".tsv"))
STATED = StatusMap(
    {
        "delivered": Meaning(Status.DELIVERED, "delivered"),
        "transit": Meaning(Status.IN_TRANSIT, "moving"),
        "pre-transit": Meaning(Status.INFO_RECEIVED, "received"),
    }
)
_NOT_FOUND = re.compile(r"no (?:shipments?|data) found|not (?:data )?found", re.I)
_SIGNED_BY = re.compile(r"\bsigned for by\s*:?\s*(\S.*)$", re.I)
# What couriers write where nobody signed: left at the door, a desk, a number.
_NO_NAME = re.compile(r"[\W\d_]*|ATL\b.*|SX\b.*|front desks?|N/?A", re.I)


class MyDhl(Carrier):
    """DHL Express accounts: Basic with the app's user and password."""

    code: ClassVar[str] = "mydhl"
    label: ClassVar[str] = "DHL Express"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.BASIC
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    settings: ClassVar[tuple[str, ...]] = ("username", "password")
    rate: ClassVar[Rate] = Rate(per_second=1.0, per_day=500)  # the usual grant
    page_url: ClassVar[str | None] = (
        "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}"
    )

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._base = (settings.get("base_url") or URL) + "/mydhlapi"
        self._auth = (settings["username"], settings["password"])

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one shipment's checkpoints."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(
            f"{self._base}/shipments/{number}/tracking",
            params={
                "trackingView": "all-checkpoints",
                "levelOfDetail": "shipment",
                "requestGMTOffsetPerEvent": "true",
            },
            headers={"Accept": "application/json"},
            auth=self._auth,
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read shipments, or problem details whose `status` may be a text."""
        body = error_body(answer)
        shipments = body.get("shipments")
        if isinstance(shipments, list) and shipments:
            return [_shipment(one) for one in records(shipments)]
        said = text(body.get("detail")) or text(body.get("title"))
        stated = text(body.get("status")) or ""
        status = int(stated) if re.fullmatch(r"[1-5]\d\d", stated) else answer.status
        problem = http_problem(replace(answer, status=status), said)
        if problem := problem or http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if isinstance(shipments, list) or (body and status == 404):
            return [failed(Trouble.NOT_FOUND, said or "no shipment")]
        if body and status is not None and 400 <= status < 500:
            return [failed(_trouble(said or ""), said)]
        json_body(answer)
        raise BadAnswer("no `shipments`")


CARRIER: type[Carrier] = MyDhl


def _trouble(said: str) -> Trouble:
    if _NOT_FOUND.search(said):
        return Trouble.NOT_FOUND
    numbered = "trackingnumber" in said.replace(" ", "").lower()
    return Trouble.INVALID_NUMBER if numbered else Trouble.INPUT_NEEDED


def _shipment(shipment: Mapping[str, Any]) -> Tracking:
    number, status = text(shipment.get("shipmentTrackingNumber")), _status(shipment)
    if _NOT_FOUND.search(status):
        return failed(Trouble.NOT_FOUND, status, number)
    if number is None:
        raise BadAnswer("no `shipmentTrackingNumber`")
    told = records(shipment.get("events"))
    for piece in records(shipment.get("pieces")) if not told else []:
        told += records(piece.get("events"))
    events = oldest_first(dict.fromkeys(map(_event, told)))
    result = Tracking(
        number, events, STATED.read(status.lower()), window=_window(shipment)
    )
    if condition(result).status is not Status.DELIVERED:
        return result
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    return replace(
        result, delivered_at=stamps[-1] if stamps else None, signed_by=_signer(told)
    )


def _status(shipment: Mapping[str, Any]) -> str:
    return text(shipment.get("status")) or ""


def _event(one: Mapping[str, Any]) -> Event:
    code = text(one.get("typeCode"))
    area = next(iter(records(one.get("serviceArea"))), {})
    return Event(
        _stamp(one),
        STATUSES.read(code),
        code,
        text(one.get("description")),
        _place(text(area.get("description")) or ""),
    )


def _stamp(one: Mapping[str, Any]) -> Stamp | None:
    day, hour = text(one.get("date")), text(one.get("time"))
    if day is None or hour is None:
        return stated_time(day)
    return stated_time(f"{day}T{hour}{text(one.get('GMTOffset')) or ''}")


def _place(area: str) -> Place:
    """Read `WOODSIDE,NY-USA`, `LEIPZIG - GERMANY`, `Brisbane-AU`, `New York, NY`."""
    found = re.fullmatch(r"(.*?)(?:\s+-\s+([^-]+)|-\s?([A-Z]{2,3}))", area)
    site, country = (found[1], found[2] or found[3]) if found else (area, None)
    city, _, region = site.partition(",")
    return Place(text(city), text(region), country_code(country))


def _window(shipment: Mapping[str, Any]) -> Window | None:
    """Return the estimate; the first or the last minute of a day means the day."""
    for key in ("estimatedDeliveryDate", "estimatedTimeOfDelivery"):
        due = stated_time(shipment.get(key))
        if due is not None:
            exact = due.precision is not Precision.DAY
            if exact and f"{due.local:%H:%M}" in {"00:00", "23:59"}:
                due = Stamp.day(due.local.date())
            return Window(due, due)
    return None


def _signer(told: Sequence[Mapping[str, Any]]) -> str | None:
    """Return who signed, of the scans that delivered and only if it is a name."""
    for one in reversed(told):
        if STATUSES.read(one.get("typeCode")).status is Status.DELIVERED:
            words = _SIGNED_BY.search(text(one.get("description")) or "")
            name = text(one.get("signedBy")) or (text(words[1]) if words else None)
            if name is not None and not _NO_NAME.fullmatch(name):
                return name
    return None
