"""Scans in the order in which they happened, whatever order they came in."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter

from track_service.core.tracking import Event, Precision, Stamp

_NO_TIME = datetime.min.replace(tzinfo=UTC)


def in_order(events: Iterable[Event], fallback: timedelta | None = None) -> list[Event]:
    """Return the events oldest first, the same for every order they came in.

    Scans of one minute follow the usual life of a parcel. `fallback` is the offset by
    which zone-less times are placed among the others, for order alone, never shown;
    None takes the offset that most of these scans state.
    """
    scans = list(events)
    offset = usual_offset(scans) if fallback is None else fallback
    placed = sorted(
        ((_place_in_time(event, offset), event) for event in scans), key=itemgetter(0)
    )
    ordered: list[Event] = []
    for _, alike in groupby(placed, key=itemgetter(0)):
        of_one_place = [event for _, event in alike]
        if len(of_one_place) > 1:  # seldom, and an identity is dear
            of_one_place.sort(key=_identity)
        ordered += of_one_place
    return ordered


def ordering_time(stamp: Stamp | None, fallback: timedelta = timedelta()) -> datetime:
    """Return an instant to sort by; a scan without any time comes first."""
    if stamp is None:
        return _NO_TIME
    offset = None if stamp.precision is Precision.DAY else stamp.offset
    at = stamp.local - (fallback if offset is None else offset)
    return at.replace(second=0, microsecond=0, tzinfo=UTC)


def usual_offset(events: Iterable[Event]) -> timedelta:
    """Return the offset that most of these scans state, none (0) where none does."""
    stated = Counter(
        e.stamp.offset for e in events if e.stamp and e.stamp.offset is not None
    )
    if not stated:
        return timedelta()
    return max(stated, key=lambda offset: (stated[offset], -offset))


def _place_in_time(event: Event, fallback: timedelta) -> tuple[datetime, int]:
    return ordering_time(event.stamp, fallback), event.meaning.status.rank


def _identity(event: Event) -> tuple[str, ...]:
    """The key decides; the rest settles the order of one scan told in other words."""
    words = (event.meaning.cause, event.code, event.description)
    second = event.stamp.local.isoformat() if event.stamp else ""
    return (event.key, second, *(word or "" for word in words))
