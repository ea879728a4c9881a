"""History out of late, edited, repeated, reordered and zone-less scans."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from track_service.core.journey import Condition, after, is_money
from track_service.core.merging import Change as Change
from track_service.core.merging import Known as Known
from track_service.core.merging import merge as merge
from track_service.core.ordering import in_order as in_order
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.tracking import Event, Precision, Stamp, Tracking


def current(
    events: Iterable[Event],
    fallback: timedelta | None = None,
    *,
    inward: bool = False,
) -> Meaning:
    """Return the parcel's condition out of its whole history, UNKNOWN if it says none.

    A late in-transit scan does not undo a delivery, a return after it does; a label
    printed late does not undo the hand-over; a scan after a cancellation does undo it.
    `core.journey` holds the rules. An `inward` parcel is a return from the first.
    """
    meaning = UNKNOWN
    for _, condition_then in _walk(events, fallback, inward=inward):
        meaning = condition_then.meaning
    return meaning


def opened_by(events: Iterable[Event]) -> Event | None:
    """Return the scan since which the present status and sub-status have held."""
    opener, held = None, UNKNOWN
    for event, then in _walk(events):
        if (then.meaning.status, then.meaning.sub) != (held.status, held.sub):
            opener, held = event, then.meaning
    return opener


def delivered_stamp(events: Iterable[Event], stated: Stamp | None) -> Stamp | None:
    """Return when the parcel was delivered, None where it is not or we cannot tell.

    That is what the carrier states beside its scans, else the scan that delivered; of
    a stated day and a scan's time on that day the time, which says more. The day on
    which collected money was settled is never the day of delivery.
    """
    stamp: Stamp | None = None
    now = UNKNOWN
    for event, then in _walk(events):
        now = then.meaning
        if now.status is not Status.DELIVERED:
            stamp = None
        elif event.meaning.status is Status.DELIVERED and not is_money(event.meaning):
            stamp = stamp or event.stamp
    if now.status is not Status.DELIVERED:
        return stated if now == UNKNOWN else None
    return stamp if stated is None or _refines(stamp, stated) else stated


def _refines(stamp: Stamp | None, stated: Stamp) -> bool:
    if stamp is None or stated.precision is not Precision.DAY:
        return False
    return stamp.local.date() == stated.local.date()


def _walk(
    events: Iterable[Event],
    fallback: timedelta | None = None,
    *,
    inward: bool = False,
) -> Iterator[tuple[Event, Condition]]:
    state = Condition(inward=inward)
    for event in in_order(events, fallback):
        state = after(state, event.meaning)
        yield event, state


def condition(tracking: Tracking) -> Meaning:
    """Return what one answer says of the parcel.

    Its scans first and what is ahead of them, then what it states.
    """
    state = Condition()
    for _, then in _walk(tracking.events):
        state = then
    if tracking.ahead is not None:
        state = after(state, tracking.ahead.meaning)
    return tracking.stated if state.meaning == UNKNOWN else state.meaning
