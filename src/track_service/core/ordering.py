"""Scans in the order in which they happened, whatever order they came in."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from track_service.core.tracking import Event, Stamp

_NO_TIME = datetime.min.replace(tzinfo=UTC)


def in_order(events: Iterable[Event], fallback: timedelta | None = None) -> list[Event]:
    """Return the events oldest first, the same for every order they came in.

    Scans of one minute follow the usual life of a parcel. `fallback` is the offset by
    which zone-less times are placed among the others, for order alone, never shown;
    None takes the offset that most of these scans state.
    """
    scans = list(events)
    offset = usual_offset(scans) if fallback is None else fallback
    return sorted(scans, key=lambda e: (*_place_in_time(e, offset), *_identity(e)))


def ordering_time(stamp: Stamp | None, fallback: timedelta = timedelta()) -> datetime:
    """Return an instant to sort by; a scan without any time comes first."""
    if stamp is None:
        return _NO_TIME
    at = stamp.at or (stamp.local - fallback).replace(tzinfo=UTC)
    return at.replace(second=0, microsecond=0)


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
