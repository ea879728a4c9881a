"""The block of products on a page, in the reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass

from track_service.core.goods import Product
from track_service.core.parcel import Brand, Order
from track_service.core.recommend.rank import Reason
from track_service.core.selling import Arm
from track_service.services.recommending.offers import Offered, Offers
from track_service.templating.links import web_link
from track_service.templating.voice import N_, Voice

_WHY: Mapping[Reason, str] = {
    Reason.PICKED: N_("Picked by {brand}"),
    Reason.REFILL: N_("Time for a refill?"),
    Reason.BOUGHT_BEFORE: N_("You bought this before"),
    Reason.GOES_WITH: N_("Goes with {title}"),
    Reason.POPULAR: N_("Popular right now"),
    Reason.CATEGORY: N_("More of what you like"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A product: `<picture>-160.webp` is ours, None is none; `price` is in words.

    `product` is the shop's id, by which a click is told.
    """

    product: str
    title: str
    why: str
    href: str
    price: str | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """What is offered; `path` is where the page takes word of it.

    `objects`: the shopper does not want it to be made for them; `stands`: and the page
    cannot take that back.
    """

    cards: tuple[Card, ...]
    path: str
    objects: bool = False
    stands: bool = False


def block(
    of: Offers | None,
    brand: Brand,
    order: Order,
    voice: Voice,
    *,
    token: str,
    pictures: Mapping[str, str],
) -> Block | None:
    """Return the block for whoever may see one, None for all others.

    `pictures` are where those of the products are served, by the shop's own addresses.
    """
    if of is None or of.arm is Arm.HOLDOUT:
        return None
    cards = (_card(one, brand, order, voice, pictures) for one in of.found)
    shown = tuple(card for card in cards if card is not None)
    return Block(shown, f"/t/{token}", of.objects, of.stands) if shown else None


def _card(
    of: Offered,
    brand: Brand,
    order: Order,
    voice: Voice,
    pictures: Mapping[str, str],
) -> Card | None:
    product, href = of.product, web_link(of.product.url)
    if href is None or product.title is None:
        return None
    return Card(
        product.external_id,
        product.title,
        voice.say(_WHY[of.reason], brand=brand.name, title=of.because),
        href,
        _price(product, order, voice),
        pictures.get(product.image_url or ""),
    )


def _price(product: Product, order: Order, voice: Voice) -> str | None:
    """A price in another currency than the order's would only puzzle."""
    if product.price is None or product.currency is None:
        return None
    if order.currency is not None and order.currency != product.currency:
        return None
    return voice.money(product.price, product.currency)
