"""What is wrong because nothing happens: stalled, never collected, waiting, lost.

Silence counts as far as we have seen: it ends at the carrier's last answer, and of
the time in which we were blind nothing counts.
"""

from datetime import datetime, timedelta, tzinfo

from track_service.core.blindness import put_off
from track_service.core.calendar import after_working, earliest, start_of
from track_service.core.judgement import Concern, ConcernKind
from track_service.core.motion import last_news, limits, rests
from track_service.core.parcel import Shipment
from track_service.core.status import Status
from track_service.core.timeline import opened_by

WAITS_FOR = timedelta(days=2)  # of working time, at a pick-up point
LOST_AFTER = timedelta(days=10)  # of working time at least
_TIMES = 3  # as long as it takes to be stalled


def concerns(shipment: Shipment, *, now: datetime, zone: tzinfo) -> tuple[Concern, ...]:
    """Return what stands still at `now`; `zone` is where the parcel is delivered."""
    due = _due(shipment, now=now, zone=zone)
    seen = min(shipment.seen_at, now) if shipment.seen_at else None
    if seen is None:
        return ()
    day = _since(shipment, now=now, zone=zone).astimezone(zone).date().isoformat()
    return tuple(Concern(kind, day, at, day) for kind, at in due.items() if seen >= at)


def turns(shipment: Shipment, *, now: datetime, zone: tzinfo) -> list[datetime]:
    """Return when the calendar alone may begin one of them."""
    return list(_due(shipment, now=now, zone=zone).values())


def _due(
    shipment: Shipment, *, now: datetime, zone: tzinfo
) -> dict[ConcernKind, datetime]:
    if shipment.meaning.status is Status.AVAILABLE_FOR_PICKUP:
        since = _since(shipment, now=now, zone=zone)
        at, by = after_working(since, WAITS_FOR, zone), shipment.detail.collect_by
        if (
            by is not None
        ):  # it is told by the morning before the last day at the latest
            at = min(at, max(since, start_of(by - timedelta(days=1), zone)))
        return {ConcernKind.PICKUP_WAITING: at}
    if rests(shipment):
        return {}
    _, stalled_at = limits(shipment, now=now, zone=zone)
    news = last_news(shipment, now=now, zone=zone)
    if shipment.meaning.status.before_hand_over:
        due = {ConcernKind.NOT_COLLECTED: stalled_at}
    else:
        lost_at = max(
            after_working(news, LOST_AFTER, zone), news + _TIMES * (stalled_at - news)
        )
        due = {ConcernKind.STALLED: stalled_at, ConcernKind.PROBABLY_LOST: lost_at}
    return {k: put_off(at, shipment, news=news, zone=zone) for k, at in due.items()}


def _since(shipment: Shipment, *, now: datetime, zone: tzinfo) -> datetime:
    """Return since when nothing happens: since its last news, or since it is ready."""
    if shipment.meaning.status is Status.AVAILABLE_FOR_PICKUP:
        ready = opened_by(shipment.events)
        if ready is not None and ready.stamp is not None:
            return earliest(ready.stamp, zone)
    return last_news(shipment, now=now, zone=zone)
