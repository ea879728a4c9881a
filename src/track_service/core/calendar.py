"""Days and hours where a parcel is: local days, their ends, and working time."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from track_service.core.tracking import Precision, Stamp

_SATURDAY = 5


def today(now: datetime, zone: tzinfo) -> date:
    """Return the date on the wall in `zone`."""
    return now.astimezone(zone).date()


def start_of(day: date, zone: tzinfo) -> datetime:
    """Return the instant (aware UTC) at which a local day begins."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def end_of(day: date, zone: tzinfo) -> datetime:
    """Return the instant (aware UTC) at which a local day is over."""
    return start_of(day + timedelta(days=1), zone)


def local_day(stamp: Stamp, zone: tzinfo) -> date:
    """Return the date in `zone`; a time without offset is taken to be local there."""
    at = stamp.at
    return stamp.local.date() if at is None else today(at, zone)


def earliest(stamp: Stamp, zone: tzinfo) -> datetime:
    """Return the first instant (aware UTC) that a stamp may mean, as `latest` does."""
    return stamp.at or stamp.local.replace(tzinfo=zone).astimezone(UTC)


def latest(stamp: Stamp, zone: tzinfo) -> datetime:
    """Return the last instant (aware UTC) that a stamp may mean: of a day, its end.

    To reckon with, never to show: a time without offset is read in `zone`.
    """
    if stamp.precision is Precision.DAY:
        return end_of(stamp.local.date(), zone)
    return earliest(stamp, zone)


def after_working(start: datetime, span: timedelta, zone: tzinfo) -> datetime:
    """Return when `span` of working time has passed since `start` (aware UTC).

    Monday to Friday in `zone` count in full; public holidays are not known here.
    """
    at, left = start, span
    while True:
        day = today(at, zone)
        midnight = end_of(day, zone)
        if day.weekday() < _SATURDAY:
            if left <= midnight - at:
                return at + left
            left -= midnight - at
        at = midnight


def working_time(start: datetime, end: datetime, zone: tzinfo) -> timedelta:
    """Return the working time between two instants, by the days of `after_working`."""
    at, worked = start, timedelta()
    while at < end:
        day = today(at, zone)
        until = min(end, end_of(day, zone))
        if day.weekday() < _SATURDAY:
            worked += until - at
        at = until
    return worked
