"""LaserShip's public tracking, `https://t.lasership.com/Track/<number>/json`.

No document of the vendor: read after genuine answers. LaserShip is now OnTrac, whose
own interface is another one. Each scan states its local time and the same in UTC.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
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
from track_service.core.timeline import current
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

URL = "https://t.lasership.com"
# "Released" is left without a signature, which is delivered.
STATUSES = StatusMap(
    {
        "OrderCreated": Meaning(Status.INFO_RECEIVED, "received"),
        "OrderReceived": Meaning(Status.INFO_RECEIVED, "received"),
        "Received": Meaning(Status.PICKED_UP, "received_at_origin"),
        "Arrived": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "Departed": Meaning(Status.IN_TRANSIT, "departed_facility"),
        "InTransit": Meaning(Status.IN_TRANSIT, "moving"),
        "OutForDelivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "Delivered": Meaning(Status.DELIVERED, "delivered"),
        "Released": Meaning(Status.DELIVERED, "delivered"),
        "NotDelivered": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "DeliveryAttempted": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "Delayed": Meaning(Status.EXCEPTION, "delayed"),
        "Exception": Meaning(Status.EXCEPTION, "generic"),
        "Damaged": Meaning(Status.EXCEPTION, "damaged", "carrier_damaged_parcel"),
        "Lost": Meaning(Status.EXCEPTION, "lost", "carrier_parcel_lost"),
        "Returning": Meaning(Status.RETURNING, "to_sender"),
        "ReturnToSender": Meaning(Status.RETURNING, "to_sender"),
        "ReturnedToSender": Meaning(Status.RETURNED, "to_sender"),
        "Cancelled": Meaning(Status.CANCELLED, "shipment"),
    }
)


class LaserShip(Carrier):
    """One number a call, without an account."""

    code: ClassVar[str] = "lasership"
    label: ClassVar[str] = "LaserShip"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.SAMPLE,)
    auth: ClassVar[Auth] = Auth.OPEN
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    local_times = False
    countries: ClassVar[tuple[str, ...]] = ("US",)
    rate: ClassVar[Rate] = Rate(per_second=1.0)
    page_url: ClassVar[str | None] = "https://www.ontrac.com/tracking/?number={number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client."""
        self._http = http
        self._base = settings.get("base_url") or URL

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for one parcel."""
        number = quote(wanted[0].number, safe="")
        return self._http.get(f"{self._base}/Track/{number}/json")

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read an order: its scans are those of every piece."""
        body = error_body(answer)
        said = text(body.get("ErrorMessage")) or text(body.get("Error"))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        if answer.status == 404 or body.get("Error") or body.get("ErrorMessage"):
            return [failed(Trouble.NOT_FOUND, said)]
        body = json_body(answer)
        numbers = [text(one.get("TrackingNumber")) for one in records(body["Pieces"])]
        pieces = [number for number in numbers if number]
        if not pieces:
            raise BadAnswer("no `Pieces` with a `TrackingNumber`")
        return [_piece(number, body) for number in pieces]


CARRIER: type[Carrier] = LaserShip


def _piece(number: str, body: Mapping[str, Any]) -> Tracking:
    told = records(body.get("Events"))
    events = oldest_first(map(_event, told))
    delivered = current(events).status is Status.DELIVERED
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    signers = (text(one.get("Signature")) for one in told if _delivers(one))
    day = stated_time(body.get("EstimatedDeliveryDate"))
    return Tracking(
        number,
        events,
        window=Window(day, day) if day is not None else None,
        delivered_at=stamps[-1] if delivered else None,
        signed_by=next(filter(None, signers), None) if delivered else None,
    )


def _delivers(one: Mapping[str, Any]) -> bool:
    return STATUSES.read(text(one.get("EventType"))).status is Status.DELIVERED


def _event(one: Mapping[str, Any]) -> Event:
    code = text(one.get("EventType"))
    return Event(
        _stamp(one),
        STATUSES.read(code),
        code,
        text(one.get("EventShortText")) or text(one.get("EventLabel")),
        Place(
            text(one.get("City")),
            text(one.get("State")),
            country_code(one.get("Country")),
            text(one.get("PostalCode")),
        ),
    )


def _stamp(one: Mapping[str, Any]) -> Stamp | None:
    """Return the local time, its offset told by the UTC beside it.

    Where both are the same one of them is wrong: no place served lies on UTC.
    """
    local = stated_time(one.get("DateTime"))
    there = stated_time(one.get("UTCDateTime"))
    if local is None or there is None or local.precision is Precision.DAY:
        return local
    gap = local.local - there.local
    fits = timedelta(hours=-10) <= gap < timedelta() and not gap % timedelta(hours=1)
    return Stamp(local.local, gap, local.precision) if fits else local
