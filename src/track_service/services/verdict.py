"""What a parcel, as it is after a look, means: states, concerns, notices, next look."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from track_service.core import cadence, notices
from track_service.core.delay import Concern, ConcernKind, Judgement, judge
from track_service.core.expected import Source, expected
from track_service.core.news import news as good_news
from track_service.core.outlook import Outlook
from track_service.core.parcel import Shipment
from track_service.core.timeline import Change
from track_service.core.tracking import Window
from track_service.core.vouchers import apology
from track_service.core.word import news
from track_service.store.history import Outcome, Promised
from track_service.store.shipments import Held

_PUSH_FEED_LIVE = timedelta(days=2)


Foresee = Callable[[Shipment, datetime], Outlook | None]


def _as_before(shipment: Shipment, _now: datetime) -> Outlook | None:
    return shipment.outlook


@dataclass(frozen=True, slots=True)
class Eye:
    """What a look needs beside the parcel.

    The time, a jitter in 0…1, names for notices, and what is foreseen of a parcel.
    """

    now: datetime
    jitter: Callable[[], float]
    name: Callable[[], str]
    foresee: Foresee = _as_before


def judged(
    held: Held, after: Shipment, eye: Eye, *, source: str, change: Change | None = None
) -> Outcome:
    """Return the outcome of a look that left a parcel as `after`."""
    before, zone = held.shipment, ZoneInfo(after.brand.zone)
    after = replace(after, outlook=_outlook(after, eye))
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
    already = held.open_concerns if before.seen_at else _names(verdict)
    heard = held.shopper_told
    due = notices.owed(
        after, verdict, told=held.told, shopper_told=heard, already=already
    )
    sorry = apology(
        after, verdict, heard=heard, already=already, now=eye.now, zone=zone
    )
    ended = _cleared(held, verdict)
    gone = [Concern(ConcernKind(kind), cause, eye.now) for kind, cause in ended]
    due += notices.cleared(after, gone, told=held.told)
    due += good_news(before, after, gone, heard=heard, now=eye.now, zone=zone)
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
        cleared=ended,
        notices=tuple((eye.name(), notice) for notice in due),
        apology=None if sorry is None else (eye.name(), sorry),
        promised=_promised(before, after),
        news=news(before, after),
        foreseen=_changed(before.outlook, after.outlook),
        detail=None if after.detail == before.detail else after.detail,
        collect_told=after.detail.collect_by != before.detail.collect_by,
    )


def _outlook(after: Shipment, eye: Eye) -> Outlook | None:
    """What is foreseen now, and whether that is what its shopper is shown."""
    outlook = eye.foresee(after, eye.now)
    if outlook is None:
        return after.outlook
    zone = ZoneInfo(after.brand.zone)
    holds = expected(replace(after, outlook=outlook), now=eye.now, zone=zone)
    shown = holds is not None and holds.source is Source.PREDICTED
    return replace(outlook, shown=shown)


def _changed(before: Outlook | None, after: Outlook | None) -> Outlook | None:
    if before is None or after is None:
        return after
    same = replace(after, made_at=before.made_at) == before
    return None if same else after


def _cleared(held: Held, verdict: Judgement) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(held.open_concerns - _names(verdict)))


def _names(verdict: Judgement) -> frozenset[tuple[str, str]]:
    return frozenset((str(c.kind), c.cause) for c in verdict.concerns)


def _shows(before: Shipment, after: Shipment) -> bool:
    """Whether the page tells something else than before (the age of a look aside)."""
    return (
        before.events != after.events
        or before.meaning != after.meaning
        or before.window != after.window
        or before.delivered_at != after.delivered_at
        or before.detail != after.detail
        or before.carrier_named != after.carrier_named
        or before.promise_state != after.promise_state
        or before.motion_state != after.motion_state
        or before.trouble != after.trouble
        or _estimate(before) != _estimate(after)
    )


def _promised(before: Shipment, after: Shipment) -> tuple[Promised, ...]:
    """The dates that are shown from now on, and were not before."""
    found = []
    if after.window not in {None, before.window} and not after.inward:
        found.append(Promised(after.window, Source.CARRIER, after.meaning.sub))
    ours = _estimate(after)
    if ours is not None and after.outlook and ours != _estimate(before):
        found.append(Promised(ours, Source.PREDICTED, after.outlook.reason))
    return tuple(found)


def _estimate(shipment: Shipment) -> Window | None:
    """Return our window where the shopper is shown it."""
    outlook = shipment.outlook
    return outlook.window if outlook and outlook.shown else None
