"""An order that a storefront hands over becomes a purchase, and its lines products."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.goods import Product, Purchase, bought
from track_service.core.handover import Handover, Line
from track_service.core.parcel import Brand, Order
from track_service.services.goods.shoppers import digests
from track_service.services.minting import Mint
from track_service.store import catalogue, purchases, shoppers
from track_service.templating.links import web_link

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)  # what is told of before is no shop's clock
_MOST = 100_000  # pieces
_CENT = Decimal("0.01")
_LONGEST_ID, _LONGEST_URL = 120, 2000


def note(
    session: Session,
    brand: Brand,
    platform: str,
    of: Handover,
    order: Order,
    *,
    now: datetime,
    mint: Mint,
) -> None:
    """Store what was bought, in the place of what was told of the order before.

    A cancelled order was not bought. One placed at a time that cannot be is left out.
    `order` is what `of` tells, read. Of a line without a product's id the stock number
    is its id.
    """
    if of.cancelled:
        purchases.drop(session, brand.id, [order.number])
        return
    at = _placed(of, order, brand, now)
    if of.lines is None or at is None:
        return
    sold = [(name, line) for line in of.lines if (name := _id(line)) is not None]
    products = [_product(name, line, order, at) for name, line in sold]
    catalogue.see(session, brand.id, products)
    key = shoppers.key(session, brand.id, fresh=mint.secret())
    names = digests(
        key,
        platform=platform,
        customer=of.buyer.external_id,
        email=order.customer.email,
        phone=order.customer.phone,
    )
    back = [(name, -_pieces(line)) for line in of.returned if (name := _id(line))]
    pieces = bought([(name, _pieces(line)) for name, line in sold] + back)
    told = Purchase(order.number, at, pieces, next(iter(names), None), names)
    purchases.tell(session, brand.id, [told], now=now)


def _placed(of: Handover, order: Order, brand: Brand, now: datetime) -> datetime | None:
    """Return when an order was placed, never after now; None for a clock that lies."""
    if of.placed_at is None:
        return now
    local = of.placed_at.local.replace(tzinfo=ZoneInfo(brand.zone))
    at = order.placed_at or local.astimezone(UTC)
    return min(at, now) if at >= _FIRST else None


def _id(line: Line) -> str | None:
    name = line.product_id or line.sku
    return name if name and len(name) <= _LONGEST_ID else None


def _pieces(line: Line) -> int:
    """Return the pieces of a line; a part of one (0.35 kg) is one."""
    if 0 < line.quantity < 1:
        return 1
    return max(-_MOST, min(int(line.quantity), _MOST))


def _product(name: str, line: Line, order: Order, at: datetime) -> Product:
    price = None if line.price is None else line.price.quantize(_CENT)
    known = order.currency is not None and price is not None and price >= 0
    return Product(
        external_id=name,
        title=line.title and line.title[:300],
        price=price if known else None,
        currency=order.currency if known else None,
        image_url=_link(line.image_url),
        url=_link(line.url),
        seen_at=at,
    )


def _link(url: str | None) -> str | None:
    return web_link(url) if url and len(url) <= _LONGEST_URL else None
