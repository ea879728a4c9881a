"""What a storefront is told of a parcel: when, and in what words."""

from dataclasses import dataclass

from track_service.core.parcel import Shipment
from track_service.core.status import Status
from track_service.core.tracking import Stamp

# What a shop cares to know. To it a parcel that was picked up is on its way.
_STEPS = {
    status: status
    for status in (
        Status.IN_TRANSIT,
        Status.OUT_FOR_DELIVERY,
        Status.AVAILABLE_FOR_PICKUP,
        Status.ATTEMPT_FAILED,
        Status.EXCEPTION,
        Status.DELIVERED,
        Status.RETURNING,
        Status.RETURNED,
    )
} | {Status.PICKED_UP: Status.IN_TRANSIT}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a parcel: how it stands, since when, and where its page is.

    The ids are the platform's own, `parcel_id` None where it gave none. `text` is for
    the shop's staff; `first` tells that nothing was told of the parcel before.
    """

    order_id: str
    parcel_id: str | None
    status: Status
    at: Stamp | None
    text: str
    url: str
    first: bool


def news(before: Shipment, after: Shipment) -> Status | None:
    """Return what the shop is to be told of a parcel that has moved, None if nothing.

    Of a past order's parcel it is told nothing, nor of a return: what was sent is there.
    """
    step = _STEPS.get(after.meaning.status)
    silent = after.quiet or after.inward
    return None if silent or step is _STEPS.get(before.meaning.status) else step
