"""What a shop sells, and who bought what: Product and Purchase."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

# What nobody tells us of is offered while it still sells.
_STILL_SELLS = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Product:
    """A product by the id that its shop gives it; `price` is in `currency`.

    `told_at` is when its shop told of it (aware UTC), None where only orders name it;
    `seen_at` when the newest order that names it was placed; `gone_at` since when it is
    not sold any more. `id` is ours, 0 before it is stored.
    """

    external_id: str
    title: str | None = None
    category: str | None = None
    price: Decimal | None = None
    currency: str | None = None
    image_url: str | None = None
    url: str | None = None
    in_stock: bool = True
    id: int = 0
    told_at: datetime | None = None
    seen_at: datetime | None = None
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order that a shopper (a digest, None where unknown) placed at `at`, aware UTC.

    `pieces` are how many of each product, by the shop's id, were bought and not sent
    back: `bought` makes them of lines. `names`: all digests that the shopper is told by.
    """

    number: str
    at: datetime
    pieces: Mapping[str, int]
    shopper: str | None = field(default=None, repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)


def bought(lines: list[tuple[str, int]]) -> dict[str, int]:
    """Return the pieces of each product that an order's lines come to.

    Several lines of a product are one. A negative line is a return: it takes from the
    order's own pieces, and what is wholly returned was not bought.
    """
    pieces: dict[str, int] = {}
    for product, quantity in lines:
        pieces[product] = pieces.get(product, 0) + quantity
    return {product: count for product, count in pieces.items() if count > 0}


def is_offered(product: Product, *, now: datetime) -> bool:
    """Tell whether a product can be shown: named, to be had, and with a page to buy it."""
    if product.gone_at is not None or not product.in_stock:
        return False
    if product.title is None or product.url is None:
        return False
    if product.told_at is not None:
        return True
    return product.seen_at is not None and now - product.seen_at < _STILL_SELLS
