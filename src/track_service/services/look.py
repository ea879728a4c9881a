"""One look at a parcel: what an answer changes, what it means, who must be told.

Pure: out of what is held and what was seen comes an `Outcome` that store writes whole.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from track_service.core import cadence, notices
from track_service.core.delay import Judgement, judge
from track_service.core.parcel import Shipment
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.tidying import clean, tidy
from track_service.core.timeline import (
    Change,
    current,
    delivered_stamp,
    in_order,
    merge,
)
from track_service.core.tracking import Event, Tracking, Trouble, Window
from track_service.store.history import Outcome, Promised
from track_service.store.shipments import Held

# The carrier was reached and spoke of this number: we are not blind.
_ANSWERED = {Trouble.NOT_FOUND, Trouble.INVALID_NUMBER, Trouble.INPUT_NEEDED}
_NAME = 120  # characters of a signer's name
_PUSH_FEED_LIVE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Eye:
    """What a look needs beside the parcel: the time, a jitter in 0…1, names for notices."""

    now: datetime
    jitter: Callable[[], float]
    name: Callable[[], str]


def answered(held: Held, seen: Tracking, eye: Eye, *, source: str) -> Outcome:
    """Return what a carrier's answer (or push) about one parcel comes to."""
    before, pushed = held.shipment, source.startswith("push:")
    seen = _tidied(seen)
    change = merge(held.known, seen, source=source)
    after = replace(
        _moved(held, seen, change, eye.now),
        window=seen.window or before.window,
        asked_at=before.asked_at if pushed else eye.now,
        seen_at=eye.now,
        pushed_at=eye.now if pushed else before.pushed_at,
        paused_at=None,
        trouble=seen.problem.kind if seen.problem else None,
        failures=0,
    )
    return _judged(held, after, eye, source=source, change=change)


def read_again(held: Held, seen: Tracking, eye: Eye, *, source: str) -> Outcome:
    """Return what an old answer comes to that is read anew: its scans, nothing else.

    It tells neither what has been taken back since, nor what is expected now, nor that
    we see the carrier today.
    """
    seen = _tidied(replace(seen, stated=UNKNOWN, window=None, complete=False))
    fallen = {known.event.key for known in held.known if known.withdrawn}
    scans = tuple(event for event in seen.events if event.key not in fallen)
    change = merge(held.known, replace(seen, events=scans), source=source)
    if change.restored:  # by a vaguer twin of what has been taken back
        change = Change(change.added)
    after = _moved(held, seen, change, eye.now)
    outcome = _judged(held, after, eye, source=source, change=change)
    return replace(outcome, asked=False)


def failed(
    held: Held,
    trouble: Trouble | str,
    eye: Eye,
    *,
    retry_after: timedelta | None = None,
) -> Outcome:
    """Return what a question comes to that the carrier did not answer.

    That is no reason to give a parcel up, and none to take it up again.
    """
    before = held.shipment
    after = replace(
        before, asked_at=eye.now, trouble=str(trouble), failures=before.failures + 1
    )
    outcome = _judged(held, after, eye, source="")
    again = cadence.after_failure(
        after.failures, now=eye.now, jitter=eye.jitter(), retry_after=retry_after
    )
    return replace(
        outcome,
        shipment=replace(outcome.shipment, paused_at=before.paused_at),
        poll_after=None if before.paused_at else again,
    )


def by_time(held: Held, eye: Eye) -> Outcome:
    """Return what has become of a parcel by the passing of time alone."""
    return replace(_judged(held, held.shipment, eye, source=""), asked=False)


def is_answer(tracking: Tracking) -> bool:
    """Tell whether a carrier's reading is about the parcel, not about our call."""
    return tracking.problem is None or tracking.problem.kind in _ANSWERED


