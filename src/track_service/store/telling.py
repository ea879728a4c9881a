"""Telling: so many notices a day to one shopper, and a notice that waits for morning."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from track_service.store.db import insert_for
from track_service.store.models import NoticeRow
from track_service.store.notice_models import ToldRow


def take(
    session: Session,
    *,
    brand_id: int,
    shopper: str,
    day: date,
    notice_id: int,
    most: int | None,
) -> bool:
    """Count a notice among a shopper's of a day; False where that holds `most` already.

    Tried again on the same day it counts once, by two at once as well. Of two that come
    at once each gets a place of its own. Commit before sending.
    """
    mine = ToldRow.notice_id == notice_id
    of_day = (
        ToldRow.brand_id == brand_id,
        ToldRow.shopper == shopper,
        ToldRow.day == day,
    )
    while True:
        if session.scalar(select(ToldRow.day).where(mine)) == day:
            return True
        session.execute(delete(ToldRow).where(mine))
        told = session.scalar(select(func.max(ToldRow.place)).where(*of_day)) or 0
        if most is not None and told >= most:
            return False
        row = {"place": told + 1, "notice_id": notice_id}
        adding = insert_for(session)(ToldRow).values(
            brand_id=brand_id, shopper=shopper, day=day, **row
        )
        taken = adding.on_conflict_do_nothing().returning(ToldRow.place)
        if session.execute(taken).first() is not None:
            return True


def defer(session: Session, ids: Sequence[int], *, until: datetime) -> None:
    """Let claimed notices come due at `until` (wall time), the try uncounted."""
    session.execute(
        update(NoticeRow)
        .where(NoticeRow.id.in_(ids))
        .values(due_at=until, attempts=NoticeRow.attempts - 1)
    )


def expire(session: Session, *, before: date) -> None:
    """Forget how often shoppers were told on days long past."""
    session.execute(delete(ToldRow).where(ToldRow.day < before))
