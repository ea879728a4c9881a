"""Orders that wait to be handed over: since when, when to look, what is usual."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from track_service.core.ordered import Ordered
from track_service.store.ordered import no_parcel, of_row, query
from track_service.store.shop_models import HandedOrderRow


def begin(
    session: Session,
    order_id: int,
    *,
    confirmed_at: datetime | None,
    look_at: datetime | None,
) -> None:
    """Note since when a shop could pack an order, and when to look whether it did."""
    _set(session, order_id, confirmed_at=confirmed_at, look_at=look_at)


def end(session: Session, order_id: int, *, handed_at: datetime | None) -> None:
    """Note that an order waits no more; `handed_at` is None where it is not known."""
    _set(session, order_id, look_at=None, late_since=None)
    if handed_at is not None:  # when the first parcel left is told once
        session.execute(
            update(HandedOrderRow)
            .where(
                HandedOrderRow.order_id == order_id, HandedOrderRow.handed_at.is_(None)
            )
            .values(handed_at=handed_at)
        )


def put_off(session: Session, order_id: int, *, until: datetime) -> None:
    """Look at an order again by then."""
    _set(session, order_id, look_at=until)


def flag(session: Session, order_id: int, *, since: datetime) -> None:
    """Note that an order waits for too long; nobody needs to look again."""
    _set(session, order_id, look_at=None, late_since=since)


def due(session: Session, *, now: datetime, limit: int) -> list[Ordered]:
    """Return orders to look at, those due longest first; they are the caller's.

    One that has a parcel by now, from whomever, waits no more and is left out.
    """
    order_ids = session.scalars(
        select(HandedOrderRow.order_id)
        .where(HandedOrderRow.look_at <= now)
        .order_by(HandedOrderRow.look_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not order_ids:
        return []
    of_these = HandedOrderRow.order_id.in_(order_ids)
    session.execute(update(HandedOrderRow).where(of_these).values(look_at=None))
    rows = session.execute(query().where(of_these, no_parcel())).all()
    return [of_row(*row) for row in rows]


def handed(
    session: Session, brand_id: int, *, limit: int
) -> list[tuple[datetime, datetime]]:
    """Return when a brand's last orders were confirmed and handed over, newest first."""
    rows = session.execute(
        select(HandedOrderRow.confirmed_at, HandedOrderRow.handed_at)
        .where(
            HandedOrderRow.brand_id == brand_id,
            HandedOrderRow.handed_at >= HandedOrderRow.confirmed_at,
        )
        .order_by(HandedOrderRow.handed_at.desc())
        .limit(limit)
    )
    return [(start, end) for start, end in rows if start and end]


def _set(session: Session, order_id: int, **values: datetime | None) -> None:
    session.execute(
        update(HandedOrderRow)
        .where(HandedOrderRow.order_id == order_id)
        .values(**values)
    )
