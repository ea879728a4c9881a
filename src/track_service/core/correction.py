"""Whether a parcel is another carrier's: when to ask one, and whether it has it."""

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta

from track_service.core.numbers import detect
from track_service.core.ordering import ordering_time
from track_service.core.parcel import Shipment
from track_service.core.status import Status
from track_service.core.tracking import Tracking, Trouble

PATIENCE = timedelta(days=1)  # a carrier may know a parcel only once it is handed over
MOST = 3  # others asked for one parcel
# By how much a scan may be older than what is known of the parcel's beginning, and
# than its registration, where nothing else is known: shops register late as well.
BEFORE_SHIPPING, BEFORE_REGISTRATION = timedelta(days=3), timedelta(days=14)
_NOBODYS = {Trouble.NOT_FOUND, Trouble.INVALID_NUMBER}


def is_unknown(shipment: Shipment, *, now: datetime) -> bool:
    """Whether a parcel's carrier has had its time and has never known anything of it."""
    begun = max(shipment.created_at, _shipped(shipment) or shipment.created_at)
    silent = shipment.trouble in _NOBODYS and not shipment.events
    return silent and now - begun >= PATIENCE


def next_to_ask(
    shipment: Shipment, *, among: Collection[str], asked: Collection[str]
) -> str | None:
    """Return the likeliest other carrier of a parcel's number; None if none is left.

    `among` are the codes of those that can be asked, `asked` of those that have been.
    """
    others = [
        one.carrier
        for one in detect(shipment.number)
        if one.carrier in among and one.carrier not in {shipment.carrier, *asked}
    ]
    return others[0] if others and len(asked) < MOST else None


def is_the_parcel(shipment: Shipment, seen: Tracking) -> bool:
    """Whether what another carrier tells by the same number can be this parcel.

    Numbers are used again, and by several carriers: its scans must not be far older
    than the parcel, and a delivery must not be in another postcode.
    """
    times = [ordering_time(e.stamp) for e in seen.events if e.stamp is not None]
    if seen.problem is not None or not times:
        return False
    return min(times) >= _earliest(shipment) and _arrives(shipment, seen)


def _earliest(shipment: Shipment) -> datetime:
    known = [t for t in (_shipped(shipment), shipment.order.placed_at) if t is not None]
    if not known:
        return shipment.created_at - BEFORE_REGISTRATION
    return min(*known, shipment.created_at) - BEFORE_SHIPPING


def _shipped(shipment: Shipment) -> datetime | None:
    day = shipment.shipped_on
    return None if day is None else datetime.combine(day, time(), UTC)


def _arrives(shipment: Shipment, seen: Tracking) -> bool:
    wanted = _plain(shipment.postal)
    reached = [
        _plain(event.place.postal)
        for event in seen.events
        if event.meaning.status is Status.DELIVERED
    ]
    return all(
        wanted.startswith(postal) or postal.startswith(wanted) for postal in reached
    )


def _plain(postal: str | None) -> str:
    return "".join(c for c in postal or "" if c.isalnum()).casefold()
