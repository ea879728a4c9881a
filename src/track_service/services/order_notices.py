"""What a shopper is owed of an order that is in no parcel yet, as its shop tells of it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from track_service.core.handover import Handover
from track_service.core.order_events import OrderEvent
from track_service.core.parcel import Brand
from track_service.services.preparing import confirmed_at
from track_service.store import order_notices
from track_service.store.orders import Handed

_FRESH = timedelta(days=1)  # what was confirmed before is no news


def note(
    session: Session,
    brand: Brand,
    of: Handover,
    held: Handed,
    *,
    key: str,
    now: datetime,
    wall: datetime,
) -> None:
    """Owe the shopper word of what a payload tells, where the brand's rules want it.

    `held` is the order as it was before. Of one that comes cancelled nobody hears.
    """
    event = _event(of, held, now)
    if event is not None and brand.rules.tells(event):
        order_notices.owe(
            session, brand.id, held.order_id, event, key=key, now=now, wall=wall
        )


def _event(of: Handover, held: Handed, now: datetime) -> OrderEvent | None:
    if of.cancelled:
        is_news = held.stage is not None and held.cancelled_at is None
        return OrderEvent.CANCELLED if is_news else None
    at = confirmed_at(of, held, now) if held.confirmed_at is None else None
    is_news = at is not None and now - at <= _FRESH
    return OrderEvent.CONFIRMED if is_news else None
