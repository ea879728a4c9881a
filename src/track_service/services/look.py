"""One look at a parcel: what an answer changes, what it means, who must be told.

Pure: out of what is held and what was seen comes an `Outcome` that store writes whole.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from track_service.core import cadence
from track_service.core.blindness import endured
from track_service.core.journey import homeward
from track_service.core.motion import last_news
from track_service.core.parcel import Shipment
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.taking import take
from track_service.core.tidying import clean, tidy, tidy_detail
from track_service.core.timeline import (
    Change,
    current,
    delivered_stamp,
    in_order,
)
from track_service.core.tracking import Event, Tracking, Trouble
from track_service.services.naming import named
from track_service.services.verdict import Eye as Eye
from track_service.services.verdict import judged
from track_service.store.history import Outcome
from track_service.store.shipments import Held

# The carrier was reached and spoke of this number: we are not blind.
_ANSWERED = {Trouble.NOT_FOUND, Trouble.INVALID_NUMBER, Trouble.INPUT_NEEDED}
_NAME = 120  # characters of a signer's name
_CARRIER = 80  # and of a carrier's


def answered(held: Held, seen: Tracking, eye: Eye, *, source: str) -> Outcome:
    """Return what a carrier's answer (or push) about one parcel comes to.

    `eye.now` is when the carrier was asked (or pushed): it may have told more since.
    """
    before, pushed = held.shipment, source.startswith("push:")
    own = source == f"pull:{before.carrier}" and seen.problem is None
    seen = _tidied(seen)
    change = take(held.known, seen, source=source, carrier=before.carrier)
    moved = _moved(held, seen, change, eye.now)
    news = last_news(moved, now=eye.now, zone=ZoneInfo(before.brand.zone))
    after = replace(
        moved,
        window=seen.window or before.window,
        detail=before.detail.and_then(seen.detail),
        carrier_named=named(seen.carrier) or before.carrier_named,
        asked_of=None if own else before.asked_of,
        own_after=None if own else before.own_after,
        asked_at=before.asked_at if pushed else eye.now,
        seen_at=max(before.seen_at or eye.now, eye.now),  # a push may have come since
        blind=endured(moved, news=news, now=eye.now),
        pushed_at=eye.now if pushed else before.pushed_at,
        paused_at=None,
        trouble=seen.problem.kind if seen.problem else None,
        failures=0,
    )
    outcome = judged(held, after, eye, source=source, change=change)
    return replace(outcome, money=seen.money)


def read_again(held: Held, seen: Tracking, eye: Eye, *, source: str) -> Outcome:
    """Return what an old answer comes to that is read anew: its scans, nothing else.

    It tells neither what has been taken back since, nor what is expected now, nor that
    we see the carrier today.
    """
    seen = replace(seen, stated=UNKNOWN, ahead=None, window=None, complete=False)
    seen = _tidied(seen)
    fallen = {known.event.key for known in held.known if known.withdrawn}
    scans = tuple(event for event in seen.events if event.key not in fallen)
    rest = replace(seen, events=scans)
    carrier = held.shipment.carrier
    change = take(held.known, rest, source=source, carrier=carrier)
    if change.restored:  # by a vaguer twin of what has been taken back
        change = Change(change.added)
    after = _moved(held, seen, change, eye.now)
    outcome = judged(held, after, eye, source=source, change=change)
    return replace(outcome, asked=False, money=seen.money)


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
    outcome = judged(held, after, eye, source="")
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
    return replace(judged(held, held.shipment, eye, source=""), asked=False)


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
        ahead=seen.ahead and tidy(seen.ahead),
        signed_by=clean(seen.signed_by, _NAME),
        carrier=clean(seen.carrier, _CARRIER),
        detail=tidy_detail(seen.detail),
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
    of_scans = current(events, inward=before.inward)
    if of_scans != UNKNOWN:
        return of_scans
    if seen.stated == UNKNOWN:
        return before.meaning
    return homeward(seen.stated) if before.inward else seen.stated


def untouched(held: Held) -> Outcome:
    """Return a look that changes nothing."""
    return Outcome(held.shipment, source="", asked=False)
