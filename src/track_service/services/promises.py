"""Promises: how a shop's dates turned out, by whose they were."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.calendar import local_day, start_of
from track_service.core.ledger import Weighed, weigh
from track_service.core.parcel import Brand
from track_service.store import ledger


@dataclass(frozen=True, slots=True)
class Kept:
    """Parcels whose first date came from one source, and how many dates held.

    `days_late` is the median of the missed first dates, `notice_hours` that of the
    honest notice before them, `noticed` how many had any.
    """

    parcels: int
    kept_first: int
    kept_latest: int
    noticed: int
    days_late: float | None
    notice_hours: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """Parcels seen delivered in a span; `undated` were shown no date at all."""

    brand: str
    start: date
    until: date
    delivered: int
    undated: int
    all: Kept
    by_source: dict[str, Kept]

    def document(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        days = {"start": self.start.isoformat(), "until": self.until.isoformat()}
        return asdict(self) | days


def report(session: Session, brand: Brand, *, start: date, until: date) -> Report:
    """Return how the dates turned out from one day to another, both of them included."""
    zone = ZoneInfo(brand.zone)
    rows = ledger.delivered(
        session,
        brand.id,
        start=start_of(start, zone),
        until=start_of(date.fromordinal(until.toordinal() + 1), zone),
        zone=zone,
    )
    weighed = [
        found
        for _, came, shown in rows
        if (found := weigh(shown, local_day(came, zone), zone=zone)) is not None
    ]
    sources = sorted({one.first.source for one in weighed})
    return Report(
        brand=brand.code,
        start=start,
        until=until,
        delivered=len(rows),
        undated=len(rows) - len(weighed),
        all=_kept(weighed),
        by_source={
            source: _kept([one for one in weighed if one.first.source == source])
            for source in sources
        },
    )


def _kept(weighed: Sequence[Weighed]) -> Kept:
    missed = [one for one in weighed if not one.kept_first]
    hours = [one.notice_hours or 0.0 for one in missed]
    return Kept(
        parcels=len(weighed),
        kept_first=len(weighed) - len(missed),
        kept_latest=sum(one.kept_latest for one in weighed),
        noticed=sum(hour > 0 for hour in hours),
        days_late=median(one.first_late for one in missed) if missed else None,
        notice_hours=median(hours) if hours else None,
    )
