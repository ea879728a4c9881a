"""How far storefronts were asked for their orders, and whose turn it is."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from track_service.store.db import insert_for
from track_service.store.models import BrandRow
from track_service.store.shop_models import ConnectionRow, RoundRow

LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Round:
    """A round of questions for the orders changed `since`, a page each.

    `began_at` is None between rounds, `cursor` where a round begins, `due_at` (wall
    time) where nobody asks by himself. `taken` counts the round's orders, `failures`
    the questions that failed in a row. A `past` round is an import of past orders.
    """

    storefront_id: int
    past: bool
    since: datetime
    began_at: datetime | None = None
    cursor: str | None = None
    taken: int = 0
    due_at: datetime | None = None
    failures: int = 0
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Unasked:
    """A connection that could not be asked, and the last trouble."""

    brand: str
    platform: str
    failures: int
    trouble: str | None


def held(session: Session, storefront_id: int, *, past: bool) -> Round | None:
    """Return how far a storefront was asked, None if it never was."""
    row = session.get(RoundRow, (storefront_id, past), populate_existing=True)
    return None if row is None else _of_row(row)


def hold(session: Session, of: Round) -> None:
    """Store how far a storefront was asked."""
    values = asdict(of) | {"trouble": of.trouble and of.trouble[:200]}
    session.execute(
        insert_for(session)(RoundRow)
        .values(values)
        .on_conflict_do_update(index_elements=["storefront_id", "past"], set_=values)
    )


def claim(session: Session, *, wall: datetime) -> Round | None:
    """Lease the round that is due longest, None where none is due."""
    row = session.scalar(
        select(RoundRow)
        .where(RoundRow.due_at <= wall)
        .order_by(RoundRow.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    row.due_at = wall + LEASE  # whoever asks and dies lets it come due again
    return _of_row(row)


def failing(session: Session) -> Sequence[Unasked]:
    """Return the connections whose last question failed, by brand and platform."""
    rows = session.execute(
        select(
            BrandRow.code, ConnectionRow.platform, RoundRow.failures, RoundRow.trouble
        )
        .join(ConnectionRow, ConnectionRow.id == RoundRow.storefront_id)
        .join(BrandRow, BrandRow.id == ConnectionRow.brand_id)
        .where(RoundRow.failures > 0, RoundRow.past.is_(False))
        .order_by(BrandRow.code, ConnectionRow.platform)
    )
    return [Unasked(*row) for row in rows]


def _of_row(row: RoundRow) -> Round:
    return Round(
        row.storefront_id,
        row.past,
        row.since,
        row.began_at,
        row.cursor,
        row.taken,
        row.due_at,
        row.failures,
        row.trouble,
    )
