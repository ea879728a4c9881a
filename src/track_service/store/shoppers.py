"""Shoppers by their keyed hash: the brand's key, and who objected to being profiled."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from track_service.store.catalogue_models import (
    PurchaseRow,
    ShopperKeyRow,
    ShopperRow,
)
from track_service.store.db import insert_for


@dataclass(frozen=True, slots=True)
class Shopper:
    """Somebody who buys, and whether they object to being profiled."""

    id: int
    objects: bool


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


def known_key(session: Session, brand_id: int) -> str | None:
    """Return the key of a brand's hashes, None where it has none yet."""
    held = session.get(ShopperKeyRow, brand_id)
    return None if held is None else held.key


def of_order(session: Session, brand_id: int, number: str) -> str | None:
    """Return the hash of who placed an order, None where nobody told of it."""
    return session.scalar(
        select(ShopperRow.digest)
        .join(PurchaseRow, PurchaseRow.shopper_id == ShopperRow.id)
        .where(PurchaseRow.brand_id == brand_id, PurchaseRow.number == number)
    )


def any_objects(session: Session, brand_id: int, digests: Collection[str]) -> bool:
    """Tell whether the shopper of one of these hashes objects to being profiled."""
    found = session.scalar(
        select(ShopperRow.id)
        .where(
            ShopperRow.brand_id == brand_id,
            ShopperRow.digest.in_(digests),
            ShopperRow.objected_at.is_not(None),
        )
        .limit(1)
    )
    return found is not None


def find(session: Session, brand_id: int, digest: str) -> Shopper | None:
    """Return the shopper of a hash, None for one never met."""
    row = session.execute(
        select(ShopperRow.id, ShopperRow.objected_at).where(
            ShopperRow.brand_id == brand_id, ShopperRow.digest == digest
        )
    ).first()
    return None if row is None else Shopper(row.id, row.objected_at is not None)
