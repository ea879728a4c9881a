"""Notices to shoppers of orders that are in no parcel yet."""

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from track_service.core.notices import Audience
from track_service.core.order_events import OrderEvent
from track_service.store import forgetting
from track_service.store.db import insert_for
from track_service.store.models import NoticeRow, OrderRow
from track_service.store.notices import LINK, WITHDRAWN
from track_service.store.ordered import no_parcel
from track_service.store.shop_models import HandedOrderRow


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
        "failures": 0,
    }
    session.execute(
        insert_for(session)(NoticeRow)
        .values(
            cause=_cause(order_id, event),
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
    of_events = NoticeRow.cause.in_([_cause(order_id, event) for event in OrderEvent])
    its_links = and_(
        NoticeRow.brand_id == brand_id,
        NoticeRow.kind == LINK,
        NoticeRow.concern == str(order_id),
    )
    forgetting.forget(session, or_(of_events, its_links), now=now)


def _cause(order_id: int, event: OrderEvent) -> str:
    return f"order:{order_id}:{Audience.SHOPPER}:{event}"
