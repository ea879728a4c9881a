"""Roadie: https://docs.roadie.com (v1), read after the vendor's document and example.

One tracking number may stand on several shipments: they stay several. Times are UTC.
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
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Tracking, Trouble, Window
from track_service.http import Answer, Http

URL = "https://connect.roadie.com"
# The states of a shipment and the names of its events.
STATUSES = StatusMap(
    {
        "scheduled": Meaning(Status.INFO_RECEIVED, "received"),
        "assigned": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "driver_assigned": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "en_route_to_pickup": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "at_pickup": Meaning(Status.INFO_RECEIVED, "pickup_assigned"),
        "pickup_confirmed": Meaning(Status.PICKED_UP, "collected"),
        "en_route_to_delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "driver_approaching_delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "at_delivery": Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
        "delivery_attempted": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "attempted": Meaning(Status.ATTEMPT_FAILED, "generic"),
        "delivery_confirmed": Meaning(Status.DELIVERED, "delivered"),
        "delivered": Meaning(Status.DELIVERED, "delivered"),
        "returned": Meaning(Status.RETURNED, "to_sender"),
        "canceled": Meaning(Status.CANCELLED, "shipment"),
        "expired": Meaning(Status.CANCELLED, "by_carrier"),
    }
)


class Roadie(Carrier):
    """One reference of the shop a call: its own numbers cannot be asked for."""

    code: ClassVar[str] = "roadie"
    label: ClassVar[str] = "Roadie"
    proof: ClassVar[tuple[Proof, ...]] = (Proof.OFFICIAL,)
    auth: ClassVar[Auth] = Auth.KEY
    eta: ClassVar[bool] = True
    signer: ClassVar[bool] = True
    countries: ClassVar[tuple[str, ...]] = ("US",)
    settings: ClassVar[tuple[str, ...]] = ("token",)
    rate: ClassVar[Rate] = Rate(per_second=10.0)

    def __init__(self, http: Http, settings: Mapping[str, str]) -> None:
        """Keep the client and the account's token."""
        self._http = http
        self._url = (settings.get("base_url") or URL) + "/v1/shipments"
        self._token = settings["token"]

    def fetch(self, wanted: Sequence[Wanted]) -> Answer:
        """Ask for the shipments of one reference."""
        return self._http.get(
            self._url,
            params={"reference_ids": wanted[0].number},
            headers={"Authorization": f"Bearer {self._token}"},
        )

    @staticmethod
    @reader
    def parse(answer: Answer) -> list[Tracking]:
        """Read a list of shipments, or one, or errors."""
        errors = records(error_body(answer).get("errors"))
        said = " ".join(filter(None, (text(e.get("message")) for e in errors[:1])))
        if problem := http_problem(answer, said):
            return [failed(problem.kind, problem.message)]
        told = json_body(answer)
        if answer.status == 404 or told == []:
            return [failed(Trouble.NOT_FOUND, said or "no shipment")]
        if errors:
            return [failed(Trouble.INVALID_NUMBER, said)]
        shipments = records(told)
        if not shipments:
            raise BadAnswer("no shipment")
        return [_shipment(one) for one in shipments]


CARRIER: type[Carrier] = Roadie


def _shipment(shipment: Mapping[str, Any]) -> Tracking:
    number = text(shipment.get("tracking_number")) or text(shipment.get("reference_id"))
    if number is None or "state" not in shipment:
        raise BadAnswer("no `tracking_number` with a `state`")
    state = text(shipment["state"])
    told = [_event(one) for one in records(shipment.get("events"))]
    if not told and state is not None and STATUSES.read(state) == UNKNOWN:
        told = [Event(None, UNKNOWN, state)]
    events = oldest_first(told)
    result = Tracking(number, events, STATUSES.read(state), window=_window(shipment))
    if condition(result).status is not Status.DELIVERED:
        return result
    stamps = [e.stamp for e in events if e.meaning.status is Status.DELIVERED]
    return replace(
        result,
        delivered_at=stamps[-1] if stamps else None,
        signed_by=text(shipment.get("signatory_name")),
    )


def _event(one: Mapping[str, Any]) -> Event:
    name = text(one.get("name"))
    return Event(stated_time(one.get("occurred_at")), STATUSES.read(name), name)


def _window(shipment: Mapping[str, Any]) -> Window | None:
    start = stated_time(part(shipment, "deliver_between", "start"))
    until = stated_time(part(shipment, "deliver_between", "end"))
    first, last = start or until, until or start
    return Window(first, last) if first is not None and last is not None else None
