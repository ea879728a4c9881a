"""How a brand's webhook does: since when it takes nothing, since when it is off."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from track_service.store.channel_models import HookStateRow
from track_service.store.db import insert_for


def failed(session: Session, brand_id: int, *, wall: datetime) -> datetime:
    """Note that a webhook took nothing; return since when that is so."""
    session.execute(
        insert_for(session)(HookStateRow)
        .values(brand_id=brand_id, failing_since=wall)
        .on_conflict_do_nothing()
    )
    row = session.get_one(HookStateRow, brand_id, with_for_update=True)
    row.failing_since = row.failing_since or wall
    return row.failing_since


def worked(session: Session, brand_id: int) -> None:
    """Note that a webhook took something."""
    session.execute(
        update(HookStateRow)
        .where(
            HookStateRow.brand_id == brand_id, HookStateRow.failing_since.is_not(None)
        )
        .values(failing_since=None)
    )


def switch_off(session: Session, brand_id: int, *, wall: datetime) -> bool:
    """Send nothing more to a webhook; False if it was off already."""
    found = session.execute(
        update(HookStateRow)
        .where(HookStateRow.brand_id == brand_id, HookStateRow.off_since.is_(None))
        .values(off_since=wall)
        .returning(HookStateRow.brand_id)
    )
    return found.first() is not None


def switch_on(session: Session, brand_id: int) -> bool:
    """Send to a webhook again; False if it was not off."""
    found = session.execute(
        update(HookStateRow)
        .where(HookStateRow.brand_id == brand_id, HookStateRow.off_since.is_not(None))
        .values(off_since=None, failing_since=None)
        .returning(HookStateRow.brand_id)
    )
    return found.first() is not None


def off(session: Session) -> dict[int, datetime]:
    """Return the brands whose webhook is off, and since when."""
    query = select(HookStateRow).where(HookStateRow.off_since.is_not(None))
    return {
        row.brand_id: row.off_since for row in session.scalars(query) if row.off_since
    }
