"""Progress: the five steps of a parcel's life, as far as it has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from track_service.core.parcel import Shipment
from track_service.core.status import Status
from track_service.core.tracking import Stamp
from track_service.services.scans import place_text
from track_service.templating.voice import N_, Voice


class StepState(StrEnum):
    """Where the parcel stands to a step; `stuck` is the current one with a trouble."""

    DONE = "done"
    CURRENT = "current"
    STUCK = "stuck"
    UPCOMING = "upcoming"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `when` is its first day, `note` what to know of it now."""

    key: str
    label: str
    state: StepState
    when: str | None = None
    note: str | None = None


_START = {
    "packed": N_("Packed"),
    "handed_over": N_("Handed over"),
    "on_the_way": N_("On the way"),
}
_TO_DOOR = {"out_for_delivery": N_("Out for delivery"), "delivered": N_("Delivered")}
_TO_COUNTER = {"ready": N_("Ready for pick-up"), "collected": N_("Collected")}
_BACK = {"returning": N_("On the way back"), "returned": N_("Returned")}

_STEP_OF: Mapping[Status, int] = {
    Status.PREPARING: 0,
    Status.PENDING: 0,
    Status.INFO_RECEIVED: 0,
    Status.PICKED_UP: 1,
    Status.IN_TRANSIT: 2,
    Status.OUT_FOR_DELIVERY: 3,
    Status.AVAILABLE_FOR_PICKUP: 3,
    Status.ATTEMPT_FAILED: 3,
    Status.RETURNING: 3,
    Status.DELIVERED: 4,
    Status.RETURNED: 4,
}
_SIDE: Mapping[Status, str] = {
    Status.ATTEMPT_FAILED: N_("Attempt failed"),
    Status.EXCEPTION: N_("Problem"),
    Status.CANCELLED: N_("Cancelled"),
    Status.EXPIRED: N_("No more news"),
}
_LAST_MILE = {
    Status.OUT_FOR_DELIVERY,
    Status.ATTEMPT_FAILED,
    Status.AVAILABLE_FOR_PICKUP,
}


def progress(shipment: Shipment, voice: Voice, *, today: date) -> tuple[Step, ...]:
    """Return the steps in order; one is current or stuck unless all are done."""
    here = _reached(shipment)
    ended = shipment.meaning.status in {Status.DELIVERED, Status.RETURNED}
    steps = []
    for index, (key, message) in enumerate(_route(shipment).items()):
        state = _state(index, here, ended=ended, status=shipment.meaning.status)
        waiting = key == "packed" and index == here and shipment.meaning.sub != "packed"
        stamp = _first(shipment, index) if index <= here else None
        steps.append(
            Step(
                key=key,
                label=voice.say(N_("Preparing") if waiting else message),
                state=state,
                when=_short(stamp, voice, today),
                note=_note(shipment, voice, key) if index == here else None,
            )
        )
    return tuple(steps)


def _route(shipment: Shipment) -> Mapping[str, str]:
    status = shipment.meaning.status
    if status in {Status.RETURNING, Status.RETURNED}:
        return _START | _BACK
    last_mile = [
        e.meaning.status for e in shipment.events if e.meaning.status in _LAST_MILE
    ]
    at_counter = last_mile[-1:] == [Status.AVAILABLE_FOR_PICKUP] or (
        status is Status.AVAILABLE_FOR_PICKUP
        or shipment.meaning.sub == "collected_by_customer"
    )
    return _START | (_TO_COUNTER if at_counter else _TO_DOOR)


def _reached(shipment: Shipment) -> int:
    """Return the current step; a trouble happens on the furthest step reached."""
    step = _STEP_OF.get(shipment.meaning.status)
    if step is not None:
        return step
    reached = [_STEP_OF.get(e.meaning.status, 0) for e in shipment.events]
    return min(max(reached, default=0), 3)


def _state(index: int, here: int, *, ended: bool, status: Status) -> StepState:
    if index < here or (index == here and ended):
        return StepState.DONE
    if index > here:
        return StepState.UPCOMING
    return StepState.STUCK if status in _SIDE else StepState.CURRENT


def _first(shipment: Shipment, index: int) -> Stamp | None:
    if index == 4 and shipment.meaning.status is Status.DELIVERED:
        return shipment.delivered_at or _scan(shipment, index)
    return _scan(shipment, index)


def _scan(shipment: Shipment, index: int) -> Stamp | None:
    stamps = (
        e.stamp
        for e in shipment.events
        if e.stamp and _STEP_OF.get(e.meaning.status) == index
    )
    return next(stamps, None)


def _short(stamp: Stamp | None, voice: Voice, today: date) -> str | None:
    return voice.full_date(stamp.local.date(), today, short=True) if stamp else None


def _note(shipment: Shipment, voice: Voice, key: str) -> str | None:
    side = _SIDE.get(shipment.meaning.status)
    if side is not None:
        return voice.say(side)
    if key != "on_the_way":
        return None
    places = [e.place for e in shipment.events if e.place.city or e.place.region]
    return place_text(places[-1], voice, abroad=False) if places else None
