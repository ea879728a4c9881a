"""News of a parcel for its shopper: a step that it has come to, or moves again."""

from collections.abc import Collection
from datetime import datetime, tzinfo

from track_service.core.calendar import latest
from track_service.core.delay import Concern, ConcernKind, Judgement
from track_service.core.journey import homeward
from track_service.core.notices import Audience, Notice
from track_service.core.parcel import Shipment
from track_service.core.promise import is_awaited
from track_service.core.steps import News, Step, reached, step_of
from track_service.core.timeline import in_order
from track_service.core.tracking import Event

STILL = frozenset({ConcernKind.STALLED, ConcernKind.PROBABLY_LOST})


def news(
    before: Shipment,
    after: Shipment,
    ended: Collection[Concern],
    *,
    heard: Collection[str],
    now: datetime,
    zone: tzinfo,
) -> list[Notice]:
    """Return what the shopper is owed of the good that a look has shown.

    Each step once, none that was passed before the shipment was given to us or, where
    it has no time, before we first looked. That it moves again hears who has `heard`
    that it stood still, unless a step says so.
    """
    customer = after.order.customer
    if after.quiet or not (customer.email or customer.phone):
        return []
    step = _of(after, reached(before.meaning.status, after.meaning.status))
    if step is not None:
        found = [_news(step, before, after, now=now, zone=zone)]
    else:
        found = [_moving(c, after, now) for c in ended if c.kind in STILL]
    return [
        Notice(one, Audience.SHOPPER, "email", f"{one.kind}:{one.cause}")
        for one in found
        if one is not None
        and after.brand.rules.tells(one.kind)
        and _was_told(one, heard)
    ]


def still_news(kind: str, shipment: Shipment, judgement: Judgement) -> bool:
    """Tell, just before sending, whether a step is still where the parcel is."""
    if kind != Step.MOVING_AGAIN:
        return _of(shipment, step_of(shipment.meaning.status)) == kind
    stands = any(concern.kind in STILL for concern in judgement.concerns)
    return is_awaited(shipment.meaning) and not stands


def _of(shipment: Shipment, step: Step | None) -> Step | None:
    """Of a return its shopper hears that the shop has it, and nothing before that."""
    if not shipment.inward:
        return step
    return Step.RETURN_RECEIVED if step is Step.RETURNED else None


def _was_told(one: News, heard: Collection[str]) -> bool:
    """Tell whether a shopper knows all that a piece of news wants, and not itself."""
    if f"{one.kind}:{one.cause}" in heard:
        return False
    return one.kind is not Step.MOVING_AGAIN or one.cause in heard


def _news(
    step: Step, before: Shipment, after: Shipment, *, now: datetime, zone: tzinfo
) -> News | None:
    scans = (e for e in in_order(after.events) if _step_of(after, e) is step)
    first = next(scans, None)
    if first is not None and first.stamp is not None:
        since = min(latest(first.stamp, zone), now)
        is_fresh = since >= after.created_at
    else:
        since, is_fresh = now, before.seen_at is not None
    return News(step, step.value, since) if is_fresh else None


def _step_of(shipment: Shipment, scan: Event) -> Step | None:
    meaning = homeward(scan.meaning) if shipment.inward else scan.meaning
    return _of(shipment, step_of(meaning.status))


def _moving(concern: Concern, after: Shipment, now: datetime) -> News | None:
    if not is_awaited(after.meaning):
        return None
    return News(Step.MOVING_AGAIN, f"{concern.kind}:{concern.cause}", now)
