"""Deliveries: what went out of a notice by each channel, what became of it, its cost.

Times are real ones (`wall`): a provider's, whatever the demo's clock does.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from track_service.store.channel_models import DeliveryRow
from track_service.store.db import insert_for
from track_service.store.models import NoticeRow, ShipmentRow
from track_service.store.notices import Owed

# `trying` is noted before a message is sent: after a crash nobody knows whether it was.
# `late` was accepted, and no receipt came in time.
TRYING, ACCEPTED, LATE = "trying", "accepted", "late"
DELIVERED, FAILED = "delivered", "failed"
_OUT = (ACCEPTED, LATE, DELIVERED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message of a notice; `due_at` is when a missing receipt passes it on."""

    id: int
    notice_id: int
    brand_id: int
    channel: str
    state: str
    begun_at: datetime
    provider_id: str | None = None
    passed: bool = False


def begin(
    session: Session,
    owed: Owed,
    *,
    wall: datetime,
    cost: tuple[Decimal, str, int] | None,
) -> Delivery | None:
    """Note that a message is being sent; None if none was before, or it surely failed.

    Else what was sent before is returned, and nothing is to be sent blindly. `cost` is
    what it will cost: amount, currency, units.
    """
    amount, currency, units = cost or (None, None, None)
    told = {
        "state": TRYING,
        "begun_at": wall,
        "error": None,
        "provider_id": None,
        "cost": amount,
        "currency": currency,
        "units": units,
    }
    values = {"notice_id": owed.id, "brand_id": owed.brand_id, "channel": owed.channel}
    begun = session.scalar(  # one statement: of two senders at once one begins
        insert_for(session)(DeliveryRow)
        .values(**values, **told)
        .on_conflict_do_update(
            index_elements=["notice_id", "channel"],
            set_=told,
            where=DeliveryRow.state == FAILED,
        )
        .returning(DeliveryRow.id)
    )
    if begun is not None:
        return None
    return _delivery(session.scalars(select(DeliveryRow).filter_by(**values)).one())


def settle(
    session: Session,
    owed: Owed,
    state: str,
    *,
    wall: datetime,
    provider_id: str | None = None,
    cost: tuple[Decimal, str, int] | None = None,
    due_at: datetime | None = None,
    error: str | None = None,
) -> None:
    """Note what became of a notice's message by its channel."""
    told: dict[str, Any] = {
        "state": state,
        "due_at": due_at,
        "error": error and error[:200],
        **({"provider_id": provider_id[:120]} if provider_id else {}),
        **(dict(zip(("cost", "currency", "units"), cost, strict=True)) if cost else {}),
    }
    values = {"notice_id": owed.id, "brand_id": owed.brand_id, "channel": owed.channel}
    new = insert_for(session)(DeliveryRow).values(begun_at=wall, **values, **told)
    if state == ACCEPTED and cost is not None:
        # A receipt may be quicker than the answer to the call: then the receipt stands.
        untold = DeliveryRow.state.in_((TRYING, LATE))
        for name in ("state", "due_at", "cost", "currency"):
            kept = None if name == "due_at" else getattr(DeliveryRow, name)
            told[name] = case((untold, new.excluded[name]), else_=kept)
    session.execute(
        new.on_conflict_do_update(index_elements=["notice_id", "channel"], set_=told)
    )


def found(
    session: Session,
    brand_id: int,
    channel: str,
    *,
    key: str | None,
    provider_id: str | None,
) -> Delivery | None:
    """Return the delivery that a receipt speaks of, by our key or the provider's id."""
    mine = select(DeliveryRow).where(
        DeliveryRow.brand_id == brand_id, DeliveryRow.channel == channel
    )
    row = None
    if key is not None:
        joined = mine.join(NoticeRow, NoticeRow.id == DeliveryRow.notice_id)
        row = session.scalar(joined.where(NoticeRow.key == key))
    if row is None and provider_id is not None:
        row = session.scalar(mine.where(DeliveryRow.provider_id == provider_id))
    return None if row is None else _delivery(row)


