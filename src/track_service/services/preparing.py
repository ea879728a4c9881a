"""Orders that their shop has still to hand over: since when, and for how much too long."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.handover import Handover, Parcel, Stage
from track_service.core.order_events import OrderEvent
from track_service.core.ordered import Ordered
from track_service.core.preparing import LAST, late_at, usual_time
from track_service.services import ops
from track_service.services.compose import NOT_SHIPPED
from track_service.services.desk import Desk
from track_service.store import ahead, order_notices, waiting
from track_service.store.orders import Handed


def note(
    session: Session, of: Handover, held: Handed, *, now: datetime, past: bool
) -> None:
    """Note what a payload that was taken says of how long its order waits.

    A `past` order is looked at by nobody, but its shop is known by it.
    """
    over = past or _is_over(of)
    if not over:
        ahead.want(session, held.order_id, at=now)
    if held.confirmed_at is None and (at := confirmed_at(of, held, now)) is not None:
        waiting.begin(
            session, held.order_id, confirmed_at=at, look_at=None if over else now
        )
    if _is_over(of):
        is_new = past or held.stage is None
        waiting.end(
            session, held.order_id, handed_at=_handed_at(of, now, is_new=is_new)
        )


def confirmed_at(of: Handover, held: Handed, now: datetime) -> datetime | None:
    """Since when the shop could pack it: if it came confirmed, since it was placed."""
    if of.stage in {None, Stage.PLACED}:
        return None
    told = of.placed_at if held.stage is None else of.updated_at
    return min(now, told.at) if told and told.at else now


def _is_over(of: Handover) -> bool:
    return of.cancelled or of.stage is Stage.HANDED_OVER or bool(_live(of))


def _handed_at(of: Handover, now: datetime, *, is_new: bool) -> datetime | None:
    """When the first parcel was handed over, None where nobody tells."""
    stated = [p.shipped_at.at for p in _live(of) if p.shipped_at and p.shipped_at.at]
    if stated:
        return min(now, *stated)
    return None if is_new or of.cancelled else now


def _live(of: Handover) -> list[Parcel]:
    return [parcel for parcel in of.parcels or () if not parcel.void]


def look_due(desk: Desk, *, limit: int = 200) -> int:
    """Flag the orders that wait for too long, and owe ops word; return how many waited."""
    now = desk.now()
    usual: dict[int, timedelta] = {}
    with desk.database.write() as session:
        due = waiting.due(session, now=now, limit=limit)
        for order in due:
            brand, zone = order.brand, ZoneInfo(order.brand.zone)
            if brand.id not in usual:
                handed = waiting.handed(session, brand.id, limit=LAST)
                usual[brand.id] = usual_time(handed, zone=zone)
            at = late_at(order.confirmed_at or now, usual[brand.id], zone=zone)
            if at > now:
                waiting.put_off(session, order.id, until=at)
            else:
                _flag(session, desk, order, since=at)
        session.commit()
    return len(due)


def _flag(session: Session, desk: Desk, order: Ordered, *, since: datetime) -> None:
    """Flag an order; of what was late before we were told of it nobody hears."""
    waiting.flag(session, order.id, since=since)
    if since < order.created_at:
        return
    if order.brand.rules.tells(OrderEvent.NOT_SHIPPED):
        order_notices.owe(
            session,
            order.brand.id,
            order.id,
            OrderEvent.NOT_SHIPPED,
            key=desk.name(),
            now=desk.now(),
            wall=desk.wall(),
        )
    about, detail = str(order.id), since.isoformat(timespec="minutes")
    ops.owe(
        session, desk, order.brand, NOT_SHIPPED, about, concern=about, detail=detail
    )
