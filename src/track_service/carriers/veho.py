"""Veho, told by its webhooks: https://docs.api.shipveho.com (v2, webhooks).

The 22 event types and the envelope are the vendor's. A webhook is not signed: Veho
sends the headers that the shop registered, and one of them may hold a secret. What
the tracking call answers is not documented openly; the shape known from the community
is read, never asked.
"""

from collections.abc import Mapping
from dataclasses import replace
from hmac import compare_digest
from typing import Any, ClassVar

from track_service.carriers.base import (
    Auth,
    BadAnswer,
    Carrier,
    Proof,
    Push,
    StatusMap,
    Trust,
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
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Place, Tracking, Trouble, Window
from track_service.http import Answer, Http

EVENTS = StatusMap(
    {
        "created": Meaning(Status.INFO_RECEIVED, "received"),
        "notReceivedFromClient": Meaning(Status.INFO_RECEIVED, "pickup_failed"),
        "pickedUpFromClient": Meaning(Status.PICKED_UP, "collected"),
        "droppedOffAtVeho": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "arrivedAtFacility": Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "departedFromFacility": Meaning(Status.IN_TRANSIT, "departed_facility"),
        "rescheduled": Meaning(Status.IN_TRANSIT, "delivery_rescheduled"),
        "delayed": Meaning(Status.EXCEPTION, "delayed"),
        "pickedUpFromVeho": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "hadDeliveryIssue": Meaning(Status.EXCEPTION, "delivery"),
        "misdelivered": Meaning(Status.EXCEPTION, "delivery", "carrier_sorting_error"),
        "discarded": Meaning(Status.EXCEPTION, "disposed"),
        "cancelled": Meaning(Status.CANCELLED, "shipment"),
        "delivered": Meaning(Status.DELIVERED, "delivered"),
        "pendingReturnToClient": Meaning(Status.RETURNING, "to_sender"),
        "returnedToClient": Meaning(Status.RETURNED, "to_sender"),
        # A pick-up at the shopper's door is a return to the shop.
        "outForPickup": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "pickupSkipped": Meaning(Status.INFO_RECEIVED, "pickup_delayed"),
        "pickupFailed": Meaning(Status.INFO_RECEIVED, "pickup_failed"),
        "pickedUpFromConsumer": Meaning(Status.RETURNING, "in_transit"),
        "pickupDroppedOffAtVeho": Meaning(Status.RETURNING, "processing"),
        "pickupTransferredToExternalCarrier": Meaning(Status.RETURNING, "in_transit"),
    }
)
STATUSES = StatusMap(
    {
        "PU": Meaning(Status.PICKED_UP, "collected"),
        "in_transit": Meaning(Status.IN_TRANSIT, "moving"),
        "out_for_delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "ready_for_pickup": Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
        "on_hold": Meaning(Status.EXCEPTION, "held"),
        "delivery_delayed": Meaning(Status.EXCEPTION, "delayed"),
        "delivery_failed": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "delivered": Meaning(Status.DELIVERED, "delivered"),
    }
)
# Where a shop is likely to have its secret sent.
_HEADERS = ("authorization", "x-api-key", "apikey")


class Veho(Carrier):
    """Told by webhook alone."""

    code: ClassVar[str] = "veho"
    label: ClassVar[str] = "Veho"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.OPEN
    eta: ClassVar[bool] = True
    local_times = False
    countries: ClassVar[tuple[str, ...]] = ("US",)
    settings: ClassVar[tuple[str, ...]] = ("push_token",)
    pull: ClassVar[bool] = False
    push: ClassVar[bool] = True
    page_url: ClassVar[str | None] = "https://track.shipveho.com/#/trackingid/{number}"

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Take the client and the settings as every carrier does; none is asked."""

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read the tracking call's answer in the community's shape."""
        body = error_body(answer)
        error = body.get("error")
        words = [part(error, "message") or error, part(error, "details")]
        said = ": ".join(filter(None, map(text, words)))
        if problem := http_problem(answer, said or body.get("message")):
            return [failed(problem.kind, problem.message)]
        if error:
            return [failed(_trouble(said), said)]
        told = records(json_body(answer)["trackingInfo"])
        if not told:
            return [failed(Trouble.NOT_FOUND, "no package")]
        return [_package(one) for one in told]

    @staticmethod
    @reader
    def parse_push(push: Answer) -> list[Tracking]:
        """Read one milestone (or a list of them) in Veho's envelope."""
        return [_milestone(one) for one in records(json_body(push))] or _nothing()

    @staticmethod
    def verify(push: Push, settings: Mapping[str, str]) -> Trust:
        """Hold the registered headers against the account's secret."""
        token = (settings.get("push_token") or "").encode("utf-8", "surrogatepass")
        if not token:
            return Trust.URL_ONLY
        given = (push.headers.get(name, "") for name in _HEADERS)
        same = [
            compare_digest(
                one.removeprefix("Bearer ").encode("utf-8", "surrogatepass"), token
            )
            for one in given
        ]
        return Trust.SIGNED if any(same) else Trust.REFUSED


CARRIER: type[Carrier] = Veho


def _nothing() -> list[Tracking]:
    raise BadAnswer("no event")


def _trouble(said: str) -> Trouble:
    if "not found" in said.lower():
        return Trouble.NOT_FOUND
    number = "tracking" in said.lower() or "invalid" in said.lower()
    return Trouble.INVALID_NUMBER if number else Trouble.INPUT_NEEDED


def _milestone(told: Mapping[str, Any]) -> Tracking:
    kind = text(told.get("eventType"))
    keys = ("trackingId", "barcode", "packageId")
    number = next(filter(None, (text(told.get(key)) for key in keys)), None)
    if kind is None or number is None:
        raise BadAnswer("no `eventType` with a `trackingId`")
    stamp = stated_time(told.get("occurredAt") or told.get("createdAt"))
    meaning = EVENTS.read(kind.removeprefix("package."))
    delivered = meaning.status is Status.DELIVERED
    return Tracking(
        number,
        (Event(stamp, meaning, kind, text(part(told, "payload", "message"))),),
        delivered_at=stamp if delivered else None,
        complete=False,
    )


def _package(told: Mapping[str, Any]) -> Tracking:
    number = text(told["trackingNumber"])
    if number is None:
        raise BadAnswer("no `trackingNumber`")
    events = oldest_first(map(_event, records(told.get("events"))))
    day = stated_time(told.get("estimatedDelivery"))
    window = Window(day, day) if day is not None else None
    result = Tracking(
        number, events, STATUSES.read(text(told.get("status"))), window=window
    )
    if condition(result).status is not Status.DELIVERED:
        return result
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    return replace(result, delivered_at=stamps[-1] if stamps else None)


def _event(one: Mapping[str, Any]) -> Event:
    code = text(one.get("code"))
    day, hour = text(one.get("date")), text(one.get("time"))
    city, _, region = (text(one.get("location")) or "").partition(",")
    return Event(
        stated_time(f"{day}T{hour}" if day and hour else day),
        STATUSES.read(code),
        code,
        text(one.get("description")),
        Place(text(city), text(region)),
    )
