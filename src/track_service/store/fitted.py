"""Fitted figures by brand: kept as bytes, claimed by who fits them."""

from datetime import UTC, datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from track_service.store.catalogue_models import FittedRow
from track_service.store.db import insert_for

_VERSION = select(FittedRow.version).where(FittedRow.brand_id == bindparam("brand"))
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def version(session: Session, brand_id: int) -> str | None:
    """Return the version of a brand's figures, None where there are none yet."""
    return session.scalar(_VERSION, {"brand": brand_id}) or None


def figures(session: Session, brand_id: int) -> bytes:
    """Return a brand's figures."""
    return session.scalars(
        select(FittedRow.figures).where(FittedRow.brand_id == brand_id)
    ).one()


def kept(session: Session, brand_id: int) -> bytes | None:
    """Return what the last fit of a brand kept for the next, None if nothing."""
    return session.scalar(select(FittedRow.kept).where(FittedRow.brand_id == brand_id))


def is_due(
    session: Session, brand_id: int, *, newest: datetime, before: datetime
) -> bool:
    """Tell whether `claim` may be had; asking writes nothing."""
    row = session.execute(
        select(FittedRow.through, FittedRow.fitted_at).where(
            FittedRow.brand_id == brand_id
        )
    ).first()
    return row is None or (row.through < newest and row.fitted_at <= before)


def claim(
    session: Session,
    brand_id: int,
    *,
    newest: datetime,
    before: datetime,
    now: datetime,
) -> bool:
    """Tell whether a brand's figures are to be fitted, by the caller and nobody else.

    They are where they do not know the `newest` word and were fitted (or tried) before
    that time.
    """
    made = session.execute(
        insert_for(session)(FittedRow)
        .values(
            brand_id=brand_id, version="", figures=b"", through=_NEVER, fitted_at=now
        )
        .on_conflict_do_nothing()
        .returning(FittedRow.brand_id)
    ).first()
    if made is not None:
        return True
    claimed = session.execute(
        update(FittedRow)
        .where(
            FittedRow.brand_id == brand_id,
            FittedRow.through < newest,
            FittedRow.fitted_at <= before,
        )
        .values(fitted_at=now)
        .returning(FittedRow.brand_id)
    ).first()
    return claimed is not None


def keep(
    session: Session,
    brand_id: int,
    *,
    version: str,
    figures: bytes,
    kept: bytes,
    through: datetime,
) -> None:
    """Store a brand's figures, which know of all that was told until `through`."""
    session.execute(
        update(FittedRow)
        .where(FittedRow.brand_id == brand_id)
        .values(version=version, figures=figures, kept=kept, through=through)
    )
