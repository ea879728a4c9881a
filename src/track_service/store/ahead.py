"""Orders whose parcel is awaited: when to look, what is foreseen, what was shown."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from track_service.core.ahead import Ahead
from track_service.core.dispatch import DAYS, Hours
from track_service.core.handover import Stage
from track_service.core.ledger import Shown
from track_service.core.ordered import Ordered
from track_service.core.tracking import Stamp, Window
from track_service.store.db import insert_for
from track_service.store.models import OrderRow, ShipmentRow
from track_service.store.order_models import (
    OrderOutlookRow,
    OrderPromiseRow,
    ShopHoursRow,
)
from track_service.store.ordered import no_parcel, of_row, query
from track_service.store.shop_models import HandedOrderRow

LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Sent:
    """An earlier order: when it was placed and handed over (aware UTC), and to whom."""

    placed_at: datetime
    handed_at: datetime
    carrier: str


def want(session: Session, order_id: int, *, at: datetime) -> None:
    """Note when to look at an order, if it has no parcel by then."""
    _put(session, OrderOutlookRow, "order_id", order_id, due_at=at)


def claim(session: Session, *, now: datetime, limit: int) -> list[Ordered]:
    """Lease orders to look at, those due longest first; commit before looking.

    One that has a parcel by now, is cancelled or was handed over is left out.
    """
    order_ids = session.scalars(
        select(OrderOutlookRow.order_id)
        .where(OrderOutlookRow.due_at <= now)
        .order_by(OrderOutlookRow.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not order_ids:
        return []
    session.execute(
        update(OrderOutlookRow)
        .where(OrderOutlookRow.order_id.in_(order_ids))
        .values(due_at=None)
    )
    claimed = _awaited(session, order_ids)
    session.execute(
        update(OrderOutlookRow)
        .where(OrderOutlookRow.order_id.in_([order.id for order in claimed]))
        .values(due_at=now + LEASE)  # who looks and dies lets it come due again
    )
    return claimed


def untouched(
    session: Session, order_ids: Collection[int], *, claimed_at: datetime
) -> set[int]:
    """Return which orders are as they were when claimed: nobody told of them since.

    They are the caller's until its transaction ends.
    """
    mine = session.scalars(
        select(OrderOutlookRow.order_id)
        .where(
            OrderOutlookRow.order_id.in_(order_ids),
            OrderOutlookRow.due_at == claimed_at + LEASE,
        )
        .with_for_update()
    ).all()
    return {order.id for order in _awaited(session, mine)}


def _awaited(session: Session, order_ids: Collection[int]) -> list[Ordered]:
    rows = session.execute(
        query().where(
            OrderRow.id.in_(order_ids),
            OrderRow.erased_at.is_(None),
            HandedOrderRow.cancelled_at.is_(None),
            HandedOrderRow.stage.is_distinct_from(Stage.HANDED_OVER.value),
            no_parcel(),
        )
    ).all()
    return [of_row(*row) for row in rows]


def keep(
    session: Session, order_id: int, of: Ahead | None, *, due_at: datetime
) -> None:
    """Store what is foreseen of an order, None for nothing, and when to look again."""
    _put(
        session,
        OrderOutlookRow,
        "order_id",
        order_id,
        due_at=due_at,
        start_on=of and of.start,
        until_on=of and of.until,
        likely_on=of and of.on,
        ready_days=of and of.ready_days,
        way_days=of and of.way_days,
    )


def note(session: Session, order_id: int, shown: Shown) -> None:
    """Enter a date that an order's page shows from now on, unless it did before."""
    last = shown_of(session, [order_id]).get(order_id, [])[-1:]
    if last and (last[0].window, last[0].source) == (shown.window, shown.source):
        return
    session.add(
        OrderPromiseRow(
            order_id=order_id,
            start_on=shown.window.start.local.date(),
            until_on=shown.window.until.local.date(),
            source=shown.source,
            reason=shown.reason,
            stated_at=shown.stated_at,
        )
    )


def shown_of(session: Session, order_ids: Collection[int]) -> dict[int, list[Shown]]:
    """Return every date that orders' pages showed, by the order, oldest first."""
    rows = session.scalars(
        select(OrderPromiseRow)
        .where(OrderPromiseRow.order_id.in_(order_ids))
        .order_by(OrderPromiseRow.id)
    )
    found: dict[int, list[Shown]] = {}
    for row in rows:
        window = Window(Stamp.day(row.start_on), Stamp.day(row.until_on))
        shown = Shown(window, row.source, row.reason, row.stated_at)
        found.setdefault(row.order_id, []).append(shown)
    return found


def sent(session: Session, brand_id: int, *, limit: int) -> list[Sent]:
    """Return a brand's last orders that were handed over to a known carrier."""
    carrier = (
        select(ShipmentRow.carrier)
        .where(ShipmentRow.order_id == HandedOrderRow.order_id)
        .order_by(ShipmentRow.id)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(OrderRow.placed_at, HandedOrderRow.handed_at, carrier)
        .join(OrderRow, OrderRow.id == HandedOrderRow.order_id)
        .where(
            HandedOrderRow.brand_id == brand_id,
            HandedOrderRow.handed_at >= OrderRow.placed_at,
        )
        .order_by(HandedOrderRow.handed_at.desc())
        .limit(limit)
    )
    return [Sent(placed, handed, who) for placed, handed, who in rows if who]


def hours(session: Session, brand_id: int) -> Hours:
    """Return a brand's hours, without its holidays; at first Monday to Friday."""
    row = session.get(ShopHoursRow, brand_id)
    if row is None:
        return Hours()
    cutoff = time.fromisoformat(row.cutoff) if row.cutoff else None
    return Hours(cutoff, frozenset(map(DAYS.index, row.days.split(","))))


def set_hours(session: Session, brand_id: int, of: Hours) -> None:
    """Store a brand's hours in place of those before."""
    cutoff = of.cutoff and of.cutoff.isoformat("minutes")
    days = ",".join(DAYS[day] for day in sorted(of.days))
    _put(session, ShopHoursRow, "brand_id", brand_id, cutoff=cutoff, days=days)


def _put(session: Session, model: Any, key: str, value: int, **values: Any) -> None:
    adding = insert_for(session)(model).values({key: value, **values})
    session.execute(adding.on_conflict_do_update(index_elements=[key], set_=values))
