"""Which offset a place's clock shows: a local time gains it where that is beyond doubt.

The table `places.tsv` names the zones of each country, of the states and provinces of
a few, and of the cities where a country or a state keeps several. All clocks that a
place could keep must show the same at that hour; a name that stands for several places
stands for all their clocks. An hour that comes twice or never has no offset.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from track_service.core.ordering import ordering_time, usual_offset
from track_service.core.status import Status
from track_service.core.tracking import Event, Place, Precision, Stamp, Tracking

# No code is both a state's and a province's: it tells the country, where none is said.
_TOLD_BY_REGION = frozenset({"US", "CA"})
_Key = tuple[str, str, str]


def located(tracking: Tracking, *, home: str | None = None) -> Tracking:
    """Return what was told with the offsets that its scans' places tell.

    `home` is the one country in which a carrier works, None if there are several. The
    time of delivery gains the offset of the scan that it repeats.
    """
    told = (*tracking.events, *filter(None, (tracking.ahead,)))
    if not any(_is_open(event.stamp) for event in told):
        return tracking
    events = tuple(_located(event, home) for event in tracking.events)
    delivered = tracking.delivered_at
    if _is_open(delivered):
        exact = {
            new.stamp
            for old, new in zip(tracking.events, events, strict=True)
            if old.stamp == delivered and new.meaning.status is Status.DELIVERED
        }
        delivered = exact.pop() if len(exact) == 1 else delivered
    return replace(
        tracking,
        events=_by_instant(events),
        ahead=tracking.ahead and _located(tracking.ahead, home),
        delivered_at=delivered,
    )


def offset_at(
    place: Place, stamp: Stamp, *, home: str | None = None
) -> timedelta | None:
    """Return what the place's clock shows beside UTC then, None where there is doubt."""
    country, region = (place.country or "").upper(), _plain_region(place.region)
    if not country and home in _TOLD_BY_REGION and (home, region, "") in _table():
        country = home
    if not country:
        return None
    known: timedelta | None = None
    for zone in _zones(country, region, place.city or ""):
        for fold in (0, 1):
            shown = stamp.local.replace(tzinfo=zone, fold=fold).utcoffset()
            if known is not None and shown != known:
                return None
            known = shown
    return known


def clock_at(place: Place, now: datetime) -> tzinfo | None:
    """Return the clock that a place keeps, None where there is doubt what it shows now."""
    if not place.country:
        return None
    country, region = place.country.upper(), _plain_region(place.region)
    zones = _zones(country, region, place.city or "")
    shown = {now.astimezone(zone).utcoffset() for zone in zones}
    return zones[0] if len(shown) == 1 else None


def _is_open(stamp: Stamp | None) -> bool:
    return (
        stamp is not None
        and stamp.offset is None
        and stamp.precision is not Precision.DAY
    )


def _located(event: Event, home: str | None) -> Event:
    stamp = event.stamp
    if stamp is None or not _is_open(stamp):
        return event
    offset = offset_at(event.place, stamp, home=home)
    if offset is None:
        return event
    exact = Stamp(stamp.local, offset, stamp.precision)
    # Not `replace`, which takes three times as long, for every scan of an answer.
    return Event(exact, event.meaning, event.code, event.description, event.place)


def _by_instant(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Clocks of several places may have told another order than their instants do."""
    if len({e.stamp.offset for e in events if e.stamp is not None}) == 1:
        return events
    usual = usual_offset(events)
    return tuple(sorted(events, key=lambda e: ordering_time(e.stamp, usual)))


@lru_cache(maxsize=20_000)
def _zones(country: str, region: str, city: str) -> tuple[ZoneInfo, ...]:
    """Return all the clocks that a place could keep.

    A region of a country whose regions we know must be one of them: what is not, may
    be anywhere.
    """
    table, name = _table(), _plain(city)
    if region and country in _with_regions():
        held = table.get((country, region, name)) or table.get((country, region, ""))
    else:
        held = table.get((country, "", name)) or table.get((country, "", ""))
    return tuple(ZoneInfo(zone) for zone in held or ())


def _plain_region(region: str | None) -> str:
    return (region or "").strip().upper()


def _plain(name: str) -> str:
    """Return a name without case, accents and punctuation."""
    bare = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(re.findall(r"[^\W_]+", re.sub("[\u0300-\u036f]", "", bare)))


@cache
def _with_regions() -> frozenset[str]:
    return frozenset(country for country, region, _ in _table() if region)


@cache
def _table() -> Mapping[_Key, tuple[str, ...]]:
    """Return the zones by country, region and city ("" for the whole of it)."""
    table: dict[_Key, tuple[str, ...]] = {}
    held = files("track_service.core").joinpath("places.tsv")
    for line in held.read_text(encoding="utf-8").splitlines()[1:]:
        country, region, zones, cities = line.split("\t")
        clocks = tuple(zones.split())
        for city in cities.split("|"):
            table[country, region, city] = clocks
    return table
