"""Notices owed: claimed with a lease, sent with nothing open, settled."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from track_service.core.notices import Audience
from track_service.store.models import BrandRow, NoticeRow, ShipmentRow

LEASE = timedelta(minutes=5)

# What may become of a notice that is owed. One that was withdrawn told nobody: it is
# owed again if its cause returns, as no other is.
SENT, WITHDRAWN, DEAD, SHADOW = "sent", "withdrawn", "dead", "shadow"
HELD, DROPPED, SUPPRESSED = "held", "dropped", "suppressed"
GROUPED = "grouped"  # told with the group that its parcel is of
NOT_TRUE = "no longer true"  # why what was owed is withdrawn, as a rule

LINK = "link"  # the kind that a shopper asks for


@dataclass(frozen=True, slots=True)
class Owed:
    """A notice as it waits; `key` lets its receiver know a repeat.

    `shipment_id` is None for what concerns a brand or a carrier account as a whole,
    `brand_id` for what only the operator is told. `released` tells that a human let it
    go after it was held: it is not held again. `attempts` are claims, `failures` those
    that ended: one whose process died is none.
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
    failures: int = 0


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
    audience: Audience = Audience.OPS,
) -> bool:
    """Owe a notice that no judgement calls for; False if it was owed before."""
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
            audience=audience,
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
    attempts: int | None = None,
) -> None:
    """Close a notice: it is never sent again (a held one may be released).

    With `attempts` only as long as it is the claim of that try: a receipt may have let
    another channel tell meanwhile.
    """
    this = NoticeRow.id == notice_id
    if attempts is not None:
        this &= NoticeRow.attempts == attempts
    session.execute(
        update(NoticeRow)
        .where(this)
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
    told = {"due_at": until, "error": error and error[:200]}
    session.execute(
        update(NoticeRow)
        .where(NoticeRow.id == notice_id)
        .values(failures=NoticeRow.failures + 1, **told)
    )


def route(session: Session, notice_id: int, channel: str) -> None:
    """Let a notice go out by this channel."""
    session.execute(
        update(NoticeRow).where(NoticeRow.id == notice_id).values(channel=channel)
    )


def owe_again(
    session: Session, notice_id: int, *, wall: datetime, error: str | None
) -> None:
    """Owe at once what another channel shall tell, or what has no receipt."""
    session.execute(
        update(NoticeRow)
        .where(NoticeRow.id == notice_id, NoticeRow.state.in_(("owed", SENT)))
        .values(
            state="owed",
            due_at=wall,
            attempts=0,
            failures=0,
            settled_at=None,
            error=error and error[:200],
        )
    )


def was_told(session: Session, shipment_id: int | None, about: str) -> bool:
    """Tell whether a shopper was told of a concern (its `kind:cause`)."""
    kind, _, cause = about.partition(":")
    found = session.scalar(
        select(NoticeRow.id).where(
            NoticeRow.shipment_id == shipment_id,
            NoticeRow.audience == Audience.SHOPPER,
            NoticeRow.kind == kind,
            NoticeRow.concern == cause,
            NoticeRow.state.in_((SENT, GROUPED)),
        )
    )
    return found is not None


def by_ids(session: Session, ids: Collection[int]) -> dict[int, Owed]:
    """Return notices by their ids."""
    rows = session.scalars(select(NoticeRow).where(NoticeRow.id.in_(ids)))
    return {row.id: _owed(row) for row in rows}


def give_back(session: Session, ids: Sequence[int], *, wall: datetime) -> None:
    """Let claimed notices that were not tried come due at once, the try uncounted."""
    session.execute(
        update(NoticeRow)
        .where(NoticeRow.id.in_(ids))
        .values(due_at=wall, attempts=NoticeRow.attempts - 1)
    )


def holds(session: Session, brand_id: int, kind: str) -> bool:
    """Tell whether a brand has notices of a kind held already.

    Locks the brand until the transaction ends, so that of two senders who hold
    something at once the second sees what the first held.
    """
    session.execute(
        select(BrandRow.id).where(BrandRow.id == brand_id).with_for_update()
    )
    found = session.scalar(
        select(NoticeRow.id)
        .where(
            NoticeRow.brand_id == brand_id,
            NoticeRow.kind == kind,
            NoticeRow.state == HELD,
        )
        .limit(1)
    )
    return found is not None


def unanswered(session: Session, *, kind: str, answer: str) -> Sequence[Owed]:
    """Return the operator's notices of a kind that went out and have no answer yet.

    An answer is owed under the same cause, with its own kind in front.
    """
    answers = select(NoticeRow.cause).where(
        NoticeRow.brand_id.is_(None), NoticeRow.kind == answer
    )
    expected = literal(answer) + func.substr(NoticeRow.cause, len(kind) + 1)
    rows = session.scalars(
        select(NoticeRow).where(
            NoticeRow.brand_id.is_(None),
            NoticeRow.kind == kind,
            NoticeRow.state == SENT,
            expected.not_in(answers),
        )
    )
    return [_owed(row) for row in rows]


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


def alerted(session: Session, brand_id: int) -> set[int]:
    """Return the addresses, by number, to which alerts of a brand were ever owed."""
    query = select(NoticeRow.target).where(
        NoticeRow.brand_id == brand_id, NoticeRow.channel == "apprise"
    )
    return set(session.scalars(query.distinct()))


def active_parcels(session: Session, brand_id: int) -> int:
    """Return how many of a brand's parcels are under way."""
    return (
        session.scalar(
            select(func.count()).where(
                ShipmentRow.brand_id == brand_id,
                ShipmentRow.status.not_in(("delivered", "returned", "cancelled")),
                ShipmentRow.erased_at.is_(None),
                ShipmentRow.quiet.is_(False),
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
    return _change(
        session,
        state=state,
        brand_id=brand_id,
        kind=kind,
        values={
            "state": "owed",
            "released": True,
            "due_at": wall,
            "attempts": 0,
            "failures": 0,
            "settled_at": None,
        },
    )


def replay(
    session: Session,
    *,
    brand_id: int,
    state: str,
    since: datetime,
    until: datetime,
    wall: datetime,
) -> int:
    """Owe a brand's webhook again what came of it so, between two times; return how many.

    A receiver knows each by its old id. `until` itself is outside.
    """
    query = (
        update(NoticeRow)
        .where(
            NoticeRow.brand_id == brand_id,
            NoticeRow.channel == "webhook",
            NoticeRow.state == state,
            NoticeRow.owed_at >= since,
            NoticeRow.owed_at < until,
        )
        .values(state="owed", released=True, due_at=wall, settled_at=None)
        .values(attempts=0, failures=0)
    )
    return len(session.execute(query.returning(NoticeRow.id)).all())


def drop_held(
    session: Session, *, brand_id: int | None, kind: str | None, now: datetime
) -> int:
    """Give up what was held, for good; return how many."""
    values = {"state": DROPPED, "settled_at": now}
    return _change(session, state=HELD, brand_id=brand_id, kind=kind, values=values)


def _change(
    session: Session,
    *,
    state: str,
    brand_id: int | None,
    kind: str | None,
    values: Mapping[str, Any],
) -> int:
    query = update(NoticeRow).where(NoticeRow.state == state)
    if brand_id is not None:
        query = query.where(NoticeRow.brand_id == brand_id)
    if kind is not None:
        query = query.where(NoticeRow.kind == kind)
    return len(session.execute(query.values(values).returning(NoticeRow.id)).all())


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
        failures=row.failures,
    )
