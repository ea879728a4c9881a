"""Counts for metrics and for the commands that list what needs a human."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from track_service.core.status import Status
from track_service.store.models import (
    ConcernRow,
    EventRow,
    NoticeRow,
    PollRow,
    RawRow,
    ShipmentRow,
)

# The page that shows a new brand how its pages look belongs to no carrier.
TEST_CARRIER = "test"


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A carrier's code that no table holds, with the carrier's own words for it."""

    carrier: str
    code: str | None
    description: str | None
    scans: int
    last_seen_at: datetime


def unknown_codes(session: Session) -> list[UnknownCode]:
    """Return the codes that were not understood, the most frequent first."""
    scans = func.count().label("scans")
    rows = session.execute(
        select(
            ShipmentRow.carrier,
            EventRow.code,
            func.max(EventRow.description).label("description"),
            scans,
            func.max(EventRow.seen_at).label("last_seen_at"),
        )
        .join(ShipmentRow, ShipmentRow.id == EventRow.shipment_id)
        .where(EventRow.status == "unknown")
        .group_by(ShipmentRow.carrier, EventRow.code)
        .order_by(scans.desc(), ShipmentRow.carrier, EventRow.code)
    )
    return [UnknownCode(*row) for row in rows]


def shipments_by_status(session: Session) -> dict[tuple[str, str], int]:
    """Return how many parcels each carrier has in each status."""
    rows = session.execute(
        select(ShipmentRow.carrier, ShipmentRow.status, func.count())
        .where(ShipmentRow.erased_at.is_(None))
        .group_by(ShipmentRow.carrier, ShipmentRow.status)
    )
    return {(carrier, status): count for carrier, status, count in rows}


def notices_by_state(session: Session) -> dict[tuple[str, str, str], int]:
    """Return how many notices there are by audience, channel and state."""
    rows = session.execute(
        select(
            NoticeRow.audience, NoticeRow.channel, NoticeRow.state, func.count()
        ).group_by(NoticeRow.audience, NoticeRow.channel, NoticeRow.state)
    )
    return {
        (audience, channel, state): count for audience, channel, state, count in rows
    }


def open_concerns(session: Session) -> dict[str, int]:
    """Return how many concerns of each kind stand open."""
    rows = session.execute(
        select(ConcernRow.kind, func.count())
        .where(ConcernRow.cleared_at.is_(None))
        .group_by(ConcernRow.kind)
    )
    return {kind: count for kind, count in rows}  # noqa: C416  rows are not pairs to mypy


def overdue(session: Session, *, now: datetime) -> dict[str, tuple[int, datetime]]:
    """Return, by carrier, how many parcels are due and since when the longest is."""
    rows = session.execute(
        select(PollRow.carrier, func.count(), func.min(PollRow.poll_after))
        .where(PollRow.poll_after <= now)
        .group_by(PollRow.carrier)
    )
    return {carrier: (count, since) for carrier, count, since in rows}


def unheard(session: Session, accounts: Collection[str]) -> dict[str, int]:
    """Return, by carrier, how many parcels wait for one that has no account.

    A carrier that pushed news of one of them needs none.
    """
    final = [status for status in Status if status.is_final]
    rows = session.execute(
        select(PollRow.carrier, func.count())
        .join(ShipmentRow, ShipmentRow.id == PollRow.shipment_id)
        .where(
            PollRow.carrier.not_in([*accounts, TEST_CARRIER]),
            ShipmentRow.status.not_in(final),
            ShipmentRow.erased_at.is_(None),
            ShipmentRow.quiet.is_(False),
        )
        .group_by(PollRow.carrier)
        .having(func.max(PollRow.pushed_at).is_(None))
        .order_by(PollRow.carrier)
    )
    return {carrier: count for carrier, count in rows}  # noqa: C416  rows are no pairs


def look(session: Session) -> None:
    """Look whether the tables are there, at little cost. Raises `SQLAlchemyError`."""
    session.execute(select(ShipmentRow.id).limit(1))


def counts(session: Session) -> dict[str, int]:
    """Return the totals that the demo reports: shipments, events, delivered, raw."""

    def count(*where: object, of: type) -> int:
        query = select(func.count()).select_from(of)
        return session.scalar(query.where(*where)) or 0  # type: ignore[arg-type]

    return {
        "shipments": count(ShipmentRow.carrier != TEST_CARRIER, of=ShipmentRow),
        "events": count(of=EventRow),
        "delivered": count(ShipmentRow.status == "delivered", of=ShipmentRow),
        "raw_answers": count(of=RawRow),
        "notices_sent": count(NoticeRow.state == "sent", of=NoticeRow),
        "alerts_open": count(ConcernRow.cleared_at.is_(None), of=ConcernRow),
    }
