"""Stretches without a good answer, which the clocks of silence leave out."""

from datetime import datetime, timedelta, tzinfo

from track_service.core.calendar import after_working, working_time
from track_service.core.parcel import Shipment

_SIGHT = timedelta(hours=36)  # the slowest rhythm asks once a day


def endured(
    shipment: Shipment, *, news: datetime, now: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    """Return the blind stretches since the last `news`, if the carrier answers `now`.

    `shipment.seen_at` is the answer before that.
    """
    since = shipment.seen_at or shipment.created_at
    new = ((since, now),) if now - since > _SIGHT else ()
    return tuple((start, end) for start, end in (*shipment.blind, *new) if end > news)


def put_off(
    at: datetime, shipment: Shipment, *, news: datetime, zone: tzinfo
) -> datetime:
    """Return when a clock that began at `news` runs out, if it was to do so `at`.

    It is put off by the working time of each blind stretch that began before.
    """
    for start, end in shipment.blind:
        if start < at:
            at = after_working(at, working_time(max(start, news), end, zone), zone)
    return at
