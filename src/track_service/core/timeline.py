"""History out of late, edited, repeated, reordered and zone-less scans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.tracking import Event, Stamp, Tracking

_NO_TIME = datetime.min.replace(tzinfo=UTC)


def in_order(events: Iterable[Event], fallback: timedelta = timedelta()) -> list[Event]:
    """Return the events oldest first, the same for every order they came in.

    Scans of one minute follow the usual life of a parcel. `fallback` is the offset by
    which zone-less times are placed among the others: for order alone, never shown.
    """
    return sorted(events, key=lambda e: (*_place_in_time(e, fallback), e.key))


def _place_in_time(event: Event, fallback: timedelta) -> tuple[datetime, int]:
    return ordering_time(event.stamp, fallback), event.meaning.status.rank


def ordering_time(stamp: Stamp | None, fallback: timedelta) -> datetime:
    """Return an instant to sort by; a scan without any time comes first."""
    if stamp is None:
        return _NO_TIME
    at = stamp.at or (stamp.local - fallback).replace(tzinfo=UTC)
    return at.replace(second=0, microsecond=0)


def current(events: Iterable[Event]) -> Meaning:
    """Return the parcel's condition out of its whole history, UNKNOWN if it says none.

    A late in-transit scan does not undo a delivery, a return after it does; a label
    printed late does not undo the hand-over; a scan after a cancellation does undo it.
    """
    state = UNKNOWN
    for event in in_order(events):
        if _moves(state.status, event.meaning.status):
            state = event.meaning
    return state


def _moves(before: Status, then: Status) -> bool:
    if then is Status.UNKNOWN:
        return False
    if before is Status.DELIVERED:
        return then in {Status.DELIVERED, Status.RETURNING, Status.RETURNED}
    if before is Status.RETURNED:
        return then is Status.RETURNED
    if before is Status.RETURNING and then is Status.DELIVERED:
        return True
    return before.before_hand_over or not then.before_hand_over


def condition(tracking: Tracking) -> Meaning:
    """Return what one answer says of the parcel: its scans first, then what it states."""
    of_scans = current(tracking.events)
    return tracking.stated if of_scans == UNKNOWN else of_scans


@dataclass(frozen=True, slots=True)
class Known:
    """A scan that the history holds: who told it first, and whether it was withdrawn."""

    event: Event
    source: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What an answer adds to a history: new scans, keys withdrawn, keys restored."""

    added: tuple[Event, ...] = ()
    withdrawn: frozenset[str] = frozenset()
    restored: frozenset[str] = frozenset()


def merge(known: Sequence[Known], seen: Tracking, *, source: str) -> Change:
    """Return what `seen`, told by `source` ("pull:ups", "push:ghn"), changes."""
    raise NotImplementedError
