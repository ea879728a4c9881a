"""Shoppers by their keyed hash: the brand's key, and who objected to being profiled."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from track_service.store.catalogue import in_lists
from track_service.store.catalogue_models import (
    PurchaseRow,
    ShopperKeyRow,
    ShopperRow,
)
from track_service.store.db import insert_for

_SHOPPER = ShopperRow.__table__
# Made once: every page that offers asks these.
_OF_BRAND = ShopperRow.brand_id == bindparam("brand")
_OF_ORDER = (
    select(ShopperRow.digest)
    .join(PurchaseRow, PurchaseRow.shopper_id == ShopperRow.id)
    .where(
        PurchaseRow.brand_id == bindparam("brand"),
        PurchaseRow.number == bindparam("number"),
    )
)
_OBJECTS = (
    select(ShopperRow.id)
    .where(
        _OF_BRAND,
        ShopperRow.digest.in_(bindparam("digests", expanding=True)),
        ShopperRow.objected_at.is_not(None),
    )
    .limit(1)
)
_FIND = select(ShopperRow.id, ShopperRow.objected_at).where(
    _OF_BRAND, ShopperRow.digest == bindparam("digest")
)


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


def interned(
    session: Session, brand_id: int, digests: Collection[str]
) -> dict[str, int]:
    """Return the ids of shoppers by their hashes, stored if need be."""
    found = _ids(session, brand_id, digests)
    missing = sorted(set(digests) - found.keys())
    if missing:
        rows = [{"brand_id": brand_id, "digest": digest} for digest in missing]
        session.execute(insert_for(session)(_SHOPPER).on_conflict_do_nothing(), rows)
        found |= _ids(session, brand_id, missing)
    return found


def known_key(session: Session, brand_id: int) -> str | None:
    """Return the key of a brand's hashes, None where it has none yet."""
    held = session.get(ShopperKeyRow, brand_id)
    return None if held is None else held.key


def of_order(session: Session, brand_id: int, number: str) -> str | None:
    """Return the hash of who placed an order, None where nobody told of it."""
    return session.scalar(_OF_ORDER, {"brand": brand_id, "number": number})


def any_objects(session: Session, brand_id: int, digests: Collection[str]) -> bool:
    """Tell whether the shopper of one of these hashes objects to being profiled."""
    asked = {"brand": brand_id, "digests": list(digests)}
    return session.scalar(_OBJECTS, asked) is not None


def find(session: Session, brand_id: int, digest: str) -> Shopper | None:
    """Return the shopper of a hash, None for one never met."""
    row = session.execute(_FIND, {"brand": brand_id, "digest": digest}).first()
    return None if row is None else Shopper(row.id, row.objected_at is not None)


def _ids(session: Session, brand_id: int, digests: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in in_lists(digests):
        query = select(ShopperRow.digest, ShopperRow.id).where(
            ShopperRow.brand_id == brand_id, ShopperRow.digest.in_(some)
        )
        found.update(session.execute(query).tuples().all())
    return found
