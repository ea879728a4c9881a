"""Progress of a return parcel: from its shopper to the shop."""

from collections.abc import Mapping
from datetime import date

from track_service.core.parcel import Shipment
from track_service.core.status import Status
from track_service.core.tracking import Stamp
from track_service.services.progress import Step, StepState
from track_service.templating.voice import N_, Voice

_STEPS: Mapping[str, str] = {
    "announced": N_("Announced"),
    "handed_in": N_("Handed in"),
    "under_way": N_("On the way to the shop"),
    "received": N_("With the shop"),
}
_LAST = len(_STEPS) - 1
_OF_SCAN: Mapping[Status, int] = {
    Status.INFO_RECEIVED: 0,
    Status.PICKED_UP: 1,
    Status.IN_TRANSIT: 2,
    Status.OUT_FOR_DELIVERY: 2,
    Status.RETURNING: 2,
    Status.DELIVERED: 3,
    Status.RETURNED: 3,
}


def progress_back(shipment: Shipment, voice: Voice, *, today: date) -> tuple[Step, ...]:
    """Return the steps in order; one is current or stuck unless all are done."""
    here, is_stuck = _reached(shipment)
    steps = []
    for index, (key, message) in enumerate(_STEPS.items()):
        stamp = _first(shipment, index) if index <= here else None
        if index < here or index == here == _LAST:
            state = StepState.DONE
        elif index > here:
            state = StepState.UPCOMING
        else:
            state = StepState.STUCK if is_stuck else StepState.CURRENT
        when = voice.full_date(stamp.local.date(), today, short=True) if stamp else None
        steps.append(Step(key, voice.say(message), state, when))
    return tuple(steps)


def received_at(shipment: Shipment) -> Stamp | None:
    """Return when the shop got a return parcel, None where no scan tells."""
    return _first(shipment, _LAST)


def _reached(shipment: Shipment) -> tuple[int, bool]:
    status = shipment.meaning.status
    if status.before_hand_over:
        return 0, False
    if status in _OF_SCAN:
        return _OF_SCAN[status], False
    reached = (_OF_SCAN.get(e.meaning.status, 0) for e in shipment.events)
    return min(max(reached, default=0), _LAST - 1), True


def _first(shipment: Shipment, index: int) -> Stamp | None:
    stamps = (
        e.stamp for e in shipment.events if _OF_SCAN.get(e.meaning.status) == index
    )
    return next(filter(None, stamps), None)
