"""What else an order holds: its other parcels, and what its shop says was ordered."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, aliased

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
    rows = session.execute(_rest(), {"id": shipment.id}).all()
    live = [row.id for row in rows if row.erased_at is None and row.id != shipment.id]
    ids = live[:_MOST]
    found = {h.shipment.id: h.shipment for h in load(session, ids, full=False)}
    ordered = _ordered(rows[0].HandedOrderRow) if rows else ()
    # An erased parcel tells none, and what comes back says nothing of what was sent.
    told = all(row.items or row.inward for row in rows)
    return Rest(tuple(found[one] for one in ids), ordered if told else ())


@cache
def _rest() -> Select[Any]:
    """Made once: every page asks this, and making it costs more than asking."""
    own = aliased(ShipmentRow)
    return (
        select(
            ShipmentRow.id,
            ShipmentRow.items,
            ShipmentRow.erased_at,
            ShipmentRow.inward,
            HandedOrderRow,
        )
        .join(own, own.order_id == ShipmentRow.order_id)
        .outerjoin(HandedOrderRow, HandedOrderRow.order_id == ShipmentRow.order_id)
        .where(own.id == bindparam("id"))
        .order_by(ShipmentRow.id)
    )


def _ordered(handed: HandedOrderRow | None) -> tuple[Item, ...]:
    if handed is None or handed.untracked or handed.cancelled_at is not None:
        return ()
    return tuple(item(values) for values in handed.items)
