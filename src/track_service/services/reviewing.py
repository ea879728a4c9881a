"""Reviewing what was bought: which products, by whom, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.moderation import judge
from track_service.core.parcel import Shipment
from track_service.core.reviews import delivered_at
from track_service.services.desk import Desk
from track_service.store import baskets, catalogue, reviews
from track_service.store.reviews import New


@dataclass(frozen=True, slots=True)
class Line:
    """A product that was bought, by the shop's own id."""

    product: str
    title: str


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody says of a product."""

    stars: int
    text: str | None = field(default=None, repr=False)


def lines(session: Session, shipment: Shipment) -> tuple[Line, ...]:
    """Return the products of a parcel's order that can be reviewed, each once.

    They are the items that have a stock number; where none has, what its shop told of
    the purchase. Of a gift there are none.
    """
    named = {one.sku: one.title for one in shipment.order.shown if one.sku}
    if not named and not shipment.order.is_gift:
        bought = baskets.of_order(session, shipment.brand.id, shipment.order.number)
        known = catalogue.by_names(session, shipment.brand.id, bought)
        named = {name: one.title for name, one in known.items() if one.title}
    return tuple(Line(product[:120], title) for product, title in named.items())


def is_used(session: Session, shipment: Shipment, *, now: datetime) -> bool:
    """Tell whether a delivered parcel's products were in use for long enough."""
    return used_at(session, shipment) <= now


def used_at(session: Session, shipment: Shipment) -> datetime:
    """Return when a delivered parcel's products were used for as long as its shop says."""
    brand, names = shipment.brand, [one.product for one in lines(session, shipment)]
    known = catalogue.by_names(session, brand.id, names)
    asking = reviews.wishes(session, brand.id)
    use = asking.use_time(known[n].category if n in known else None for n in names)
    return delivered_at(shipment, zone=ZoneInfo(brand.zone)) + use


def review(
    desk: Desk,
    shipment: Shipment,
    said: Mapping[str, Words],
    *,
    name: str | None,
    consents: bool,
    language: str,
) -> Sequence[str]:
    """Store reviews by product id; return the products of those that were new.

    What was not bought with the order is left out, as is a second one of a product.
    """
    with desk.database.write() as session:
        bought = [line.product for line in lines(session, shipment)]
        told = [(product, said[product]) for product in bought if product in said]
        new = [_new(p, words, name, language, consents=consents) for p, words in told]
        now = desk.now()
        stored = [
            one.product
            for one in new
            if reviews.add(session, shipment.id, one, now=now)
        ]
        session.commit()
    return stored


def _new(
    product: str, said: Words, name: str | None, language: str, *, consents: bool
) -> New:
    state, reason = judge(said.text, name, consents=consents)
    return New(product, said.stars, said.text, name, language, state, reason)
