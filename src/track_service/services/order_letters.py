"""Order letters: what is owed of an order before its parcel, judged again and written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from track_service.core.notices import Audience, is_mass
from track_service.core.order_events import OrderEvent
from track_service.core.order_news import holds
from track_service.core.ordered import Ordered
from track_service.core.wishes import Wishes
from track_service.services import wishes
from track_service.store import order_notices, ordered
from track_service.store.notices import Owed

_KINDS = frozenset(OrderEvent)


@dataclass(frozen=True, slots=True)
class OrderNews:
    """An order of which word is owed that still holds, and what its shopper wishes.

    `is_mass` tells that an unusual share of the brand's orders calls for the same.
    """

    order: Ordered
    wishes: Wishes
    is_mass: bool


def is_about_order(owed: Owed) -> bool:
    """Tell whether a notice is to a shopper, of an order that is in no parcel."""
    return owed.kind in _KINDS and owed.audience == Audience.SHOPPER


def news(
    session: Session, claimed: Sequence[Owed], *, now: datetime, within: timedelta
) -> Mapping[int, OrderNews]:
    """Return what the claimed notices about orders are of, where that still holds."""
    found: dict[int, OrderNews] = {}
    for owed in filter(is_about_order, claimed):
        event, order = OrderEvent(owed.kind), ordered.by_id(session, int(owed.concern))
        if order and holds(event, order, ordered.parcels(session, order.id)):
            theirs = wishes.of_customer(session, order.brand, order.order.customer)
            mass = _is_mass(session, order.brand.id, event, since=now - within)
            found[owed.id] = OrderNews(order, theirs, mass)
    return found


def _is_mass(
    session: Session, brand_id: int, event: OrderEvent, *, since: datetime
) -> bool:
    """Tell it of what is wrong: a shop whose hooks fail seems to ship nothing at all."""
    if event is OrderEvent.CONFIRMED:
        return False
    alike = order_notices.alike(session, brand_id, event, since=since)
    return is_mass(alike, order_notices.waiting(session, brand_id))
