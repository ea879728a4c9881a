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

_STEPS = 3  # a telephone that many share would lead through half of a shop


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
    session: Session, brand: Brand, order: Order, *, key: str, at: datetime
) -> None:
    """Note since when an order's buyer objects; `key` is that of the brand's hashes.

    It holds for every name that this order has, and those of their other orders.
    """
    of = buyer(session, brand, order)
    found = new = of.names if of else frozenset[str]()
    for _ in range(_STEPS):
        told = buyers.contacts(session, brand.id, new)
        names = (digests(key, email=mail, phone=phone) for mail, phone in told)
        new = frozenset(name for some in names for name in some) - found
        found |= new
    mail = next(iter(digests(key, email=order.customer.email)), None)
    buyers.object_to(session, brand.id, found, at=at, mail=mail)


def take_back(session: Session, brand: Brand, order: Order) -> None:
    """Take an order's buyer's objection back, where it is theirs to take back.

    Only what is bound to the order's own names counts: its other orders' contacts may
    be somebody else's.
    """
    of = buyer(session, brand, order)
    if of is not None:
        buyers.take_back(session, brand.id, of.names)


def stands(session: Session, brand: Brand, of: Buyer) -> bool:
    """Tell whether a buyer's objection was made by somebody whom they cannot speak for."""
    return buyers.stands(session, brand.id, of.names)


def follow(session: Session, brand: Brand, of: Buyer) -> None:
    """Let an objection under one name of a buyer hold for their others."""
    buyers.follow(session, brand.id, [of.names])
