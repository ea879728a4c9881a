"""Whether a parcel gives signs of life; only time in which we could see counts."""

from datetime import datetime, timedelta, tzinfo

from track_service.core.blindness import put_off
from track_service.core.calendar import after_working, end_of, latest
from track_service.core.judgement import MotionState
from track_service.core.parcel import Shipment
from track_service.core.status import WILL_NOT_COME, Status

# Of working time without news, where nothing is known of the lane and the leg.
QUIET_AFTER = timedelta(days=2)
STALLED_AFTER = timedelta(days=4)


def motion_state(shipment: Shipment, *, now: datetime, zone: tzinfo) -> MotionState:
    """Return how long the carrier has had nothing to tell, as far as we have seen.

    Silence ends at the carrier's last answer: while it does not answer, none grows. A
    parcel at its end, or waiting to be collected, owes no sign of life.
    """
    if rests(shipment) or shipment.seen_at is None:
        return MotionState.MOVING
    quiet_at, stalled_at = ends(shipment, now=now, zone=zone)
    seen = min(shipment.seen_at, now)
    if seen >= stalled_at:
        return MotionState.STALLED
    return MotionState.QUIET if seen >= quiet_at else MotionState.MOVING


def turns(shipment: Shipment, *, now: datetime, zone: tzinfo) -> list[datetime]:
    """Return when a further silence would change the state."""
    return [] if rests(shipment) else list(ends(shipment, now=now, zone=zone))


def last_news(shipment: Shipment, *, now: datetime, zone: tzinfo) -> datetime:
    """Return the instant (aware UTC) of the last sign of life, not after `now`.

    Before the hand-over that is also when we were told of the parcel, and the end of
    the day on which the shop meant to hand it over.
    """
    signs = [latest(e.stamp, zone) for e in shipment.events if e.stamp is not None]
    if not signs or shipment.meaning.status.before_hand_over:
        signs.append(shipment.created_at)
        if shipment.shipped_on:
            signs.append(end_of(shipment.shipped_on, zone))
    return min(max(signs), now)


def ends(
    shipment: Shipment, *, now: datetime, zone: tzinfo
) -> tuple[datetime, datetime]:
    """Return when its silence becomes unusual, and when a standstill (aware UTC).

    Time in which we were blind is left out.
    """
    news = last_news(shipment, now=now, zone=zone)
    quiet_at, stalled_at = (
        put_off(at, shipment, news=news, zone=zone)
        for at in limits(shipment, now=now, zone=zone)
    )
    return quiet_at, stalled_at


def limits(
    shipment: Shipment, *, now: datetime, zone: tzinfo
) -> tuple[datetime, datetime]:
    """Return the same as `ends` would be had we always seen.

    As foreseen for its lane and leg, else by rule.
    """
    if shipment.outlook is not None:
        return shipment.outlook.quiet_at, shipment.outlook.stalled_at
    news = last_news(shipment, now=now, zone=zone)
    quiet_at, stalled_at = (
        after_working(news, span, zone) for span in (QUIET_AFTER, STALLED_AFTER)
    )
    return quiet_at, stalled_at


def rests(shipment: Shipment) -> bool:
    """Tell whether a parcel is at its end, waits to be collected, or is a return."""
    status, sub = shipment.meaning.status, shipment.meaning.sub
    waits = status is Status.AVAILABLE_FOR_PICKUP
    over = status.is_final or (status, sub) in WILL_NOT_COME
    return waits or shipment.inward or over
