"""Lessons: what the history of a parcel teaches of its lane, leg by leg."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

from babel.core import get_global

from track_service.core.calendar import latest
from track_service.core.committed import usual
from track_service.core.eta.trip import Spot, Trip
from track_service.core.legs import Begun, Leg, arrival, begun, leg_of
from track_service.core.parcel import Address, Shipment
from track_service.core.promise import is_lost
from track_service.core.status import Status
from track_service.core.tracking import Event, Place

_NEVER = frozenset(
    {Status.RETURNING, Status.RETURNED, Status.CANCELLED, Status.EXPIRED}
)
_POSTAL = 3  # characters: an area, and nobody's address
# Whoever has it on these legs delivers it: the scan is in the country it goes to.
_THERE = frozenset({Leg.NEAR, Leg.OUT, Leg.RETRY})


@dataclass(frozen=True, slots=True)
class Lesson:
    """One thing that happened to a parcel at a naive local time.

    It departed on a leg (`trip`), was silent on one until then (`since`), or came, or
    never will (`leg` is None). `offs`: by how many days its carrier's date of each leg
    was off when it came.
    """

    at: datetime
    leg: Leg | None
    trip: Trip | None = None
    since: datetime | None = None
    came: bool = False
    offs: tuple[tuple[Leg, int], ...] = ()


def lessons(
    shipment: Shipment,
    new: Collection[str],
    *,
    read: Collection[str] = (),
    stated: Sequence[tuple[datetime, date]] = (),
) -> list[Lesson]:
    """Return what the scans of the keys `new` teach, in order of time.

    A return parcel teaches nothing of the way to shoppers. Where its arrival was `read` before, a parcel departs no more. Of a past order's parcel that has not come nothing is learnt: nobody follows it.
    `stated` are the dates that its carrier named, oldest first, each with its instant.
    """
    if shipment.inward:
        return []
    zone = ZoneInfo(shipment.brand.zone)
    came = arrival(shipment.events)
    if came is None and shipment.quiet:
        return []
    found = [*_silences(shipment, new, zone)]
    if came is None or came.key not in read:
        found += _departures(shipment, new, zone)
    if came is not None and came.key in new:
        at = _local(came, zone)
        offs = _offs(shipment, stated, at, zone)
        found.append(Lesson(at, None, came=True, offs=tuple(offs)))
    elif came is None and _will_not_come(shipment):
        last = max((_local(e, zone) for e in shipment.events if e.stamp), default=None)
        found += [Lesson(last, None)] if last else []
    return sorted(found, key=lambda lesson: (lesson.at, lesson.leg is None))


def trip(shipment: Shipment, leg: Begun, *, start: datetime) -> Trip:
    """Return what is known of a parcel when a leg begins at `start` (naive, local).

    A return goes to the shop, whatever address its order had.
    """
    zone, placed = ZoneInfo(shipment.brand.zone), shipment.order.placed_at
    home = country_of(shipment.brand.zone)
    place = leg.scan.place if leg.scan else Place()
    there = (place.country if leg.leg in _THERE else None) or home
    address = Address() if shipment.inward else shipment.order.address
    known = Trip(
        start,
        carrier=shipment.carrier,
        origin=Spot(
            (place.country or home).upper(),
            (place.region or place.city or "").casefold(),
            (place.postal or "")[:_POSTAL],
        ),
        service=service_of(shipment.service),
        destination=destination(address, shipment.postal, there),
        ordered_at=placed and placed.astimezone(zone).replace(tzinfo=None),
        promised_on=shipment.promised_on,
    )
    if known.abroad and address.country and leg.leg not in _THERE:
        return known  # what carriers commit to is told of parcels inland
    return replace(known, committed=usual(shipment.carrier, leg.leg))


def destination(address: Address, postal: str | None, country: str) -> Spot:
    """Return where a parcel goes, as coarse as figures may keep it: nobody's home.

    `postal` is the parcel's own code, which counts before its order's; `country` is
    taken where the address names none.
    """
    return Spot(
        (address.country or country).upper(),
        (address.region or "").casefold(),
        (postal or address.postal or "")[:_POSTAL],
    )


def service_of(stated: str | None) -> str:
    """Return by what a service is told from others, however it is capitalised."""
    return (stated or "").casefold()


def coarse(of: Trip) -> Trip:
    """Return the trip as every shop's are alike: by carrier and countries alone."""
    return replace(
        of,
        service="",  # what one shop calls express is another's standard
        origin=Spot(of.origin.country),
        destination=Spot(of.destination.country),
        ordered_at=None,
    )


def country_of(zone: str) -> str:
    """Return the country that keeps a zone (ISO 3166), empty where none is known."""
    found = get_global("zone_territories").get(zone, "")
    return "" if found == "001" else str(found)


def _offs(
    shipment: Shipment,
    stated: Sequence[tuple[datetime, date]],
    came: datetime,
    zone: tzinfo,
) -> Iterator[tuple[Leg, int]]:
    """Of each leg, the date that stood when it began, else the first of that leg."""
    dates = [(at.astimezone(zone).replace(tzinfo=None), day) for at, day in stated]
    legs = begun(shipment.events)
    ends = [*(_local(leg.scan, zone) for leg in legs[1:] if leg.scan), came]
    # One of which we first hear that it came was on no leg that we know of.
    for leg, end in zip(legs, ends, strict=False):
        if leg.scan is None:
            continue
        start = _local(leg.scan, zone)
        stood = [day for at, day in dates if at <= start][-1:]
        named = stood or [day for at, day in dates if at < end][:1]
        if named:
            yield leg.leg, (came.date() - named[0]).days


def _departures(
    shipment: Shipment, new: Collection[str], zone: tzinfo
) -> Iterator[Lesson]:
    met: set[Leg] = set()
    for leg in begun(shipment.events):
        if leg.scan is None or leg.leg in met:
            continue
        met.add(leg.leg)
        if leg.scan.key in new:
            start = _local(leg.scan, zone)
            yield Lesson(start, leg.leg, trip=trip(shipment, leg, start=start))


def _silences(
    shipment: Shipment, new: Collection[str], zone: tzinfo
) -> Iterator[Lesson]:
    scans: Sequence[Event] = [e for e in shipment.events if e.stamp is not None]
    for before, after in pairwise(scans):
        leg = leg_of(before.meaning)
        start, end = _local(before, zone), _local(after, zone)
        if leg is not None and after.key in new and end > start:
            yield Lesson(end, leg, since=start)


def _local(event: Event, zone: tzinfo) -> datetime:
    assert event.stamp is not None  # noqa: S101  callers have looked
    return latest(event.stamp, zone).astimezone(zone).replace(tzinfo=None)


def _will_not_come(shipment: Shipment) -> bool:
    return shipment.meaning.status in _NEVER or is_lost(shipment.meaning)
