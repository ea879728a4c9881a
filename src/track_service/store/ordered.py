"""Orders out of their rows: with what was ordered, how far they are, and their parcels."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from track_service.core.ahead import Ahead
from track_service.core.handover import Stage
from track_service.core.ordered import Ordered, Untracked
from track_service.core.parcel import Customer, Order, Shipment
from track_service.store import brands
from track_service.store.loading import address, item, load
from track_service.store.models import BrandRow, OrderRow, ShipmentRow
from track_service.store.order_models import OrderOutlookRow
from track_service.store.shop_models import HandedOrderRow

_MOST = 20  # a page with more parcels helps nobody
_Rows = tuple[OrderRow, BrandRow, HandedOrderRow, OrderOutlookRow]


def by_token(session: Session, token: str) -> Ordered | None:
    """Return the order of a page link, None for an unknown or erased one."""
    return _one(session, query().where(HandedOrderRow.token == token))


def by_number(session: Session, brand_id: int, number: str) -> Ordered | None:
    """Return a brand's order by its number, None if there is none, or it is erased."""
    return _one(
        session,
        query().where(
            OrderRow.brand_id == brand_id,
            OrderRow.number == number,
            OrderRow.erased_at.is_(None),
        ),
    )


def by_id(session: Session, order_id: int) -> Ordered | None:
    """Return an order by our own id, None for an unknown or erased one."""
    return _one(
        session, query().where(OrderRow.id == order_id, OrderRow.erased_at.is_(None))
    )


def late(session: Session, order_id: int) -> Ordered | None:
    """Return an order while it is late to be handed over, else None."""
    return _one(
        session,
        query().where(
            OrderRow.id == order_id,
            HandedOrderRow.late_since.is_not(None),
            OrderRow.erased_at.is_(None),
            no_parcel(),
        ),
    )


def no_parcel() -> Any:
    """Return the condition that an order has no parcel at all."""
    return ~exists().where(ShipmentRow.order_id == OrderRow.id)


def parcels(session: Session, order_id: int) -> list[Shipment]:
    """Return an order's live parcels, oldest first."""
    ids = session.scalars(
        select(ShipmentRow.id)
        .where(ShipmentRow.order_id == order_id, ShipmentRow.erased_at.is_(None))
        .order_by(ShipmentRow.id)
        .limit(_MOST)
    ).all()
    found = {h.shipment.id: h.shipment for h in load(session, ids, full=False)}
    return [found[shipment_id] for shipment_id in ids]


def tokens(session: Session, shipment_ids: Collection[int]) -> dict[int, str]:
    """Return the page tokens of parcels' orders, by the parcel's id."""
    rows = session.execute(
        select(ShipmentRow.id, HandedOrderRow.token)
        .join(HandedOrderRow, HandedOrderRow.order_id == ShipmentRow.order_id)
        .where(ShipmentRow.id.in_(shipment_ids))
    )
    return {shipment_id: token for shipment_id, token in rows if token}


def query() -> Select[_Rows]:
    """Return the query that `of_row` reads; an order need not be a storefront's."""
    return (
        select(OrderRow, BrandRow, HandedOrderRow, OrderOutlookRow)
        .join(BrandRow, BrandRow.id == OrderRow.brand_id)
        .outerjoin(HandedOrderRow, HandedOrderRow.order_id == OrderRow.id)
        .outerjoin(OrderOutlookRow, OrderOutlookRow.order_id == OrderRow.id)
    )


def of_row(
    order: OrderRow,
    brand: BrandRow,
    handed: HandedOrderRow | None,
    outlook: OrderOutlookRow | None,
) -> Ordered:
    """Return the order that a row of `query` holds."""
    return Ordered(
        id=order.id,
        brand=brands.of_row(brand),
        order=_order(order, handed),
        created_at=order.created_at,
        outlook=_outlook(outlook),
        **({} if handed is None else _handed(handed)),
    )


def _one(session: Session, found: Select[_Rows]) -> Ordered | None:
    row = session.execute(found).first()
    return None if row is None else of_row(*row)


def _outlook(row: OrderOutlookRow | None) -> Ahead | None:
    if row is None or not (row.start_on and row.until_on and row.likely_on):
        return None
    days = (row.ready_days or 1, row.way_days or 1)
    return Ahead(row.start_on, row.until_on, row.likely_on, *days)


def _order(order: OrderRow, handed: HandedOrderRow | None) -> Order:
    return Order(
        number=order.number,
        items=tuple(item(values) for values in handed.items) if handed else (),
        customer=Customer(
            order.customer_name,
            order.customer_email,
            order.customer_phone,
            order.locale,
        ),
        cod_amount=order.cod_amount,
        currency=order.currency,
        placed_at=order.placed_at,
        is_gift=bool(order.is_gift),
        address=address(order.address),
    )


def _handed(row: HandedOrderRow) -> dict[str, Any]:
    return {
        "token": row.token,
        "stage": Stage(row.stage) if row.stage else None,
        "staged_at": row.staged_at,
        "confirmed_at": row.confirmed_at,
        "promised_on": row.promised_on,
        "cancelled_at": row.cancelled_at,
        "late_since": row.late_since,
        "service": row.service,
        "untracked": tuple(
            Untracked(one["carrier_stated"], one["number"], one["url"])
            for one in row.untracked
        ),
    }