def learn(
    session: Session,
    delivery: Delivery,
    state: str,
    *,
    wall: datetime,
    provider_id: str | None = None,
    cost: tuple[Decimal, str] | None = None,
    error: str | None = None,
) -> bool:
    """Note what a provider told; False where that is known already or overtaken.

    What was delivered stays delivered: receipts come late, twice and out of order.
    """
    over = {ACCEPTED: (TRYING,), FAILED: (TRYING, ACCEPTED, LATE)}
    before = over.get(state, (TRYING, ACCEPTED, LATE, FAILED))
    values: dict[str, object] = {"state": state, "told_at": wall}
    if state != ACCEPTED:
        values["due_at"] = None
    if provider_id:
        values["provider_id"] = provider_id[:120]
    if error:
        values["error"] = error[:200]
    if cost:
        values["cost"], values["currency"] = cost
    changed = session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.id == delivery.id, DeliveryRow.state.in_(before))
        .values(values)
        .returning(DeliveryRow.id)
    )
    return changed.first() is not None


def passed(session: Session, notice_ids: Collection[int]) -> dict[int, set[str]]:
    """Return the channels from which each notice has been passed on."""
    found: dict[int, set[str]] = {}
    query = select(DeliveryRow.notice_id, DeliveryRow.channel).where(
        DeliveryRow.notice_id.in_(notice_ids), DeliveryRow.passed
    )
    for notice_id, channel in session.execute(query):
        found.setdefault(notice_id, set()).add(channel)
    return found


def went_out(session: Session, notice_ids: Collection[int]) -> set[int]:
    """Return the notices of which a channel took a message that did not surely fail."""
    query = select(DeliveryRow.notice_id).where(
        DeliveryRow.notice_id.in_(notice_ids), DeliveryRow.state.in_(_OUT)
    )
    return set(session.scalars(query))


def pass_on(session: Session, notice_id: int, channel: str) -> None:
    """Note that a notice goes on from a channel to the next."""
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.notice_id == notice_id, DeliveryRow.channel == channel)
        .values(passed=True, due_at=None)
    )


def overdue(session: Session, *, wall: datetime, limit: int) -> list[Delivery]:
    """Return accepted messages whose receipt is missing for too long; once each."""
    rows = session.scalars(
        select(DeliveryRow)
        .where(DeliveryRow.due_at <= wall)
        .order_by(DeliveryRow.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.due_at, row.state = None, LATE
    return [_delivery(row) for row in rows]


def told_before(session: Session, owed: Owed) -> int:
    """Return how many messages went out by this channel of the same order."""
    mine = select(ShipmentRow.order_id).where(ShipmentRow.id == owed.shipment_id)
    query = (
        select(func.count())
        .select_from(DeliveryRow)
        .join(NoticeRow, NoticeRow.id == DeliveryRow.notice_id)
        .join(ShipmentRow, ShipmentRow.id == NoticeRow.shipment_id)
        .where(
            ShipmentRow.order_id == mine.scalar_subquery(),
            DeliveryRow.channel == owed.channel,
            DeliveryRow.notice_id != owed.id,
            DeliveryRow.state.in_(_OUT),
        )
    )
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class Sum:
    """What a brand's messages of one channel came to; `unknown` is of unknown outcome."""

    channel: str
    currency: str
    messages: int
    units: int
    amount: Decimal
    unknown: int


def costs(
    session: Session,
    *,
    brand_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Sequence[Sum]:
    """Return what messages cost by channel and currency, those that surely failed left out.

    `since` and `until` bound when they were sent; `until` itself is outside.
    """
    tried = func.count().filter(DeliveryRow.state == TRYING)
    query = (
        select(
            DeliveryRow.channel,
            DeliveryRow.currency,
            func.count(),
            func.sum(DeliveryRow.units),
            func.sum(DeliveryRow.cost),
            tried,
        )
        .where(DeliveryRow.cost.is_not(None), DeliveryRow.state != FAILED)
        .group_by(DeliveryRow.channel, DeliveryRow.currency)
        .order_by(DeliveryRow.channel, DeliveryRow.currency)
    )
    if brand_id is not None:
        query = query.where(DeliveryRow.brand_id == brand_id)
    if since is not None:
        query = query.where(DeliveryRow.begun_at >= since)
    if until is not None:
        query = query.where(DeliveryRow.begun_at < until)
    return [
        Sum(channel, currency, messages, units or 0, Decimal(amount), unknown)
        for channel, currency, messages, units, amount, unknown in session.execute(
            query
        )
    ]


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        row.id,
        row.notice_id,
        row.brand_id,
        row.channel,
        row.state,
        row.begun_at,
        row.provider_id,
        row.passed,
    )