def _tidied(seen: Tracking) -> Tracking:
    """Return what can be stored of an answer.

    A condition that a carrier states without any scan is kept as a timeless one.
    """
    seen = replace(
        seen,
        events=tuple(tidy(event) for event in seen.events),
        signed_by=clean(seen.signed_by, _NAME),
    )
    if seen.events or seen.stated == UNKNOWN or seen.problem:
        return seen
    return replace(seen, events=(Event(None, seen.stated),), complete=False)


def _moved(held: Held, seen: Tracking, change: Change, now: datetime) -> Shipment:
    """Return the parcel with its history, and what that says of it."""
    before = held.shipment
    events = _standing(held, change, now)
    meaning = _meaning(before, events, seen)
    delivered_at = None
    if meaning.status is Status.DELIVERED:
        delivered_at = delivered_stamp(events, seen.delivered_at) or before.delivered_at
    return replace(
        before,
        events=events,
        meaning=meaning,
        delivered_at=delivered_at,
        signed_by=seen.signed_by or before.signed_by,
    )


def _standing(held: Held, change: Change, now: datetime) -> tuple[Event, ...]:
    if not (change.added or change.withdrawn or change.restored):
        return held.shipment.events
    zone = ZoneInfo(held.shipment.brand.zone)
    events = [
        known.event
        for known in held.known
        if (not known.withdrawn or known.event.key in change.restored)
        and known.event.key not in change.withdrawn
    ]
    fallback = now.astimezone(zone).utcoffset() or timedelta()
    return tuple(in_order([*events, *change.added], fallback))


def _meaning(before: Shipment, events: tuple[Event, ...], seen: Tracking) -> Meaning:
    of_scans = current(events)
    if of_scans != UNKNOWN:
        return of_scans
    return before.meaning if seen.stated == UNKNOWN else seen.stated


def _judged(
    held: Held, after: Shipment, eye: Eye, *, source: str, change: Change | None = None
) -> Outcome:
    before, zone = held.shipment, ZoneInfo(after.brand.zone)
    verdict = judge(after, now=eye.now, zone=zone)
    after = replace(
        after,
        promise_state=verdict.promise_state,
        motion_state=verdict.motion_state,
    )
    after = replace(after, version=before.version + _shows(before, after))
    pushed = after.pushed_at is not None and eye.now - after.pushed_at < _PUSH_FEED_LIVE
    poll_after = cadence.next_poll(
        after, now=eye.now, zone=zone, jitter=eye.jitter(), pushed=pushed
    )
    if poll_after is None and after.paused_at is None:
        after = replace(after, paused_at=eye.now)
    due = notices.owed(after, verdict, told=held.told, shopper_told=held.shopper_told)
    return Outcome(
        shipment=after,
        source=source,
        change=change or Change(),
        poll_after=poll_after,
        urgency=cadence.urgency(after, now=eye.now, zone=zone),
        judge_after=verdict.look_again_at,
        opened=tuple(
            c for c in verdict.concerns if (c.kind, c.cause) not in held.open_concerns
        ),
        cleared=_cleared(held, verdict),
        notices=tuple((eye.name(), notice) for notice in due),
        promised=_promised(before, after),
    )


def _cleared(held: Held, verdict: Judgement) -> tuple[tuple[str, str], ...]:
    still = {(str(c.kind), c.cause) for c in verdict.concerns}
    return tuple(sorted(held.open_concerns - still))


def _shows(before: Shipment, after: Shipment) -> bool:
    """Whether the page tells something else than before (the age of a look aside)."""
    return (
        before.events != after.events
        or before.meaning != after.meaning
        or before.window != after.window
        or before.delivered_at != after.delivered_at
        or before.promise_state != after.promise_state
        or before.motion_state != after.motion_state
        or before.trouble != after.trouble
    )


def _promised(before: Shipment, after: Shipment) -> tuple[Promised, ...]:
    window: Window | None = after.window
    if window is None or window == before.window:
        return ()
    return (Promised(window, "carrier", after.meaning.sub),)
