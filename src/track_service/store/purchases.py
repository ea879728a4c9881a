"""Who bought what: orders told as a whole, so that none counts twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from track_service.core.goods import Purchase
from track_service.store import buyers, catalogue, shoppers
from track_service.store.catalogue_models import (
    ProductRow,
    PurchaseLineRow,
    PurchaseRow,
    ShopperRow,
)
from track_service.store.db import insert_for
from track_service.store.selling_models import ClickRow, ExposureRow, KinRow

_LINE, _PURCHASE = PurchaseLineRow.__table__, PurchaseRow.__table__
_PRODUCT = ProductRow.__table__


@dataclass(frozen=True, slots=True)
class Known:
    """Ids that a transaction has met: products by the shop's id, shoppers by digest."""

    products: dict[str, int] = field(default_factory=dict)
    shoppers: dict[str, int] = field(default_factory=dict)


def tell(
    session: Session,
    brand_id: int,
    purchases: Sequence[Purchase],
    *,
    now: datetime,
    known: Known | None = None,
) -> None:
    """Store orders, each in the place of what was told of it before.

    Of one that comes twice the later counts; one without pieces was not bought. Products
    that nobody has told of are stored by their ids alone. `known` spares questions where
    a transaction stores many batches.
    """
    known = known or Known()
    last = {of.number: of for of in purchases}
    drop(session, brand_id, [n for n, of in last.items() if not of.pieces])
    orders = [last[number] for number in sorted(last) if last[number].pieces]
    if not orders:
        return
    _know_products(session, brand_id, {p for of in orders for p in of.pieces}, known)
    new = {o.shopper for o in orders if o.shopper} - known.shoppers.keys()
    known.shoppers.update(shoppers.interned(session, brand_id, new))
    ids = _add_orders(session, brand_id, orders, known, now)
    session.execute(
        delete(PurchaseLineRow).where(_LINE.c.purchase_id.in_(ids.values()))
    )
    session.execute(
        insert_for(session)(_LINE),
        [
            {
                "purchase_id": ids[of.number],
                "product_id": known.products[product],
                "quantity": pieces,
            }
            for of in orders
            for product, pieces in of.pieces.items()
        ],
    )
    buyers.follow(session, brand_id, [of.names for of in orders])


def drop(session: Session, brand_id: int, numbers: Collection[str]) -> int:
    """Delete orders that were called off; return how many there were."""
    gone = session.execute(
        delete(PurchaseRow)
        .where(PurchaseRow.brand_id == brand_id, PurchaseRow.number.in_(numbers))
        .returning(PurchaseRow.id)
    )
    return len(gone.all())


def forget(session: Session, brand_id: int, number: str) -> bool:
    """Part an order from whoever placed it; False if there is none of this number.

    What this order alone tells of its products goes as well: an engraved ring's title
    may name somebody. A shopper of whom no other order is left is forgotten, with what
    else they were known by; an objection excepted: it holds for what they buy later.
    """
    row = session.scalar(
        select(PurchaseRow)
        .where(PurchaseRow.brand_id == brand_id, PurchaseRow.number == number)
        .with_for_update()
    )
    if row is None:
        return False
    shopper_id = row.shopper_id
    lines = select(_LINE.c.product_id).where(_LINE.c.purchase_id == row.id)
    catalogue.unsee(session, lines, at=row.at)
    row.number, row.shopper_id = f"erased-{row.id}", None
    session.flush()
    if shopper_id is not None:
        _forget_shopper(session, shopper_id)
    return True


def _know_products(
    session: Session, brand_id: int, names: set[str], known: Known
) -> None:
    wanted = names - known.products.keys()
    found = catalogue.ids(session, brand_id, wanted)
    missing = sorted(wanted - found.keys())
    if missing:
        rows = [
            {"brand_id": brand_id, "external_id": name, "in_stock": True}
            for name in missing
        ]
        session.execute(insert_for(session)(_PRODUCT).on_conflict_do_nothing(), rows)
        found |= catalogue.ids(session, brand_id, missing)
    known.products.update(found)


def _add_orders(
    session: Session,
    brand_id: int,
    orders: Sequence[Purchase],
    known: Known,
    now: datetime,
) -> dict[str, int]:
    """Store orders without their lines; return their ids by number.

    Who tells later may know more of the shopper, and never blanks what was known.
    """
    adding = insert_for(session)(_PURCHASE)
    told = adding.excluded
    statement = adding.on_conflict_do_update(
        index_elements=["brand_id", "number"],
        set_={
            "shopper_id": func.coalesce(told.shopper_id, _PURCHASE.c.shopper_id),
            "at": told.at,
            "told_at": told.told_at,
        },
    ).returning(_PURCHASE.c.number, _PURCHASE.c.id)
    rows = [
        {
            "brand_id": brand_id,
            "number": of.number,
            "shopper_id": known.shoppers[of.shopper] if of.shopper else None,
            "at": of.at,
            "told_at": now,
        }
        for of in orders
    ]
    return dict(session.execute(statement, rows).tuples().all())


def _forget_shopper(session: Session, shopper_id: int) -> None:
    shopper = session.get_one(ShopperRow, shopper_id, with_for_update=True)
    left = session.scalar(
        select(func.count()).where(PurchaseRow.shopper_id == shopper_id)
    )
    if left:
        return
    gone = {shopper_id}
    if shopper.objected_at is None:
        gone |= buyers.left_behind(session, shopper.brand_id, shopper_id)
    for of in (ExposureRow, ClickRow):
        session.execute(delete(of).where(of.shopper_id.in_(gone)))
    if shopper.objected_at is None:
        session.execute(delete(KinRow).where(KinRow.shopper_id.in_(gone)))
        session.execute(delete(ShopperRow).where(ShopperRow.id.in_(gone)))
    session.flush()
