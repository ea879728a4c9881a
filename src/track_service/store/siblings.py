"""What else an order holds: its other parcels, and what its shop says was ordered."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from track_service.core.parcel import Item, Shipment
from track_service.store.loading import item, load
from track_service.store.models import ShipmentRow
from track_service.store.shop_models import HandedOrderRow

_MOST = 20  # a page with more parcels helps nobody


@dataclass(frozen=True, slots=True)
class Rest:
    """An order's other live parcels, oldest first, and all that was ordered.

    `ordered` is empty where no storefront tells it, or where it says nothing of what is
    not shipped: the order was cancelled, or some of its parcels tell no items.
    """

    parcels: tuple[Shipment, ...] = ()
    ordered: tuple[Item, ...] = ()


def rest_of_order(session: Session, shipment: Shipment) -> Rest:
    """Return what else belongs to a parcel's order."""
    order_id = (
        select(ShipmentRow.order_id)
        .where(ShipmentRow.id == shipment.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(ShipmentRow.id, ShipmentRow.items)
        .where(ShipmentRow.order_id == order_id, ShipmentRow.erased_at.is_(None))
        .order_by(ShipmentRow.id)
    ).all()
    ids = [row.id for row in rows if row.id != shipment.id][:_MOST]
    found = {h.shipment.id: h.shipment for h in load(session, ids, full=False)}
    handed = session.scalar(
        select(HandedOrderRow).where(
            HandedOrderRow.order_id == order_id,
            HandedOrderRow.cancelled_at.is_(None),
        )
    )
    known = handed is not None and not handed.untracked and all(r.items for r in rows)
    return Rest(
        tuple(found[one] for one in ids),
        tuple(item(values) for values in handed.items) if handed and known else (),
    )
