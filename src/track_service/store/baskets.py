"""What was bought, read back: one order's products, a shopper's history, all of a brand."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, cast, extract, func, select
from sqlalchemy.orm import Session

from track_service.core.recommend.basket import Basket
from track_service.store.catalogue_models import (
    ProductRow,
    PurchaseLineRow,
    PurchaseRow,
    ShopperRow,
)

_MOST = 100  # a shopper's newest orders: older ones tell no more
_MOST_LINES = 1000  # of these, the newest
_AT_ONCE = 500  # rows fetched at a time: of 10,000 each takes twice as long
_NEWEST = (
    select(PurchaseRow.id, PurchaseRow.at)
    .where(PurchaseRow.shopper_id == bindparam("shopper"))
    .order_by(PurchaseRow.at.desc())
    .limit(_MOST)
    .subquery()
)
# Made once: every page asks them.
_OF_ORDER = (
    select(ProductRow.external_id)
    .join(PurchaseLineRow, PurchaseLineRow.product_id == ProductRow.id)
    .join(PurchaseRow, PurchaseRow.id == PurchaseLineRow.purchase_id)
    .where(
        PurchaseRow.brand_id == bindparam("brand"),
        PurchaseRow.number == bindparam("number"),
    )
    .order_by(ProductRow.external_id)
)
_HISTORY = (
    select(_NEWEST.c.id, _NEWEST.c.at, ProductRow.external_id)
    .join(PurchaseLineRow, PurchaseLineRow.purchase_id == _NEWEST.c.id)
    .join(ProductRow, ProductRow.id == PurchaseLineRow.product_id)
    .order_by(_NEWEST.c.at.desc(), _NEWEST.c.id.desc(), ProductRow.external_id)
    .limit(_MOST_LINES)
)


def of_order(session: Session, brand_id: int, number: str) -> tuple[str, ...]:
    """Return the shop's ids of the products in an order, none for an unknown order."""
    return tuple(session.scalars(_OF_ORDER, {"brand": brand_id, "number": number}))


def of_shopper(session: Session, shopper_id: int) -> list[Basket]:
    """Return a shopper's newest orders, the oldest of them first and maybe cut short."""
    rows = session.execute(_HISTORY, {"shopper": shopper_id})
    baskets: dict[int, tuple[datetime, list[str]]] = {}
    for purchase_id, at, product in rows:
        baskets.setdefault(purchase_id, (at, []))[1].append(product)
    newest_first = [Basket(at, tuple(products)) for at, products in baskets.values()]
    return newest_first[::-1]


def orders(session: Session, brand_id: int) -> Iterator[tuple[int, int, int, datetime]]:
    """Yield of each order its id, whose it is (0: a stranger's), when placed, when told.

    It was placed so many seconds after 1970; an `Instant` each would take longer.
    """
    query = (
        select(
            PurchaseRow.id,
            func.coalesce(PurchaseRow.shopper_id, 0),
            cast(extract("epoch", PurchaseRow.at), BigInteger),
            PurchaseRow.told_at,
        )
        .where(PurchaseRow.brand_id == brand_id)
        .execution_options(yield_per=_AT_ONCE)
    )
    yield from session.execute(query).tuples()


def lines(
    session: Session, brand_id: int, *, since: datetime
) -> Iterator[tuple[int, int]]:
    """Yield the order and the product, by our ids, of each line told since then."""
    query = (
        select(PurchaseLineRow.purchase_id, PurchaseLineRow.product_id)
        .join(PurchaseRow, PurchaseRow.id == PurchaseLineRow.purchase_id)
        .where(
            PurchaseRow.brand_id == brand_id,
            PurchaseRow.told_at >= since,
            PurchaseLineRow.quantity > 0,
        )
        .execution_options(yield_per=_AT_ONCE)
    )
    yield from session.execute(query).tuples()


def objecting(session: Session, brand_id: int) -> list[int]:
    """Return the shoppers who object to being profiled."""
    query = select(ShopperRow.id).where(
        ShopperRow.brand_id == brand_id, ShopperRow.objected_at.is_not(None)
    )
    return list(session.scalars(query))


def names(session: Session, brand_id: int) -> dict[int, str]:
    """Return the shop's ids of all its products, sold any more or not, by ours."""
    rows = session.execute(
        select(ProductRow.id, ProductRow.external_id).where(
            ProductRow.brand_id == brand_id
        )
    )
    return dict(rows.tuples().all())


def newest_word(session: Session, brand_id: int) -> datetime | None:
    """Return when a brand told of an order last, None if it never did."""
    return session.scalar(
        select(func.max(PurchaseRow.told_at)).where(PurchaseRow.brand_id == brand_id)
    )


def categories(session: Session, brand_id: int) -> dict[str, str]:
    """Return the category of each product that has one, by the shop's id."""
    rows = session.execute(
        select(ProductRow.external_id, ProductRow.category).where(
            ProductRow.brand_id == brand_id,
            ProductRow.category.is_not(None),
            ProductRow.gone_at.is_(None),
        )
    )
    return {name: category for name, category in rows if category}
