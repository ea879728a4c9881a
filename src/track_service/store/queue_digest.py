"""What a digest tells: the entries that a rule is for and that opened in its span."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from track_service.core.routing import Route
from track_service.core.severity import kinds_meant
from track_service.store.models import NoticeRow
from track_service.store.queue import Entry, load
from track_service.store.queue_filter import open_now, top
from track_service.store.queue_models import EntryRow

DIGEST = "digest"  # the kind of its notice


def opened(
    session: Session,
    brand_id: int,
    route: Route,
    *,
    after: datetime,
    until: datetime,
    limit: int,
) -> tuple[list[Entry], int]:
    """Return entries that are still open, the gravest first, and how many there are.

    A group is one; what began before its parcel was given to us is left out.
    """
    tests = [
        *top(),
        *open_now(until),
        EntryRow.brand_id == brand_id,
        EntryRow.is_news,
        EntryRow.severity <= int(route.least),
        EntryRow.opened_at > after,
        EntryRow.opened_at <= until,
    ]
    if route.carrier is not None:
        tests.append(EntryRow.carrier == route.carrier)
    if route.kind is not None:
        tests.append(EntryRow.kind.in_(kinds_meant(route.kind)))
    count = session.scalar(select(func.count(EntryRow.id)).where(*tests)) or 0
    ids = session.scalars(
        select(EntryRow.id)
        .where(*tests)
        .order_by(EntryRow.severity, EntryRow.due_at, EntryRow.id)
        .limit(limit)
    ).all()
    return load(session, ids), count


def last_until(session: Session, brand_id: int, route: Route) -> datetime | None:
    """Return the end of the last span that a rule's digest was owed for."""
    span = session.scalar(
        select(NoticeRow.detail)
        .where(
            NoticeRow.brand_id == brand_id,
            NoticeRow.kind == DIGEST,
            NoticeRow.concern == str(route.number),
        )
        .order_by(NoticeRow.owed_at.desc(), NoticeRow.id.desc())
        .limit(1)
    )
    return None if span is None else read_span(span)[1]


def span(after: datetime, until: datetime) -> str:
    """Return a span as it is kept with its notice."""
    return f"{after.isoformat()}/{until.isoformat()}"


def read_span(kept: str) -> tuple[datetime, datetime]:
    """Return a span as it was kept."""
    after, until = map(datetime.fromisoformat, kept.split("/"))
    return after, until
