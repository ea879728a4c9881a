"""Whether a parcel gives signs of life; only time in which we could see counts."""

from datetime import datetime, timedelta, tzinfo

from track_service.core.calendar import after_working, end_of, latest
from track_service.core.judgement import MotionState
from track_service.core.parcel import Shipment
from track_service.core.status import ENDED_BADLY, Status

QUIET_AFTER = timedelta(days=2)  # of working time without news
STALLED_AFTER = timedelta(days=4)


def motion_state(shipment: Shipment, *, now: datetime, zone: tzinfo) -> MotionState:
    """Return how long the carrier has had nothing to tell, as far as we have seen.

    Silence ends at the carrier's last answer: while it does not answer, none grows. A
    parcel at its end, or waiting to be collected, owes no sign of life.
    """
    if _rests(shipment) or shipment.seen_at is None:
        return MotionState.MOVING
    news = last_news(shipment, now=now, zone=zone)
    seen = min(shipment.seen_at, now)
    if seen >= after_working(news, STALLED_AFTER, zone):
        return MotionState.STALLED
    if seen >= after_working(news, QUIET_AFTER, zone):
        return MotionState.QUIET
    return MotionState.MOVING


def turns(shipment: Shipment, *, now: datetime, zone: tzinfo) -> list[datetime]:
    """Return when a further silence would change the state."""
    if _rests(shipment):
        return []
    news = last_news(shipment, now=now, zone=zone)
    return [after_working(news, span, zone) for span in (QUIET_AFTER, STALLED_AFTER)]


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


def _rests(shipment: Shipment) -> bool:
    status, sub = shipment.meaning.status, shipment.meaning.sub
    waits = status is Status.AVAILABLE_FOR_PICKUP
    return waits or status.is_final or (status, sub) in ENDED_BADLY
