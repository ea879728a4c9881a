"""A link that got about is ended: its order's pages are given new ones.

The pages of an order name each other, so all of its links end together, and with them
what hangs on them: shared links, frames, links that were mailed, browsers that follow. A
shop that links to a parcel's page is told its last word again, with the new link.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from track_service.core.factor import spellings
from track_service.core.parcel import Brand, Shipment
from track_service.services.minting import Mint
from track_service.store import factors, links, shipments, words
from track_service.store.factors import Guarded


class NoSuchOrder(Exception):
    """No order of the brand's has the number, or several have."""


def renew(
    session: Session, brand: Brand, public_id: str, *, wall: datetime, mint: Mint
) -> Shipment | None:
    """Renew the links of a parcel's order; return the parcel, None if there is none.

    `wall` is real time.
    """
    order_id = links.order_of(session, brand.id, public_id)
    if order_id is None:
        return None
    _renew(session, order_id, wall=wall, mint=mint)
    return shipments.by_public_id(session, brand.id, public_id)


def renew_by_number(
    session: Session, brand: Brand, number: str, *, wall: datetime, mint: Mint
) -> Guarded:
    """Renew the links of the order that a number means: its own, or a parcel's.

    Where several are meant, the one that is written exactly so. Raises `NoSuchOrder`.
    """
    found = factors.guarded(session, brand.id, spellings(number))
    exact = [one for one in found if one.number == number] or found
    if len(exact) != 1:
        meant = ", ".join(one.number for one in exact) or "none"
        raise NoSuchOrder(f"{number}: orders of this number: {meant}")
    _renew(session, exact[0].order_id, wall=wall, mint=mint)
    (renewed,) = factors.guarded(session, brand.id, (exact[0].number,))[:1]
    return renewed


def _renew(session: Session, order_id: int, *, wall: datetime, mint: Mint) -> None:
    links.renew(session, order_id, mint.secret)
    words.owe_anew(session, order_id, wall=wall)
