"""Notices to shoppers of orders that are in no parcel yet."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from track_service.core.notices import Audience
from track_service.core.order_events import OrderEvent
from track_service.store.channel_models import DeliveryRow
from track_service.store.db import insert_for
from track_service.store.models import NoticeRow, OrderRow
from track_service.store.notices import WITHDRAWN
from track_service.store.ordered import no_parcel
from track_service.store.shop_models import HandedOrderRow

_OPEN = ("owed", "held")


def owe(
    session: Session,
    brand_id: int,
    order_id: int,
    event: OrderEvent,
    *,
    key: str,
    now: datetime,
    wall: datetime,
) -> None:
    """Owe word of an event: once an order, and again if it was withdrawn before."""
    fresh = {
        "key": key,
        "state": "owed",
        "owed_at": now,
        "due_at": wall,
        "attempts": 0,
    }
    session.execute(
        insert_for(session)(NoticeRow)
        .values(
            cause=f"order:{order_id}:{Audience.SHOPPER}:{event}",
            brand_id=brand_id,
            kind=event,
            concern=str(order_id),
            audience=Audience.SHOPPER,
            channel="email",
            target=0,
            **fresh,
        )
        .on_conflict_do_update(
            index_elements=["cause"],
            set_=fresh | {"error": None, "settled_at": None, "released": False},
            where=NoticeRow.state == WITHDRAWN,
        )
    )


def alike(session: Session, brand_id: int, kind: str, *, since: datetime) -> int:
    """Return of how many of a brand's orders such a notice was owed since."""
    return (
        session.scalar(
            select(func.count()).where(
                NoticeRow.brand_id == brand_id,
                NoticeRow.kind == kind,
                NoticeRow.audience == Audience.SHOPPER,
                NoticeRow.owed_at >= since,
            )
        )
        or 0
    )


def waiting(session: Session, brand_id: int) -> int:
    """Return how many of a brand's orders are confirmed and in no parcel yet."""
    return (
        session.scalar(
            select(func.count())
            .select_from(HandedOrderRow)
            .join(OrderRow, OrderRow.id == HandedOrderRow.order_id)
            .where(
                HandedOrderRow.brand_id == brand_id,
                HandedOrderRow.confirmed_at.is_not(None),
                HandedOrderRow.handed_at.is_(None),
                HandedOrderRow.cancelled_at.is_(None),
                OrderRow.erased_at.is_(None),
                no_parcel(),
            )
        )
        or 0
    )


def forget(session: Session, brand_id: int, order_id: int, *, now: datetime) -> None:
    """Withdraw what is owed of an order, and blank what providers told of it."""
    of_it = (
        NoticeRow.brand_id == brand_id,
        NoticeRow.kind.in_(list(OrderEvent)),
        NoticeRow.audience == Audience.SHOPPER,
        NoticeRow.concern == str(order_id),
    )
    session.execute(
        update(NoticeRow).where(*of_it).values(error=None, provider_id=None)
    )
    session.execute(
        update(NoticeRow)
        .where(*of_it, NoticeRow.state.in_(_OPEN))
        .values(state=WITHDRAWN, settled_at=now)
    )
    its = select(NoticeRow.id).where(*of_it)
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.notice_id.in_(its))
        .values(error=None, provider_id=None, due_at=None)
    )
