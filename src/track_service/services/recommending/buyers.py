"""Whose order it is: the hashes that its buyer is known by, and whether they object.

The shop may tell one order by its own id of the customer, another by the mail address
or the telephone alone; an objection on one of them is one on all.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from track_service.core.parcel import Brand, Order
from track_service.services.goods.shoppers import digests, stranger
from track_service.store import buyers, shoppers


@dataclass(frozen=True, slots=True)
class Buyer:
    """Whose order it is: `shopper` has the history, `names` are all hashes of theirs."""

    shopper: str
    names: frozenset[str]


def buyer(session: Session, brand: Brand, order: Order) -> Buyer | None:
    """Return whose order it is; None where the brand hashes nobody yet.

    Where nobody told of the purchase the shopper is made of the order's own mail or
    telephone, and where there is none of its number: a stranger, who has no history.
    """
    key = shoppers.known_key(session, brand.id)
    if key is None:
        return None
    of = order.customer
    own = digests(key, email=of.email, phone=of.phone)
    told = shoppers.of_order(session, brand.id, order.number)
    shopper = told or next(iter(own), None) or stranger(key, order.number)
    return Buyer(shopper, frozenset((shopper, *own)))


def is_objected(session: Session, brand: Brand, of: Buyer) -> bool:
    """Tell whether a buyer objects to being profiled, under any of their names."""
    return shoppers.any_objects(session, brand.id, of.names)


def object_to(
    session: Session, brand: Brand, order: Order, *, at: datetime | None
) -> None:
    """Note since when an order's buyer objects; None takes it back, as widely.

    It holds for every name that this order has, and those of their other orders.
    """
    of = buyer(session, brand, order)
    found, new = frozenset[str](), of.names if of else frozenset()
    key = shoppers.known_key(session, brand.id) or ""
    while new:
        found |= new
        told = buyers.contacts(session, brand.id, new)
        names = (digests(key, email=mail, phone=phone) for mail, phone in told)
        new = frozenset(name for some in names for name in some) - found
    buyers.object_to(session, brand.id, found, at=at)


def follow(session: Session, brand: Brand, of: Buyer) -> None:
    """Let an objection under one name of a buyer hold for their others."""
    buyers.follow(session, brand.id, [of.names])
