"""What a page offers: a few products that fit, each with a reason, or nothing.

Whoever holds the link alone sees what goes with the order, the brand's picks and what
sells well. What only the customer's history tells needs the second factor, unless the
brand chose otherwise.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from track_service.core.goods import Product, is_offered
from track_service.core.parcel import Brand, Order, Shipment
from track_service.core.recommend.basket import Basket, Mode
from track_service.core.recommend.figures import Figures
from track_service.core.recommend.rank import Pick, Reason, rank
from track_service.core.selling import Arm, Wishes, arm, may_sell
from track_service.services.recommending.buyers import buyer, is_objected, stands
from track_service.services.recommending.shelf import Shelf
from track_service.store import baskets, cases, catalogue, selling, shoppers

_CARDS = 6


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

    `objects`: the shopper objects to being profiled, so that this is the same for all;
    `stands`: and cannot take it back on this order's pages.
    """

    shopper: str
    arm: Arm
    objects: bool
    found: tuple[Offered, ...]
    stands: bool = False


def offers(
    session: Session, shelf: Shelf, of: Setting, *, now: datetime
) -> Offers | None:
    """Return what a page may offer, None where it is to offer nothing to anybody."""
    wishes = selling.wishes(session, of.brand.id)
    if not wishes.is_on or not _is_open(session, of):
        return None
    whose = buyer(session, of.brand, of.order)
    if whose is None:
        return None
    known = shoppers.find(session, of.brand.id, whose.shopper)
    objects = is_objected(session, of.brand, whose)
    basket = _basket(session, of)
    history: list[Basket] = []
    if known is not None and not objects and (of.proven or wishes.history_by_link):
        history = baskets.of_shopper(session, known.id)
    goods = _Goods(session, of.brand.id, now)
    ranked = _ranked(
        shelf.figures(session, of.brand.id),
        wishes,
        basket,
        history,
        goods,
        objects=objects,
    )
    found = _found(ranked, goods)
    if not found:
        return None
    # Once exposed a shopper stays in their arm, whatever share is held out since.
    kept = selling.arm_of(session, known.id) if known else None
    side = kept or arm(whose.shopper, holdout=wishes.holdout)
    fixed = objects and stands(session, of.brand, whose)
    return Offers(whose.shopper, side, objects, found, fixed)


def _is_open(session: Session, of: Setting) -> bool:
    if of.order.is_gift:  # who reads the page may not be who bought
        return False
    calm = may_sell(of.parcels, is_waiting=of.is_waiting)
    return calm and not cases.open_for(session, of.brand.id, of.order.number)


def _basket(session: Session, of: Setting) -> frozenset[str]:
    """Return what was ordered, by the shop's ids; a stock number may be such an id."""
    bought = baskets.of_order(session, of.brand.id, of.order.number)
    return frozenset(bought) | {item.sku for item in of.order.items if item.sku}


@dataclass(frozen=True, slots=True)
class _Goods:
    """Products out of the store, of those alone that were asked for."""

    session: Session
    brand_id: int
    now: datetime
    known: dict[str, Product] = field(default_factory=dict)

    def look_up(self, names: Collection[str]) -> None:
        if missing := set(names) - self.known.keys():
            found = catalogue.by_names(self.session, self.brand_id, missing)
            self.known.update(found)

    def offered(self, names: Sequence[str]) -> set[str]:
        self.look_up(names)
        there = ((name, self.known.get(name)) for name in names)
        return {name for name, of in there if of and is_offered(of, now=self.now)}


def _ranked(
    figures: Figures,
    wishes: Wishes,
    basket: frozenset[str],
    history: Sequence[Basket],
    goods: _Goods,
    *,
    objects: bool,
) -> list[Pick]:
    """Rank by the shop's figures; for who objects only by what sells, the same for all."""
    ranked = rank(
        figures,
        () if objects else basket,
        history,
        at=goods.now,
        mode=Mode.NEW if wishes.only_new else Mode.ANY,
        pins=wishes.picks,
        bans=(*wishes.bans, *basket),
        in_stock=goods.offered,
        k=_CARDS,
    )
    if objects:
        return [replace(pick, because=None) for pick in ranked]
    return ranked


def _found(ranked: Sequence[Pick], goods: _Goods) -> tuple[Offered, ...]:
    goods.look_up({pick.because for pick in ranked if pick.because})
    return tuple(_offered(pick, goods.known) for pick in ranked)


def _offered(pick: Pick, known: Mapping[str, Product]) -> Offered:
    cause = known.get(pick.because or "")
    title = cause.title if cause else None
    reason = pick.reason
    if reason is Reason.GOES_WITH and title is None:
        reason = Reason.POPULAR  # nobody has told what the other is called
    return Offered(known[pick.product_id], reason, title)
