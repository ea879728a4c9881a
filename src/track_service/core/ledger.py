"""The ledger of dates, weighed: which promises were kept, and how early we were honest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from track_service.core.calendar import end_of, local_day, today
from track_service.core.expected import Source
from track_service.core.promise import is_awaited
from track_service.core.timeline import current
from track_service.core.tracking import Event, Window


@dataclass(frozen=True, slots=True)
class Shown:
    """A date that was shown: from when on, whose it was, and why it had changed."""

    window: Window
    source: str
    reason: str | None
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """A scan, and from when until when it stood (None: it stands)."""

    event: Event
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """How a parcel's first and latest dates turned out; days late, below 0 early.

    `notice_hours`: of a first date that was missed, how long before its end a date was
    shown that held; 0 where none was, None where the first one held.
    """

    first: Shown
    latest: Shown
    first_late: int
    latest_late: int
    notice_hours: float | None

    @property
    def kept_first(self) -> bool:
        """Whether the first date held."""
        return self.first_late <= 0

    @property
    def kept_latest(self) -> bool:
        """Whether the last date that was shown held."""
        return self.latest_late <= 0


def promised(
    told: Sequence[Shown], heard: Sequence[Heard], *, zone: tzinfo
) -> tuple[Shown, ...]:
    """Return the dates of a ledger that were somebody's promise.

    None is a carrier's date that was over when it was told, nor one that it told when,
    by the scans `heard` until then, the parcel was awaited no more.
    """
    return tuple(
        row
        for row in told
        if row.source != Source.CARRIER
        or not (_was_over(row, zone=zone) or _had_ended(row, heard, zone=zone))
    )


def weigh(shown: Sequence[Shown], came: date, *, zone: tzinfo) -> Weighed | None:
    """Return how the dates shown (oldest first) turned out, None where there was none.

    `came` is the local day of delivery in `zone`.
    """
    if not shown:
        return None
    first, latest = shown[0], shown[-1]
    first_late, latest_late = (
        (came - local_day(row.window.until, zone)).days for row in (first, latest)
    )
    hours = _notice(shown, came, zone=zone) if first_late > 0 else None
    return Weighed(first, latest, first_late, latest_late, hours)


def _was_over(row: Shown, *, zone: tzinfo) -> bool:
    return today(row.stated_at, zone) > local_day(row.window.until, zone)


def _had_ended(row: Shown, heard: Sequence[Heard], *, zone: tzinfo) -> bool:
    at = row.stated_at
    stood = [
        one.event
        for one in heard
        if one.since <= at and (one.until is None or one.until > at)
    ]
    return not is_awaited(current(stood, at.astimezone(zone).utcoffset()))


def _notice(shown: Sequence[Shown], came: date, *, zone: tzinfo) -> float:
    """From a date that held, to the end of the first: no later word may undo it."""
    honest = None
    for row in shown:
        holds = local_day(row.window.until, zone) >= came
        honest = (honest or row.stated_at) if holds else None
    if honest is None:
        return 0.0
    ends = end_of(local_day(shown[0].window.until, zone), zone)
    return round(max(0.0, (ends - honest) / timedelta(hours=1)), 1)
