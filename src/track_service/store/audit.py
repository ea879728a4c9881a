"""The audit log: who did what, when, and how it was before and after; only added to."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from track_service.store.models import BrandRow
from track_service.store.user_models import AuditRow, UserRow


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user of the console, or a brand's API key, or a command."""

    name: str
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the log; `user` is a name, None for keys and commands."""

    id: int
    at: datetime
    actor: str
    user: str | None
    brand: str | None
    action: str
    subject: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject: str,
    *,
    wall: datetime,
    brand_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add a line in the transaction of what it tells of; no personal word goes in."""
    session.add(
        AuditRow(
            at=wall,
            user_id=actor.user_id,
            actor=actor.name,
            brand_id=brand_id,
            action=action,
            subject=subject,
            before=None if before is None else dict(before),
            after=None if after is None else dict(after),
        )
    )


def deeds(
    session: Session,
    *,
    brand_ids: Collection[int] | None = None,
    below: int | None = None,
    limit: int = 100,
) -> list[Deed]:
    """Return the newest lines below an id, of some brands or (None) of everything."""
    query = (
        select(AuditRow, UserRow.name, BrandRow.code)
        .outerjoin(UserRow, UserRow.id == AuditRow.user_id)
        .outerjoin(BrandRow, BrandRow.id == AuditRow.brand_id)
        .order_by(AuditRow.id.desc())
        .limit(limit)
    )
    if brand_ids is not None:
        query = query.where(AuditRow.brand_id.in_(brand_ids))
    if below is not None:
        query = query.where(AuditRow.id < below)
    return [
        Deed(
            id=row.id,
            at=row.at,
            actor=row.actor,
            user=name,
            brand=code,
            action=row.action,
            subject=row.subject,
            before=row.before,
            after=row.after,
        )
        for row, name, code in session.execute(query)
    ]


def all_deeds(
    session: Session, *, brand_ids: Collection[int] | None = None
) -> Iterator[Deed]:
    """Return the whole log, the newest first, a page at a time."""
    page = deeds(session, brand_ids=brand_ids)
    while page:
        yield from page
        page = deeds(session, brand_ids=brand_ids, below=page[-1].id)
