"""When to ask a carrier again: often when news is likely, rarely when it is not."""

from datetime import UTC, datetime, timedelta, tzinfo
from enum import IntEnum

from track_service.core.calendar import local_day, today
from track_service.core.motion import last_news
from track_service.core.parcel import Shipment
from track_service.core.rhythm import DAILY, wait
from track_service.core.status import ENDED_BADLY, Status

VIEWED = timedelta(minutes=10)  # for so long after a look the shopper may wait
WHILE_VIEWED = timedelta(minutes=7)
SILENT = timedelta(days=30)
FIRST_RETRY = timedelta(minutes=5)
LAST_RETRY = timedelta(hours=6)
REMEMBERED = timedelta(days=90)  # for about so long carriers know a parcel

# For how long after an end to look, daily, whether it is revoked.
_REVOCABLE = {
    Status.DELIVERED: timedelta(days=7),
    Status.RETURNED: timedelta(days=3),
    Status.CANCELLED: timedelta(days=3),
}


class Urgency(IntEnum):
    """Who goes first where an account's budget cannot serve all; lower is sooner."""

    NOW = 0  # looked at, failed attempt, due today, out for delivery
    SOON = 1  # first scan expected, on the way
    LATER = 2  # silent, delivered, of a past order


def first_poll(shipment: Shipment, *, now: datetime) -> datetime | None:
    """Return when to ask first: at once, but never for what is long past."""
    placed = shipment.order.placed_at
    begun = shipment.shipped_on or (placed and placed.date())
    forgotten = (now - REMEMBERED).date()
    past = shipment.quiet and (begun is None or begun < forgotten)
    return None if past else now


def next_poll(
    shipment: Shipment,
    *,
    now: datetime,
    zone: tzinfo,
    jitter: float,
    pushed: bool = False,
) -> datetime | None:
    """Return when to ask next, None to stop (resumable).

    `jitter` is in 0…1 and moves the wait by a tenth either way; `pushed` tells that a
    live push feed makes polling a safety net. Every scan makes us ask often again; an
    end is watched daily for some days, and thirty days of silence end the asking. Of a
    past order's parcel we only learn how it ended: once, unless it is on its way still.
    """
    status = shipment.meaning.status
    if shipment.quiet and (status.is_final or not shipment.events):
        return None
    silence = now - last_news(shipment, now=now, zone=zone)
    ended = _REVOCABLE.get(status)
    viewed = ended is None and _is_viewed(shipment, now)
    if silence >= (ended or SILENT) and not viewed:
        return None
    if pushed or ended is not None or _is_lost(shipment):
        span = DAILY
    else:
        span = wait(
            shipment.meaning,
            silence=silence,
            local=_clock(shipment, now=now, zone=zone),
            due=_is_due(shipment, now=now, zone=zone),
        )
    if viewed and not pushed:
        span = min(span, WHILE_VIEWED)
    return now + _jittered(span, jitter)


def after_failure(
    failures: int, *, now: datetime, jitter: float, retry_after: timedelta | None = None
) -> datetime:
    """Return when to ask again after `failures` failed questions in a row (1 or more).

    Five minutes, doubled each time up to six hours, a tenth either way by `jitter`
    (0…1); never sooner than the carrier asked for by `retry_after`.
    """
    doublings = min(max(failures, 1) - 1, 10)
    span = _jittered(min(FIRST_RETRY * 2**doublings, LAST_RETRY), jitter)
    return now + max(span, retry_after or span)


def urgency(shipment: Shipment, *, now: datetime, zone: tzinfo) -> Urgency:
    """Return how soon a parcel deserves a call of a scarce budget."""
    status = shipment.meaning.status
    if shipment.quiet or status in _REVOCABLE or _is_lost(shipment):
        return Urgency.LATER
    pressing = status in {Status.OUT_FOR_DELIVERY, Status.ATTEMPT_FAILED}
    if pressing or _is_viewed(shipment, now) or _is_due(shipment, now=now, zone=zone):
        return Urgency.NOW
    silence = now - last_news(shipment, now=now, zone=zone)
    return Urgency.LATER if silence >= 2 * DAILY else Urgency.SOON


def _clock(shipment: Shipment, *, now: datetime, zone: tzinfo) -> datetime:
    """The wall clock where the parcel is: by its newest scan, else where it goes."""
    newest = shipment.events[-1].stamp if shipment.events else None
    if newest is None or newest.offset is None:
        return now.astimezone(zone).replace(tzinfo=None)
    return now.astimezone(UTC).replace(tzinfo=None) + newest.offset


def _is_viewed(shipment: Shipment, now: datetime) -> bool:
    return shipment.viewed_at is not None and now - shipment.viewed_at <= VIEWED


def _is_due(shipment: Shipment, *, now: datetime, zone: tzinfo) -> bool:
    """Whether the carrier, or else the shop, says that it comes today."""
    if shipment.meaning.status in {Status.RETURNING, Status.AVAILABLE_FOR_PICKUP}:
        return False
    day, window = today(now, zone), shipment.window
    if window is not None:
        return local_day(window.start, zone) <= day <= local_day(window.until, zone)
    return shipment.promised_on == day


def _is_lost(shipment: Shipment) -> bool:
    return (shipment.meaning.status, shipment.meaning.sub) in ENDED_BADLY


def _jittered(span: timedelta, jitter: float) -> timedelta:
    return span * (0.9 + 0.2 * jitter)
