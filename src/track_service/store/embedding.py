"""Which origins may embed a brand's pages."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from track_service.store.embed_models import EmbedOriginRow


def set_origins(session: Session, brand_id: int, origins: Iterable[str]) -> None:
    """Let these origins embed a brand's pages, and no others."""
    session.execute(delete(EmbedOriginRow).where(EmbedOriginRow.brand_id == brand_id))
    session.add_all(EmbedOriginRow(brand_id=brand_id, origin=one) for one in origins)


def origins(session: Session, brand_id: int) -> tuple[str, ...]:
    """Return the origins that may embed a brand's pages, in the order of their names."""
    query = (
        select(EmbedOriginRow.origin)
        .where(EmbedOriginRow.brand_id == brand_id)
        .order_by(EmbedOriginRow.origin)
    )
    return tuple(session.scalars(query))
