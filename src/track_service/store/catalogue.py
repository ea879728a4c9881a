"""What brands sell: told by the shop, or seen in its orders."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from track_service.core.goods import Product
from track_service.store.catalogue_models import ProductRow
from track_service.store.db import insert_for
from track_service.store.models import OrderRow

_PRODUCT = ProductRow.__table__
_FIELDS = ("title", "category", "price", "currency", "image_url", "url", "in_stock")
_AT_ONCE = 5000  # values in a list, of which SQLite takes 32,766
# Of columns and made once: every page asks it.
_BY_NAMES = select(*(_PRODUCT.c[of.name] for of in fields(Product))).where(
    _PRODUCT.c.brand_id == bindparam("brand"),
    _PRODUCT.c.external_id.in_(bindparam("names", expanding=True)),
)


def tell(session: Session, brand_id: int, products: Iterable[Product]) -> None:
    """Store products as their shop tells them (`told_at`), each as a whole.

    What an older word tells changes nothing; one that was removed is there again.
    """
    adding = insert_for(session)(_PRODUCT)
    told_before, told = _PRODUCT.c.told_at, adding.excluded.told_at
    statement = adding.on_conflict_do_update(
        index_elements=["brand_id", "external_id"],
        set_={n: adding.excluded[n] for n in (*_FIELDS, "told_at", "gone_at")},
        where=or_(told_before.is_(None), told_before <= told),
    )
    _store(session, statement, brand_id, products)


def see(session: Session, brand_id: int, products: Iterable[Product]) -> None:
    """Store products as an order names them (`seen_at`).

    The shop's own word outdoes an order's, and a newer order an older one; what it does
    not tell stays.
    """
    adding = insert_for(session)(_PRODUCT)
    seen_before, seen = _PRODUCT.c.seen_at, adding.excluded.seen_at
    kept = {n: func.coalesce(adding.excluded[n], _PRODUCT.c[n]) for n in _FIELDS}
    statement = adding.on_conflict_do_update(
        index_elements=["brand_id", "external_id"],
        set_=kept | {"seen_at": seen},
        where=_PRODUCT.c.told_at.is_(None)
        & or_(seen_before.is_(None), seen_before < seen),
    )
    _store(session, statement, brand_id, products)


def currency(session: Session, brand_id: int) -> str | None:
    """Return the currency of a brand's newest order that states one."""
    return session.scalar(
        select(OrderRow.currency)
        .where(OrderRow.brand_id == brand_id, OrderRow.currency.is_not(None))
        .order_by(OrderRow.id.desc())
        .limit(1)
    )


def unsee(session: Session, ids: Select[tuple[int]], *, at: datetime) -> None:
    """Blank what an order of that time told of products, and nobody has told since."""
    blank: dict[str, Any] = dict.fromkeys((*_FIELDS[:-1], "seen_at"))
    session.execute(
        update(ProductRow)
        .where(
            ProductRow.id.in_(ids),
            ProductRow.told_at.is_(None),
            ProductRow.seen_at == at,
        )
        .values(blank)
        .execution_options(synchronize_session=False)
    )


def remove(session: Session, brand_id: int, external_id: str, *, now: datetime) -> bool:
    """Take a product off sale; False if the brand has none of this id on sale.

    Its row stays: purchases name it.
    """
    removed = session.execute(
        update(ProductRow)
        .where(
            ProductRow.brand_id == brand_id,
            ProductRow.external_id == external_id,
            ProductRow.gone_at.is_(None),
        )
        .values(gone_at=now, told_at=now)
        .returning(ProductRow.id)
    )
    return removed.first() is not None


def page(
    session: Session, brand_id: int, *, after: str | None, limit: int
) -> list[Product]:
    """Return a brand's named products in the order of their ids, those after one."""
    query = select(ProductRow).where(
        ProductRow.brand_id == brand_id,
        ProductRow.gone_at.is_(None),
        ProductRow.title.is_not(None),
    )
    if after is not None:
        query = query.where(ProductRow.external_id > after)
    rows = session.scalars(query.order_by(ProductRow.external_id).limit(limit))
    return [of_row(row) for row in rows]


def by_names(
    session: Session, brand_id: int, external_ids: Collection[str]
) -> dict[str, Product]:
    """Return a brand's products by the shop's ids; of those there are."""
    rows = session.execute(_BY_NAMES, {"brand": brand_id, "names": list(external_ids)})
    return {row.external_id: Product(*row) for row in rows}


def ids(
    session: Session, brand_id: int, external_ids: Collection[str]
) -> dict[str, int]:
    """Return our ids of a brand's products by the shop's; of those there are."""
    found: dict[str, int] = {}
    for some in in_lists(external_ids):
        query = select(ProductRow.external_id, ProductRow.id).where(
            ProductRow.brand_id == brand_id, ProductRow.external_id.in_(some)
        )
        found.update(session.execute(query).tuples().all())
    return found


def in_lists(values: Collection[str]) -> Iterator[list[str]]:
    """Yield the values, sorted, in lists that a statement can take."""
    ordered = sorted(values)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def _store(
    session: Session, statement: Any, brand_id: int, products: Iterable[Product]
) -> None:
    rows = {of.external_id: _values(brand_id, of) for of in products}
    if rows:  # in one order, so that no two wait for each other
        session.execute(statement, [rows[name] for name in sorted(rows)])


def _values(brand_id: int, of: Product) -> dict[str, Any]:
    values = {name: getattr(of, name) for name in _FIELDS}
    own = {"brand_id": brand_id, "external_id": of.external_id, "gone_at": of.gone_at}
    return values | own | {"told_at": of.told_at, "seen_at": of.seen_at}


def of_row(row: ProductRow) -> Product:
    """Return the product that a row holds."""
    return Product(
        external_id=row.external_id,
        title=row.title,
        category=row.category,
        price=row.price,
        currency=row.currency,
        image_url=row.image_url,
        url=row.url,
        in_stock=row.in_stock,
        id=row.id,
        told_at=row.told_at,
        seen_at=row.seen_at,
        gone_at=row.gone_at,
    )
