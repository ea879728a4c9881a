"""The legs of a parcel's way: how far it has come, and since when.

Each leg has a forecaster and a patience of its own: a parcel that is out for delivery
is judged by others that were out, not by those that were only announced.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from track_service.core.ordering import in_order
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event


class Leg(StrEnum):
    """A leg by what began it."""

    ANNOUNCED = "announced"  # the carrier was told of it
    HANDED_OVER = "handed_over"  # the carrier has it
    NEAR = "near"  # the depot that delivers has it
    OUT = "out"  # a courier has it
    RETRY = "retry"  # an attempt failed


_LEGS = list(Leg)
_OF_STATUS = {
    Status.PREPARING: Leg.ANNOUNCED,
    Status.PENDING: Leg.ANNOUNCED,
    Status.INFO_RECEIVED: Leg.ANNOUNCED,
    Status.PICKED_UP: Leg.HANDED_OVER,
    Status.IN_TRANSIT: Leg.HANDED_OVER,
    Status.OUT_FOR_DELIVERY: Leg.OUT,
    Status.ATTEMPT_FAILED: Leg.RETRY,
}
_NEAR = frozenset({"arrived_at_destination", "at_delivery_depot"})
_ARRIVED = frozenset({Status.DELIVERED, Status.AVAILABLE_FOR_PICKUP})


@dataclass(frozen=True, slots=True)
class Begun:
    """A leg and the scan that began it, None where none did."""

    leg: Leg
    scan: Event | None


def begun(events: Iterable[Event]) -> list[Begun]:
    """Return the legs in the order in which they began; a courier may leave twice."""
    found: list[Begun] = []
    for event in in_order(events):
        leg, before = leg_of(event.meaning), found[-1].leg if found else None
        if leg is None or leg is before or event.stamp is None:
            continue
        again = before is Leg.RETRY and leg is Leg.OUT
        if before is None or again or _LEGS.index(leg) > _LEGS.index(before):
            found.append(Begun(leg, event))
    return found


def current(events: Iterable[Event]) -> Begun:
    """Return the leg on which a parcel is; one without scans was just announced."""
    legs = begun(events)
    return legs[-1] if legs else Begun(Leg.ANNOUNCED, None)


def arrival(events: Iterable[Event]) -> Event | None:
    """Return the scan by which it had come: delivered, or ready to be collected."""
    dated = (e for e in in_order(events) if e.stamp is not None)
    return next((e for e in dated if e.meaning.status in _ARRIVED), None)


def leg_of(meaning: Meaning) -> Leg | None:
    """Return the leg that a scan of this meaning belongs to, None where it tells none."""
    if meaning.status is Status.IN_TRANSIT and meaning.sub in _NEAR:
        return Leg.NEAR
    return _OF_STATUS.get(meaning.status)
