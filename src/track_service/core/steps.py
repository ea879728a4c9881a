"""Steps: what goes well with a parcel, as a shopper may be told of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from track_service.core.status import Status


class Step(StrEnum):
    """What a shopper may hear of beside troubles."""

    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERED = "delivered"
    RETURNED = "returned"
    RETURN_RECEIVED = "return_received"  # the shop has what its shopper sent back
    MOVING_AGAIN = "moving_again"  # after it was told to stand still


@dataclass(frozen=True, slots=True)
class News:
    """A step, in the shape of a `Concern`: its cause is its identity in the shipment."""

    kind: Step
    cause: str
    since: datetime
    detail: str | None = None


_OF_STATUS = {
    Status.PICKED_UP: Step.SHIPPED,
    Status.IN_TRANSIT: Step.SHIPPED,
    Status.OUT_FOR_DELIVERY: Step.OUT_FOR_DELIVERY,
    Status.AVAILABLE_FOR_PICKUP: Step.AVAILABLE_FOR_PICKUP,
    Status.DELIVERED: Step.DELIVERED,
    Status.RETURNED: Step.RETURNED,
}


def step_of(status: Status) -> Step | None:
    """Return the step that a status is, None where it is none."""
    return _OF_STATUS.get(status)


def reached(before: Status, after: Status) -> Step | None:
    """Return the step that a parcel has come to, None where it has come to none.

    Back at a depot after the courier's round is not shipped once more.
    """
    step = step_of(after)
    if step is step_of(before):
        return None
    if step is Step.SHIPPED and not before.before_hand_over:
        return None
    return step
