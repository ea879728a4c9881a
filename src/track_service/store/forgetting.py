"""Notices to who is erased: withdrawn while owed, and blank of what providers told."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from track_service.store.channel_models import DeliveryRow
from track_service.store.models import NoticeRow
from track_service.store.notices import HELD, WITHDRAWN


def forget(session: Session, which: ColumnElement[bool], *, now: datetime) -> None:
    """Blank these notices; whom they told, and of what, stays as ids and kinds."""
    ids = session.scalars(select(NoticeRow.id).where(which)).all()
    these = update(NoticeRow).where(NoticeRow.id.in_(ids))
    session.execute(these.values(error=None, provider_id=None))
    session.execute(
        these.where(NoticeRow.state.in_(("owed", HELD))).values(
            state=WITHDRAWN, settled_at=now
        )
    )
    session.execute(
        update(DeliveryRow)
        .where(DeliveryRow.notice_id.in_(ids))
        .values(error=None, provider_id=None, due_at=None)
    )
