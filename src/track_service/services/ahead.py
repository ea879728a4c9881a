"""Foresee when an order comes that has no parcel yet, once a day and on its news."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.ahead import Ahead, Way, follow, reckon
from track_service.core.calendar import end_of
from track_service.core.committed import usual
from track_service.core.dispatch import Hours
from track_service.core.eta.trip import Spot, Trip
from track_service.core.expected import Source, order_expected
from track_service.core.ledger import Shown
from track_service.core.legs import Leg
from track_service.core.ordered import Ordered
from track_service.core.parcel import Brand
from track_service.core.preparing import ENOUGH, LAST
from track_service.services.closed_days import holidays_of
from track_service.services.desk import Desk
from track_service.services.foresight import Foresight
from track_service.services.lessons import country_of, destination, service_of
from track_service.store import ahead
from track_service.store.ahead import Sent

_HANDED_OVER = time(17)  # carriers fetch parcels in the afternoon


@dataclass(frozen=True, slots=True)
class Shop:
    """How a shop sends: its hours, and what its last orders did.

    `taken` counts them by their working days to the hand-over, and by carrier.
    """

    hours: Hours
    taken: Counter[tuple[int, str]]

    @property
    def ready_days(self) -> int:
        """Working days within which nine of ten orders were handed over."""
        days = sorted(days for days, _ in self.taken.elements())
        return max(1, days[-(-len(days) * 9 // 10) - 1])


def foresee_due(desk: Desk, *, limit: int = 200) -> int:
    """Look at up to `limit` orders whose time has come; return how many."""
    now = desk.now()
    desk.foresight.refresh(desk.database, now=now)
    with desk.database.write() as session:
        due = ahead.claim(session, now=now, limit=limit)
        session.commit()
    if not due:
        return 0
    with desk.database.read() as session:
        known = {order.brand.id: order.brand for order in due}
        shops = {id_: _shop(session, brand) for id_, brand in known.items()}
    found = [
        (order, _foreseen(order, shops[order.brand.id], desk.foresight, now=now))
        for order in due
    ]
    with desk.database.write() as session:
        mine = ahead.untouched(session, [order.id for order in due], claimed_at=now)
        for order, kept in found:
            if order.id in mine:
                _keep(session, order, kept, now=now)
        session.commit()
    return len(due)


def _shop(session: Session, brand: Brand) -> Shop:
    sent = ahead.sent(session, brand.id, limit=LAST)
    return shop_of(sent, ahead.hours(session, brand.id), brand.zone)


def _foreseen(
    order: Ordered, shop: Shop, foresight: Foresight, *, now: datetime
) -> Ahead | None:
    local = now.astimezone(ZoneInfo(order.brand.zone)).replace(tzinfo=None)
    seen = foresee(order, shop, foresight, now=local)
    return follow(seen, order.outlook, today=local.date())


def _keep(
    session: Session, order: Ordered, kept: Ahead | None, *, now: datetime
) -> None:
    """Store what is foreseen, when to look again, and the date that the page shows."""
    zone = ZoneInfo(order.brand.zone)
    today = now.astimezone(zone).date()
    ahead.keep(session, order.id, kept, due_at=end_of(today, zone))
    holds = order_expected(replace(order, outlook=kept), today=today)
    if holds is not None:
        why = _reason(order, kept) if holds.source is Source.PREDICTED else None
        ahead.note(session, order.id, Shown(holds.window, holds.source, why, now))


def shop_of(sent: Sequence[Sent], hours: Hours, zone: str) -> Shop:
    """Return how a shop of this zone sends, by the orders that it sent before."""
    home, hours = ZoneInfo(zone), replace(hours, closed=holidays_of(country_of(zone)))
    taken: Counter[tuple[int, str]] = Counter()
    for one in sent:
        placed = one.placed_at.astimezone(home).replace(tzinfo=None)
        handed = one.handed_at.astimezone(home).date()
        taken[hours.between(hours.counts_from(placed), handed), one.carrier] += 1
    return Shop(hours, taken)


def foresee(
    order: Ordered, shop: Shop, foresight: Foresight, *, now: datetime
) -> Ahead | None:
    """Return when an order comes that is not handed over, None where that is not known.

    Known it is by twenty orders that the shop sent, of which one in ten at least took
    as long as this one has by `now` (naive, local); and by figures of the carriers, or
    what they commit to, for most of those. Orders that go abroad are not foreseen.
    """
    zone, home = ZoneInfo(order.brand.zone), country_of(order.brand.zone)
    if shop.taken.total() < ENOUGH or order.order.address.country not in {None, home}:
        return None
    placed = order.order.placed_at or order.created_at
    counts = shop.hours.counts_from(placed.astimezone(zone).replace(tzinfo=None))
    courses = [
        (count, trip)
        for (days, carrier), count in shop.taken.items()
        if (handed := shop.hours.after(counts, days)) >= now.date()
        for trip in [_trip(order, carrier, handed, home)]
    ]
    left = sum(count for count, _ in courses)
    ways = [
        Way(count, curve)
        for count, trip in courses
        if (curve := foresight.way(order.brand.id, trip)) is not None
    ]
    known = sum(way.orders for way in ways)
    if left * 10 < shop.taken.total() or known * 2 < left or not ways:
        return None
    return _ahead(ways, shop, today=now.date())


def _ahead(ways: Sequence[Way], shop: Shop, *, today: date) -> Ahead | None:
    found = reckon(ways, today=today)
    if found is None:
        return None
    start, middle, until = found
    most = max(ways, key=lambda way: way.orders).curve
    days = (most.when(0.5) - most.start) / timedelta(days=1)
    return Ahead(start, until, middle, shop.ready_days, max(1, round(days)))


def _trip(order: Ordered, carrier: str, handed: date, home: str) -> Trip:
    placed, zone = order.order.placed_at, ZoneInfo(order.brand.zone)
    return Trip(
        datetime.combine(handed, _HANDED_OVER),
        carrier=carrier,
        service=service_of(order.service),
        origin=Spot(home),
        destination=destination(order.order.address, None, home),
        ordered_at=placed and placed.astimezone(zone).replace(tzinfo=None),
        promised_on=order.promised_on,
        committed=usual(carrier, Leg.HANDED_OVER),
    )


def _reason(order: Ordered, kept: Ahead | None) -> str | None:
    """Why our window moved: the order waits, or goes faster than expected."""
    before = order.outlook
    if before is None or kept is None or before == kept:
        return None
    return "faster" if kept.on < before.on else "waits"
