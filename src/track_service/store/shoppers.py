"""Shoppers by their keyed hash: the brand's key, and who objected to being profiled."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from track_service.store.catalogue_models import ShopperKeyRow, ShopperRow
from track_service.store.db import insert_for


def key(session: Session, brand_id: int, *, fresh: str) -> str:
    """Return the key of a brand's hashes: `fresh` where it has none yet."""
    held = session.get(ShopperKeyRow, brand_id)
    if held is None:
        session.execute(
            insert_for(session)(ShopperKeyRow)
            .values(brand_id=brand_id, key=fresh)
            .on_conflict_do_nothing()
        )
        held = session.get_one(ShopperKeyRow, brand_id)
    return held.key


def object_to(session: Session, shopper_id: int, *, at: datetime | None) -> None:
    """Note since when a shopper is not to be profiled; None takes it back."""
    session.execute(
        update(ShopperRow).where(ShopperRow.id == shopper_id).values(objected_at=at)
    )


def digest_of(session: Session, shopper_id: int) -> str:
    """Return the hash of a shopper."""
    return session.scalars(
        select(ShopperRow.digest).where(ShopperRow.id == shopper_id)
    ).one()


def has_objected(session: Session, shopper_id: int) -> bool:
    """Tell whether a shopper is not to be profiled."""
    at = session.scalar(
        select(ShopperRow.objected_at).where(ShopperRow.id == shopper_id)
    )
    return at is not None
