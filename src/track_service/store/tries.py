"""Tries that are counted: so many in a span, whoever comes at once and by any process."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, or_, update
from sqlalchemy.orm import Session

from track_service.store.db import insert_for
from track_service.store.factor_models import TryRow


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many tries in a span of real time.

    One that `slides` begins its span anew with each try, so that no span, wherever it
    begins, sees more; the others begin it with the first try, and with the last one.
    """

    most: int
    span: timedelta
    slides: bool = False


def take(session: Session, key: str, cap: Cap, *, wall: datetime) -> int | None:
    """Count a try and return how many that makes, or None where all are used up.

    The row is the caller's until its transaction ends: rolled back, it was no try.
    """
    row, until = TryRow, wall + cap.span
    is_over = row.until <= wall
    anew = or_(is_over, row.tries + 1 >= cap.most)
    adding = insert_for(session)(row).values(key=key, tries=1, until=until)
    counted = session.execute(
        adding.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "tries": case((is_over, 1), else_=row.tries + 1),
                "until": until if cap.slides else case((anew, until), else_=row.until),
            },
            where=or_(is_over, row.tries < cap.most),
        ).returning(row.tries)
    )
    return counted.scalar()


def give_back(session: Session, key: str) -> None:
    """Count one try less: it was right after all."""
    session.execute(
        update(TryRow)
        .where(TryRow.key == key, TryRow.tries > 0)
        .values(tries=TryRow.tries - 1)
    )


def expire(session: Session, *, wall: datetime) -> None:
    """Forget the tries whose time is over."""
    session.execute(delete(TryRow).where(TryRow.until <= wall))
