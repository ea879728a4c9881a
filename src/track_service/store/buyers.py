"""Buyers who object to being profiled: all hashes that one of them is known by."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from track_service.store import shoppers
from track_service.store.catalogue import in_lists
from track_service.store.catalogue_models import PurchaseRow, ShopperRow
from track_service.store.db import insert_for
from track_service.store.models import OrderRow
from track_service.store.selling_models import KinRow

_MOST = 100  # newest orders of which the addresses are read


def contacts(
    session: Session, brand_id: int, names: Collection[str]
) -> list[tuple[str | None, str | None]]:
    """Return mail address and telephone of the newest orders that hashes placed."""
    rows = session.execute(
        select(OrderRow.customer_email, OrderRow.customer_phone)
        .join(
            PurchaseRow,
            (PurchaseRow.brand_id == OrderRow.brand_id)
            & (PurchaseRow.number == OrderRow.number),
        )
        .join(ShopperRow, ShopperRow.id == PurchaseRow.shopper_id)
        .where(ShopperRow.brand_id == brand_id, ShopperRow.digest.in_(names))
        .order_by(PurchaseRow.at.desc())
        .limit(_MOST)
    )
    return list(rows.tuples().all())


def object_to(
    session: Session,
    brand_id: int,
    names: Collection[str],
    *,
    at: datetime,
    mail: str | None = None,
) -> None:
    """Note since when the buyer of these hashes is not profiled.

    It is noted of every hash that was ever told to be the same buyer's. `mail` is the
    hash of the address that they objected under.
    """
    label = _bound(session, brand_id, names)
    _note(session, brand_id, [label], at=at)
    if mail is not None:
        asking = select(ShopperRow.id).where(
            ShopperRow.brand_id == brand_id, ShopperRow.digest == mail
        )
        session.execute(
            update(KinRow).where(KinRow.shopper_id.in_(asking)).values(asked=True)
        )


def take_back(session: Session, brand_id: int, names: Collection[str]) -> None:
    """Profile the buyer of these hashes again, but where their objection stands."""
    mine = set(session.scalars(_labels(brand_id, names)))
    freed = mine - set(session.scalars(_standing(brand_id, names)))
    _note(session, brand_id, freed, at=None)
    session.execute(
        update(KinRow)
        .where(KinRow.brand_id == brand_id, KinRow.label.in_(freed))
        .values(asked=False)
    )


def stands(session: Session, brand_id: int, names: Collection[str]) -> bool:
    """Tell whether an objection is not for the buyer of these hashes to take back.

    It was made under a mail address that is none of theirs: who shares no more than a
    telephone with somebody, or names it as their own, does not speak for them.
    """
    return session.scalar(_standing(brand_id, names).limit(1)) is not None


def follow(session: Session, brand_id: int, buyers: Iterable[Collection[str]]) -> None:
    """Let an objection under one of a buyer's hashes hold for all of theirs."""
    several = [names for names in buyers if len(names) > 1]
    since = _objecting(session, brand_id, {name for of in several for name in of})
    for names in several:
        known = [since[name] for name in names if name in since]
        if 0 < len(known) < len(names):
            object_to(session, brand_id, names, at=min(known))


def left_behind(session: Session, brand_id: int, shopper_id: int) -> set[int]:
    """Return who was told to be this shopper, of whom nothing is known but that.

    They bought nothing under that hash, and do not object.
    """
    label = select(KinRow.label).where(KinRow.shopper_id == shopper_id)
    bought = select(PurchaseRow.id).where(PurchaseRow.shopper_id == ShopperRow.id)
    query = (
        select(ShopperRow.id)
        .join(KinRow, KinRow.shopper_id == ShopperRow.id)
        .where(
            KinRow.brand_id == brand_id,
            KinRow.label == label.scalar_subquery(),
            ShopperRow.objected_at.is_(None),
            ~bought.exists(),
        )
        .order_by(ShopperRow.id)
        .with_for_update(of=ShopperRow)
    )
    return set(session.scalars(query))


def _objecting(
    session: Session, brand_id: int, names: Collection[str]
) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for some in in_lists(names):
        query = select(ShopperRow.digest, ShopperRow.objected_at).where(
            ShopperRow.brand_id == brand_id,
            ShopperRow.digest.in_(some),
            ShopperRow.objected_at.is_not(None),
        )
        found |= {name: at for name, at in session.execute(query) if at}
    return found


def _labels(brand_id: int, names: Collection[str]) -> Select[tuple[str]]:
    return (
        select(KinRow.label)
        .join(ShopperRow, ShopperRow.id == KinRow.shopper_id)
        .where(ShopperRow.brand_id == brand_id, ShopperRow.digest.in_(names))
    )


def _standing(brand_id: int, names: Collection[str]) -> Select[tuple[str]]:
    return (
        select(KinRow.label)
        .join(ShopperRow, ShopperRow.id == KinRow.shopper_id)
        .where(
            KinRow.brand_id == brand_id,
            KinRow.label.in_(_labels(brand_id, names)),
            KinRow.asked.is_(True),
            ShopperRow.digest.not_in(names),
        )
    )


def _note(
    session: Session, brand_id: int, labels: Collection[str], *, at: datetime | None
) -> None:
    mine = select(KinRow.shopper_id).where(
        KinRow.brand_id == brand_id, KinRow.label.in_(labels)
    )
    session.execute(
        update(ShopperRow).where(ShopperRow.id.in_(mine)).values(objected_at=at)
    )


def _bound(session: Session, brand_id: int, names: Collection[str]) -> str:
    """Bind hashes, and all that one of them was bound to; return what they share."""
    ids = shoppers.interned(session, brand_id, names).values()
    labels = session.scalars(select(KinRow.label).where(KinRow.shopper_id.in_(ids)))
    held = set(labels)
    label = min(held or names)
    session.execute(
        insert_for(session)(KinRow).on_conflict_do_nothing(),
        [{"shopper_id": i, "brand_id": brand_id, "label": label} for i in sorted(ids)],
    )
    session.execute(
        update(KinRow)
        .where(KinRow.brand_id == brand_id, KinRow.label.in_(held))
        .values(label=label)
    )
    return label
