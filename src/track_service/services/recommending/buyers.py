"""Whose order it is: the hashes that its buyer is known by, and whether they object.

The shop may tell one order by its own id of the customer, another by the mail address
or the telephone alone; an objection on one of them is one on all.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from track_service.core.parcel import Brand, Order
from track_service.services.goods.shoppers import digest, digests, stranger
from track_service.store import buyers, shoppers


def who(session: Session, brand: Brand, order: Order) -> str | None:
    """Return the hash of whose order it is; None where the brand hashes nobody yet.

    Where nobody told of the purchase it is made of the order's own mail or telephone,
    and where there is none of its number: a stranger, who has no history.
    """
    told = shoppers.of_order(session, brand.id, order.number)
    if told is not None:
        return told
    key = shoppers.known_key(session, brand.id)
    if key is None:
        return None
    own = digest(key, email=order.customer.email, phone=order.customer.phone)
    return own or stranger(key, order.number)


def names_of(session: Session, brand: Brand, order: Order) -> frozenset[str]:
    """Return every hash that an order's buyer may be known by; `who` is one of them."""
    key = shoppers.known_key(session, brand.id)
    if key is None:
        return frozenset()
    of = order.customer
    told = who(session, brand, order)
    return frozenset(digests(key, email=of.email, phone=of.phone)) | {told or ""} - {""}


def is_objected(session: Session, brand: Brand, order: Order) -> bool:
    """Tell whether an order's buyer objects to being profiled, under any of their names."""
    return shoppers.any_objects(session, brand.id, names_of(session, brand, order))


def object_to(
    session: Session, brand: Brand, order: Order, *, at: datetime | None
) -> None:
    """Note since when an order's buyer objects; None takes it back, as widely.

    It holds for every name that this order has, and those of their other orders.
    """
    found, new = frozenset[str](), names_of(session, brand, order)
    key = shoppers.known_key(session, brand.id) or ""
    while new:
        found |= new
        told = buyers.contacts(session, brand.id, new)
        names = (digests(key, email=mail, phone=phone) for mail, phone in told)
        new = frozenset(name for some in names for name in some) - found
    buyers.object_to(session, brand.id, found, at=at)


def follow(session: Session, brand: Brand, order: Order) -> None:
    """Let an objection under one name of an order's buyer hold for its others."""
    buyers.follow(session, brand.id, [names_of(session, brand, order)])
