"""Nationex (Quebec), API v4: https://api.nationex.com/swagger.

Read after the vendor's example, whose three statuses contradict one another: what
happened to the parcels (`History`) is believed before the states. `StatusDate` is UTC,
`ProcessedDate` local without a zone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
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
from track_service.core.tracking import Event, Place, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://api.nationex.com"
STATUSES = StatusMap(
    {
        "Creation": Meaning(Status.INFO_RECEIVED, "received"),
        "DataReceived": Meaning(Status.INFO_RECEIVED, "received"),
        "Pickup": Meaning(Status.PICKED_UP, "collected"),
        "Transit": Meaning(Status.IN_TRANSIT, "moving"),
        "OutForDelivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "PartiallyOutForDelivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "OnHold": Meaning(Status.EXCEPTION, "held"),
        "Attention": Meaning(Status.EXCEPTION, "generic"),
        "RefusedDelivery": Meaning(Status.EXCEPTION, "refused", "consignee_refused"),
        "ReturnToSender": Meaning(Status.RETURNING, "to_sender"),
        "Delivered": Meaning(Status.DELIVERED, "delivered"),
    }
)
# Of the parcel's exceptions the document names one.
EXCEPTIONS = StatusMap(
    {
        "5": Meaning(
            Status.ATTEMPT_FAILED, "recipient_unavailable", "consignee_not_available"
        )
    }
)
_HOURS = re.compile(r"\b(\d\d?:\d\d)\b")


class Nationex(Carrier):
    """One shipment a call, with all its parcels; Basic with user and password."""

    code: ClassVar[str] = "nationex"
    label: ClassVar[str] = "Nationex"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.BASIC
    eta: ClassVar[bool] = True
    local_times = False
    countries: ClassVar[tuple[str, ...]] = ("CA",)
    settings: ClassVar[tuple[str, ...]] = ("username", "password")
    rate: ClassVar[Rate] = Rate(per_second=1.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's settings."""
        self._http = http
        self._base = settings.get("base_url") or URL
        self._auth = (settings["username"], settings["password"])

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one shipment."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(
            f"{self._base}/api/v4/Shipments/{number}", auth=self._auth
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read one shipment (or a list), or an error."""
        body = error_body(answer)
        keys = ("Message", "message", "title", "detail")
        said = next(filter(None, (text(body.get(key)) for key in keys)), None)
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if answer.status == 404:
            return [failed(Trouble.NOT_FOUND, said)]
        if answer.status == 400:
            return [failed(Trouble.INVALID_NUMBER, said)]
        shipments = records(json_body(answer))
        if not shipments:
            raise BadAnswer("no shipment")
        return [_shipment(one) for one in shipments]


CARRIER: type[Carrier] = Nationex


def _shipment(shipment: Mapping[str, Any]) -> Tracking:
    number = text(shipment["ShipmentId"])
    if number is None:
        raise BadAnswer("no `ShipmentId`")
    parcels = records(shipment.get("Parcels"))
    scans = (_scan(o) for p in parcels for o in records(p.get("History")))
    events = oldest_first([*_states(shipment), *scans])
    stated = STATUSES.read(text(shipment.get("ShipmentStatus")))
    window = next(filter(None, map(_window, parcels)), None)
    result = Tracking(number, events, stated, window=window)
    if condition(result).status is not Status.DELIVERED:
        return result
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    return replace(result, delivered_at=stamps[-1] if stamps else None)


def _states(shipment: Mapping[str, Any]) -> Iterator[Event]:
    for one in records(shipment.get("StatusHistories")):
        code = text(one.get("ShipmentStatus"))
        yield Event(
            stated_time(one.get("StatusDate")),
            STATUSES.read(code),
            code,
            text(one.get("ShipmentStatusEn")),
            Place(text(one.get("LastLocation"))),
        )


def _scan(one: Mapping[str, Any]) -> Event:
    code = text(one.get("ExceptionId"))
    return Event(
        stated_time(one.get("ProcessedDate")),
        EXCEPTIONS.read(code),
        code,
        text(one.get("DescriptionEn")),
        Place(text(one.get("CityDepot"))),
    )


def _window(parcel: Mapping[str, Any]) -> Window | None:
    """Return the estimated day, with its hours where `Between 12:45 and 13:45` says."""
    day = stated_time(parcel.get("EstimatedDeliveryDate"))
    if day is None:
        return None
    stated = parcel.get("EstimatedDeliveryTimeEn") or parcel.get(
        "EstimatedDeliveryTime"
    )
    hours = _HOURS.findall(text(stated) or "")
    if not hours:
        return Window(day, day)
    date = f"{day.local:%Y-%m-%d}"
    first, last = (stated_time(f"{date}T{hour:0>5}") for hour in (hours[0], hours[-1]))
    return Window(first or day, last or day)
