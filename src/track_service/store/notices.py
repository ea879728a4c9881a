"""Notices owed: claimed with a lease, sent with nothing open, settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from track_service.core.notices import Audience
from track_service.store.models import NoticeRow, ShipmentRow

LEASE = timedelta(minutes=5)

# What may become of a notice that is owed.
SENT, WITHDRAWN, DEAD, SHADOW, HELD = "sent", "withdrawn", "dead", "shadow", "held"


@dataclass(frozen=True, slots=True)
class Owed:
    """A notice as it waits; `key` lets its receiver know a repeat.

    `shipment_id` is None for what concerns a brand or a carrier account as a whole,
    `brand_id` for what only the operator is told. `released` tells that a human let it
    go after it was held: it is not held again.
    """

    id: int
    key: str
    kind: str
    concern: str
    detail: str | None
    audience: str
    channel: str
    target: int
    state: str
    attempts: int
    error: str | None
    owed_at: datetime
    brand_id: int | None
    shipment_id: int | None
    released: bool = False


def owe(
    session: Session,
    *,
    key: str,
    cause: str,
    kind: str,
    concern: str,
    detail: str | None,
    channel: str,
    target: int,
    brand_id: int | None,
    now: datetime,
    wall: datetime,
) -> bool:
    """Owe ops a notice that is about no single shipment; False if it was owed before."""
    if session.scalar(select(NoticeRow.id).where(NoticeRow.cause == cause)):
        return False
    session.add(
        NoticeRow(
            key=key,
            cause=cause,
            brand_id=brand_id,
            kind=kind,
            concern=concern,
            detail=detail,
            audience=Audience.OPS,
            channel=channel,
            target=target,
            state="owed",
            owed_at=now,
            due_at=wall,
            attempts=0,
        )
    )
    return True


def claim(session: Session, *, wall: datetime, limit: int) -> list[Owed]:
    """Lease up to `limit` owed notices; commit before sending any."""
    rows = session.scalars(
        select(NoticeRow)
        .where(NoticeRow.state == "owed", NoticeRow.due_at <= wall)
        .order_by(NoticeRow.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.due_at = wall + LEASE  # a sender that dies lets it come due again
        row.attempts += 1
    return [_owed(row) for row in rows]


def settle(
    session: Session,
    notice_id: int,
    state: str,
    *,
    now: datetime,
    error: str | None = None,
    provider_id: str | None = None,
) -> None:
    """Close a notice: it is never sent again (a held one may be released)."""
    session.execute(
        update(NoticeRow)
        .where(NoticeRow.id == notice_id)
        .values(
            state=state,
            settled_at=now,
            error=error and error[:200],
            provider_id=provider_id and provider_id[:120],
        )
    )


def postpone(
    session: Session, notice_id: int, *, until: datetime, error: str | None
) -> None:
    """Let a notice that could not be sent come due again at `until` (wall time)."""
    session.execute(
        update(NoticeRow)
        .where(NoticeRow.id == notice_id)
        .values(due_at=until, error=error and error[:200])
    )


def alike(session: Session, brand_id: int, kind: str, *, since: datetime) -> int:
    """Return of how many of a brand's parcels a notice of this kind was owed since."""
    return (
        session.scalar(
            select(func.count(func.distinct(NoticeRow.shipment_id))).where(
                NoticeRow.brand_id == brand_id,
                NoticeRow.kind == kind,
                NoticeRow.owed_at >= since,
                NoticeRow.shipment_id.is_not(None),
            )
        )
        or 0
    )


def active_parcels(session: Session, brand_id: int) -> int:
    """Return how many of a brand's parcels are under way."""
    return (
        session.scalar(
            select(func.count()).where(
                ShipmentRow.brand_id == brand_id,
                ShipmentRow.status.not_in(("delivered", "returned", "cancelled")),
                ShipmentRow.erased_at.is_(None),
            )
        )
        or 0
    )


def listed(
    session: Session,
    *,
    state: str | None = None,
    brand_id: int | None = None,
    limit: int,
) -> Sequence[Owed]:
    """Return the newest notices, of one state (dead, shadow, held …) or of all."""
    query = select(NoticeRow).order_by(NoticeRow.id.desc()).limit(limit)
    if state is not None:
        query = query.where(NoticeRow.state == state)
    if brand_id is not None:
        query = query.where(NoticeRow.brand_id == brand_id)
    return [_owed(row) for row in session.scalars(query)]


def reopen(
    session: Session,
    *,
    state: str,
    brand_id: int | None,
    kind: str | None,
    wall: datetime,
) -> int:
    """Owe again what was held or died; return how many."""
    query = update(NoticeRow).where(NoticeRow.state == state)
    if brand_id is not None:
        query = query.where(NoticeRow.brand_id == brand_id)
    if kind is not None:
        query = query.where(NoticeRow.kind == kind)
    values = {"due_at": wall, "attempts": 0, "settled_at": None}
    done = session.execute(
        query.values(state="owed", released=True, **values).returning(NoticeRow.id)
    )
    return len(done.all())


def drop_held(
    session: Session, *, brand_id: int | None, kind: str | None, now: datetime
) -> int:
    """Withdraw what was held; return how many."""
    query = update(NoticeRow).where(NoticeRow.state == HELD)
    if brand_id is not None:
        query = query.where(NoticeRow.brand_id == brand_id)
    if kind is not None:
        query = query.where(NoticeRow.kind == kind)
    done = session.execute(
        query.values(state=WITHDRAWN, settled_at=now).returning(NoticeRow.id)
    )
    return len(done.all())


def _owed(row: NoticeRow) -> Owed:
    return Owed(
        id=row.id,
        key=row.key,
        kind=row.kind,
        concern=row.concern or "",
        detail=row.detail,
        audience=row.audience,
        channel=row.channel,
        target=row.target,
        state=row.state,
        attempts=row.attempts,
        error=row.error,
        owed_at=row.owed_at,
        brand_id=row.brand_id,
        shipment_id=row.shipment_id,
        released=row.released,
    )
