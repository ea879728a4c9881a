"""What opens a brand's orders: found by any number that a shopper may know."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from track_service.core.factor import Answers
from track_service.core.parcel import Shipment
from track_service.store.loading import address, load
from track_service.store.models import OrderRow, ShipmentRow
from track_service.store.shop_models import HandedOrderRow

_MOST = 4  # orders that one number may mean


@dataclass(frozen=True, slots=True)
class Guarded:
    """An order and what opens it; `token` is of the page that shows it."""

    order_id: int
    number: str
    token: str | None = field(repr=False)
    answers: Answers


def guarded(
    session: Session, brand_id: int, numbers: Sequence[str]
) -> tuple[Guarded, ...]:
    """Return the orders that a number in one of its spellings may mean, at most four.

    It may be an order's number or that of one of its parcels. What is not known takes
    the same questions.
    """
    by_parcel = select(ShipmentRow.order_id).where(
        ShipmentRow.brand_id == brand_id,
        ShipmentRow.number.in_(numbers),
        ShipmentRow.erased_at.is_(None),
    )
    orders = session.execute(
        select(
            OrderRow.id,
            OrderRow.number,
            OrderRow.customer_email,
            OrderRow.customer_phone,
            OrderRow.address,
            HandedOrderRow.token,
        )
        .outerjoin(HandedOrderRow, HandedOrderRow.order_id == OrderRow.id)
        .where(
            OrderRow.brand_id == brand_id,
            or_(OrderRow.number.in_(numbers), OrderRow.id.in_(by_parcel)),
            OrderRow.erased_at.is_(None),
        )
        .order_by(OrderRow.id)
        .limit(_MOST)
    ).all()
    parcels = session.execute(
        select(ShipmentRow.order_id, ShipmentRow.token, ShipmentRow.postal)
        .where(
            ShipmentRow.order_id.in_([order.id for order in orders] or [0]),
            ShipmentRow.erased_at.is_(None),
        )
        .order_by(ShipmentRow.id)
    ).all()
    found = []
    for order in orders:
        mine = [row for row in parcels if row.order_id == order.id]
        told = (*(row.postal for row in mine), address(order.address).postal)
        answers = Answers(
            order.customer_email,
            order.customer_phone,
            tuple(dict.fromkeys(filter(None, told))),
        )
        token = order.token or (mine[0].token if mine else None)
        found.append(Guarded(order.id, order.number, token, answers))
    return tuple(found)


def parcel(session: Session, brand_id: int, numbers: Sequence[str]) -> Shipment | None:
    """Return a brand's parcel by a spelling of its tracking number, the newest of many."""
    shipment_id = session.scalar(
        select(func.max(ShipmentRow.id)).where(
            ShipmentRow.brand_id == brand_id,
            ShipmentRow.number.in_(numbers),
            ShipmentRow.erased_at.is_(None),
        )
    )
    found = load(session, [shipment_id or 0], full=False)
    return found[0].shipment if found else None
