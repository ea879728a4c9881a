"""Order news: whether what a shopper is owed of an order still holds."""

from collections.abc import Sequence

from track_service.core.handover import Stage
from track_service.core.order_events import OrderEvent
from track_service.core.ordered import Ordered
from track_service.core.parcel import Shipment
from track_service.core.status import Status


def holds(event: OrderEvent, order: Ordered, parcels: Sequence[Shipment]) -> bool:
    """Tell, just before sending, whether it is true and no parcel says more.

    `parcels` are all that are known of the order. One that was called off is none.
    """
    if any(one.meaning.status is not Status.CANCELLED for one in parcels):
        return False
    if order.stage is Stage.HANDED_OVER or order.untracked:
        return False
    if event is OrderEvent.CANCELLED:
        return order.cancelled_at is not None
    if order.cancelled_at is not None:
        return False
    is_late = order.late_since is not None
    return is_late if event is OrderEvent.NOT_SHIPPED else not is_late
