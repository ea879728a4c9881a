"""Erasure: personal fields blanked wherever they lie; counts and dates stay."""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    String,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from track_service.core.reviews import causes
from track_service.store import (
    cases,
    details,
    feedback,
    forgetting,
    order_notices,
    purchases,
    queue,
    reviews,
    subscriptions,
    vouchers,
)
from track_service.store.idempotency_models import IdempotencyRow
from track_service.store.models import (
    ConcernRow,
    EventRow,
    NoticeRow,
    OrderRow,
    PollRow,
    RawRow,
    RawShipmentRow,
    ShipmentRow,
)
from track_service.store.shop_models import HandedOrderRow, ShopHookRow


def erase(session: Session, shipment_id: int, *, now: datetime) -> None:
    """Blank a shipment's personal fields, and its order's with the order's last parcel."""
    # Whoever records an answer at this moment holds the row: wait, then blank that too.
    row = session.get_one(ShipmentRow, shipment_id, with_for_update=True)
    if row.erased_at is not None:
        return
    session.execute(
        delete(IdempotencyRow).where(IdempotencyRow.public_id == row.public_id)
    )
    row.number = f"erased-{row.id}"
    row.items = []
    row.postal = row.signed_by = None
    row.judge_after = None
    row.erased_at = now
    row.version += 1
    session.execute(
        update(EventRow)
        .where(EventRow.shipment_id == shipment_id)
        .values(description=None, postal=None, key=_nameless())
    )
    session.execute(
        update(PollRow)
        .where(PollRow.shipment_id == shipment_id)
        .values(poll_after=None, leased_until=None, viewed_at=None)
    )
    session.execute(
        update(ConcernRow)
        .where(ConcernRow.shipment_id == shipment_id, ConcernRow.cleared_at.is_(None))
        .values(cleared_at=now)
    )
    asking = NoticeRow.cause.in_(causes(shipment_id))
    of_it = or_(NoticeRow.shipment_id == shipment_id, asking)
    forgetting.forget(session, of_it, now=now)
    cases.forget(session, shipment_id, now=now)
    details.forget(session, shipment_id)
    feedback.forget(session, shipment_id)
    reviews.forget(session, shipment_id)
    queue.forget_words(session, shipment_id=shipment_id)
    subscriptions.forget(session, shipment_id)
    _forget_answers(session, shipment_id)
    _forget_customer(session, row.order_id, now=now)


def erase_order(session: Session, order_id: int, *, now: datetime) -> None:
    """Blank an order and all its parcels, if it has any."""
    parcels = select(ShipmentRow.id).where(ShipmentRow.order_id == order_id)
    for shipment_id in session.scalars(parcels).all():
        erase(session, shipment_id, now=now)
    _forget_customer(session, order_id, now=now)


def _nameless() -> ColumnElement[str]:
    """A scan's key may hold a postcode; an erased parcel is never asked for again."""
    return literal("erased-") + cast(EventRow.id, String)


def _forget_answers(session: Session, shipment_id: int) -> None:
    """Delete whole raw answers: a batch's others can be asked again, a name cannot."""
    raw_ids = session.scalars(
        select(RawShipmentRow.raw_id).where(RawShipmentRow.shipment_id == shipment_id)
    ).all()
    session.execute(delete(RawShipmentRow).where(RawShipmentRow.raw_id.in_(raw_ids)))
    session.execute(delete(RawRow).where(RawRow.id.in_(raw_ids)))


def _forget_customer(session: Session, order_id: int, *, now: datetime) -> None:
    session.flush()
    # Whoever adds a parcel to the order holds it: wait, then count that one too.
    order = session.get_one(OrderRow, order_id, with_for_update=True)
    left = session.scalar(
        select(func.count()).where(
            ShipmentRow.order_id == order_id, ShipmentRow.erased_at.is_(None)
        )
    )
    if left:
        return
    purchases.forget(session, order.brand_id, order.number)
    vouchers.forget(session, order_id)
    order_notices.forget(session, order.brand_id, order_id, now=now)
    order.number = f"erased-{order.id}"
    order.customer_name = order.customer_email = order.customer_phone = None
    order.address = order.locale = None
    order.erased_at = now
    queue.forget_words(session, order_id=order_id)
    _forget_hooks(session, order_id)


def _forget_hooks(session: Session, order_id: int) -> None:
    """Delete what a storefront sent of an order; its id there stays.

    By that id the order is known as erased, when the storefront tells of it again.
    """
    session.execute(delete(ShopHookRow).where(ShopHookRow.order_id == order_id))
    session.execute(
        update(HandedOrderRow)
        .where(HandedOrderRow.order_id == order_id)
        .values(token=None, items=[], untracked=[], look_at=None, late_since=None)
    )
