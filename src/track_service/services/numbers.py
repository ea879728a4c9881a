"""Numbers: a brand's days in figures, out of parcels, answers and tallies."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.calendar import start_of
from track_service.core.judgement import PromiseState
from track_service.core.parcel import Brand
from track_service.core.tally import Tally
from track_service.services.feedback_report import Figures, figures
from track_service.store import feedback, tallies
from track_service.store.feedback import Rated

LONGEST = 92  # days that are told at once


@dataclass(frozen=True, slots=True)
class Numbers:
    """A day's figures, or those of several (`day` is None).

    `orders` are those of the parcels that were registered; `delivered` is by the state
    of the promise; `rated` are the answers to deliveries of the day.
    """

    day: date | None
    orders: int
    parcels: int
    delivered: Counter[str]
    rated: tuple[Rated, ...]
    times: Counter[Tally]

    @property
    def on_time(self) -> float | None:
        """Return the share of kept promises among those of delivered parcels."""
        kept = self.delivered[PromiseState.KEPT]
        return _ratio(kept, kept + self.delivered[PromiseState.BROKEN])

    @property
    def views_per_order(self) -> float | None:
        """Return how often the page was opened for each order that came."""
        return _ratio(self.times[Tally.PAGE_VIEW], self.orders)

    @property
    def said(self) -> Figures:
        """Return what shoppers said of the deliveries."""
        return figures(self.rated)

    def document(self) -> dict[str, Any]:
        """Return the figures for machines."""
        said = self.said.document()
        return {
            "day": self.day and self.day.isoformat(),
            "orders": self.orders,
            "parcels": self.parcels,
            "delivered": self.delivered.total(),
            "on_time": self.on_time,
            "views_per_order": self.views_per_order,
            "csat": said["csat"],
            "nps": said["nps"],
            "tallies": {kind.value: self.times[kind] for kind in Tally},
        }


def by_day(
    session: Session, brand: Brand, *, since: date, until: date
) -> list[Numbers]:
    """Return the numbers of each day from `since` on and before `until`, in order."""
    zone, span = ZoneInfo(brand.zone), {"since": since, "until": until}
    days = [since + timedelta(days=n) for n in range((until - since).days)]
    starts = [start_of(day, zone) for day in (*days, until)]
    came = tallies.registered(session, brand.id, starts=starts)
    gone = tallies.delivered(session, brand.id, zone, **span)
    times = tallies.of_brand(session, brand.id, **span)
    said: dict[date, list[Rated]] = {}
    for one in feedback.rated(session, brand.id, **span):
        said.setdefault(one.delivered_on, []).append(one)
    none = tallies.Registered()
    return [
        Numbers(
            day,
            came.get(at, none).orders,
            came.get(at, none).parcels,
            gone.get(day, Counter()),
            tuple(said.get(day, ())),
            times.get(day, Counter()),
        )
        for at, day in enumerate(days)
    ]


def total(days: Iterable[Numbers]) -> Numbers:
    """Return the numbers of several days together."""
    of = list(days)
    return Numbers(
        None,
        sum(one.orders for one in of),
        sum(one.parcels for one in of),
        sum((one.delivered for one in of), Counter()),
        tuple(said for one in of for said in one.rated),
        sum((one.times for one in of), Counter()),
    )


def _ratio(part: int, of: int) -> float | None:
    return round(part / of, 4) if of else None
