"""By when an entry of the work queue should be done: a clock per brand and severity."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from track_service.core.calendar import today
from track_service.core.severity import Severity

_SATURDAY = 5
_USUAL = {
    Severity.CRITICAL: timedelta(hours=4),
    Severity.HIGH: timedelta(hours=24),
    Severity.MEDIUM: timedelta(hours=48),
    Severity.LOW: timedelta(hours=120),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours, Monday to Friday: whole hours of the local day, 0 to 24."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Sla:
    """How long an entry may take; without `hours` the clock runs day and night."""

    spans: Mapping[Severity, timedelta]
    hours: Hours | None = None

    def due(self, start: datetime, severity: Severity, *, zone: tzinfo) -> datetime:
        """Return by when (aware UTC) what was opened at `start` should be done."""
        span = self.spans.get(severity, _USUAL[severity])
        return start + span if self.hours is None else _after(start, span, self, zone)


USUAL = Sla(_USUAL)


def _after(start: datetime, span: timedelta, sla: Sla, zone: tzinfo) -> datetime:
    at, left, day = start, span, today(start, zone)
    while True:
        opens, closes = _open(day, sla, zone)
        at = max(at, opens)
        if left <= closes - at:
            return at + left
        left -= max(closes - at, timedelta())
        day += timedelta(days=1)


def _open(day: date, sla: Sla, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the instants between which a day is worked; a free one ends as it begins."""
    hours = sla.hours if sla.hours and day.weekday() < _SATURDAY else Hours(0, 0)
    midnight = datetime.combine(day, time.min)
    opens, closes = (
        (midnight + timedelta(hours=hour)).replace(tzinfo=zone).astimezone(UTC)
        for hour in (hours.opens, hours.closes)
    )
    return opens, closes
