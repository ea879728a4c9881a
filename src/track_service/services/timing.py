"""Timing: not in the shopper's quiet hours, and not more in a day than a brand allows.

Asked right before a message goes out, whatever it waited for.
"""

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from track_service.core.notices import Audience
from track_service.core.places import clock_at
from track_service.core.rules import CANNOT_WAIT, Rules
from track_service.core.tracking import Place
from track_service.services.goods.shoppers import digest
from track_service.services.post import Post
from track_service.services.routes import About
from track_service.store import joining, shoppers, telling
from track_service.store.notices import Owed


def wait(post: Post, owed: Owed, about: About) -> datetime | None:
    """Return until when a notice to a shopper waits (aware UTC), None if it may go.

    One that may go counts among its day's. What cannot wait (`core.rules`) goes beyond
    their number, and waits for the morning all the same.
    """
    now, rules = post.now(), about.brand.rules
    zone = zone_of(about, now)
    woken = rules.wake(now, zone)
    if woken is not None:
        return woken
    if owed.audience != Audience.SHOPPER:
        return None
    joined = _joined(post, owed, rules, now)
    if joined is not None or rules.per_day is None:
        return joined
    most = None if owed.kind in CANNOT_WAIT else rules.per_day
    customer, brand = about.order.customer, about.brand
    with post.database.write() as session:
        key = shoppers.known_key(session, brand.id) or ""
        may_go = telling.take(
            session,
            brand_id=brand.id,
            shopper=digest(key, email=customer.email, phone=customer.phone) or "",
            day=now.astimezone(zone).date(),
            notice_id=owed.id,
            most=most,
        )
        session.commit()
    return None if may_go else rules.tomorrow(now, zone)


def _joined(post: Post, owed: Owed, rules: Rules, now: datetime) -> datetime | None:
    """Return until when news waits for that of the order's other parcels, if it does."""
    until = owed.owed_at + rules.together
    if owed.kind in CANNOT_WAIT or not owed.owed_at <= now < until or owed.attempts > 1:
        return None
    if owed.shipment_id is None:
        return None
    with post.database.read() as session:
        return until if joining.has_siblings(session, owed.shipment_id) else None


def zone_of(about: About, now: datetime) -> tzinfo:
    """Return the clock of the shopper: that of the destination, else the brand's."""
    to = about.order.address
    clock = clock_at(Place(to.city, to.region, to.country), now)
    return clock or ZoneInfo(about.brand.zone)
