"""What a page offers: a few products that fit, each with a reason, or nothing.

Whoever holds the link alone sees what goes with the order, the brand's picks and what
sells well. What only the customer's history tells needs the second factor, unless the
brand chose otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from track_service.core.goods import Product, is_offered
from track_service.core.parcel import Brand, Order, Shipment
from track_service.core.recommend.basket import Basket, Mode
from track_service.core.recommend.rank import Pick, Reason, rank
from track_service.core.selling import Arm, Wishes, arm, may_sell
from track_service.services.goods.shoppers import digest, stranger
from track_service.services.recommending.shelf import Shelf
from track_service.store import baskets, cases, catalogue, selling, shoppers

_CARDS = 6
_SPARE = 6  # some of those ranked may be sold out since the shelf was looked at


@dataclass(frozen=True, slots=True)
class Setting:
    """A page that may offer something: of which order, and how it stands.

    `proven` tells that its reader gave the order's second factor. `is_waiting`: the
    order is late to be sent, or called off.
    """

    brand: Brand
    order: Order
    parcels: Sequence[Shipment] = ()
    is_waiting: bool = False
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """A product to show and why; `because` is the bought product that it goes with."""

    product: Product
    reason: Reason
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Offers:
    """What a page may show: to the hold-out nothing of it. `shopper` is a hash.

    `objects`: the shopper objects to being profiled, so that this is the same for all.
    """

    shopper: str
    arm: Arm
    objects: bool
    found: tuple[Offered, ...]


def offers(
    session: Session, shelf: Shelf, of: Setting, *, now: datetime
) -> Offers | None:
    """Return what a page may offer, None where it is to offer nothing to anybody."""
    wishes = selling.wishes(session, of.brand.id)
    if not wishes.is_on or not _is_open(session, of):
        return None
    shopper = who(session, of.brand, of.order)
    if shopper is None:
        return None
    known = shoppers.find(session, of.brand.id, shopper)
    objects = known is not None and known.objects
    basket = _basket(session, of)
    history: list[Basket] = []
    if known is not None and not objects and (of.proven or wishes.history_by_link):
        history = baskets.of_shopper(session, known.id)
    ranked = _ranked(
        session, shelf, of.brand, wishes, basket, history, objects=objects, now=now
    )
    found = _found(session, of.brand, ranked, basket, now=now)
    if not found:
        return None
    return Offers(shopper, arm(shopper, holdout=wishes.holdout), objects, found)


def who(session: Session, brand: Brand, order: Order) -> str | None:
    """Return the hash of whose order it is; None where the brand hashes nobody yet.

    Where nobody told of the purchase it is made of the order's own mail or telephone,
    and where there is none of its number: a stranger, who has no history.
    """
    told = shoppers.of_order(session, brand.id, order.number)
    key = shoppers.known_key(session, brand.id)
    if told is not None or key is None:
        return told
    own = digest(key, email=order.customer.email, phone=order.customer.phone)
    return own or stranger(key, order.number)


def _is_open(session: Session, of: Setting) -> bool:
    if of.order.is_gift:  # who reads the page may not be who bought
        return False
    calm = may_sell(of.parcels, is_waiting=of.is_waiting)
    return calm and not cases.open_for(session, of.brand.id, of.order.number)


def _basket(session: Session, of: Setting) -> frozenset[str]:
    """Return what was ordered, by the shop's ids; a stock number may be such an id."""
    bought = baskets.of_order(session, of.brand.id, of.order.number)
    return frozenset(bought) | {item.sku for item in of.order.items if item.sku}


def _ranked(
    session: Session,
    shelf: Shelf,
    brand: Brand,
    wishes: Wishes,
    basket: frozenset[str],
    history: Sequence[Basket],
    *,
    objects: bool,
    now: datetime,
) -> list[Pick]:
    """Rank by the shop's figures; for who objects only by what sells, the same for all."""
    ranked = rank(
        shelf.figures(session, brand.id),
        () if objects else basket,
        history,
        at=now,
        mode=Mode.NEW if wishes.only_new else Mode.ANY,
        pins=wishes.picks,
        bans=(*wishes.bans, *basket),
        in_stock=shelf.offered(session, brand.id, now=now),
        k=_CARDS + _SPARE,
    )
    if objects:
        return [replace(pick, because=None) for pick in ranked]
    return ranked


def _found(
    session: Session,
    brand: Brand,
    ranked: Sequence[Pick],
    basket: frozenset[str],
    *,
    now: datetime,
) -> tuple[Offered, ...]:
    causes = {pick.because for pick in ranked if pick.because}
    names = {pick.product_id for pick in ranked} | causes
    known = catalogue.by_names(session, brand.id, names)
    found = (_offered(pick, known) for pick in ranked if pick.product_id in known)
    there = [
        one
        for one in found
        if is_offered(one.product, now=now) and one.product.external_id not in basket
    ]
    return tuple(there[:_CARDS])


def _offered(pick: Pick, known: Mapping[str, Product]) -> Offered:
    cause = known.get(pick.because or "")
    title = cause.title if cause else None
    reason = pick.reason
    if reason is Reason.GOES_WITH and title is None:
        reason = Reason.POPULAR  # nobody has told what the other is called
    return Offered(known[pick.product_id], reason, title)
