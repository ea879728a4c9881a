"""A shop's own days: on which it packs, and until when an order counts for the day."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

_LONGEST = 60  # days looked ahead or back; no shop is closed for so long

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Hours:
    """`days` on which a shop packs (0 is Monday), never empty; `closed` its holidays.

    An order that is placed from `cutoff` on counts for the next of its days; without
    one the whole day counts. Times are naive and local.
    """

    cutoff: time | None = None
    days: frozenset[int] = frozenset(range(5))
    closed: Container[date] = ()

    def counts_from(self, placed: datetime) -> date:
        """Return the day from which on the shop works at an order."""
        day = placed.date()
        if self.cutoff is not None and placed.time() >= self.cutoff:
            day += timedelta(days=1)
        return day if self._packs(day) else self.after(day, 1)

    def after(self, day: date, count: int) -> date:
        """Return the shop's own day that comes so many of them later."""
        for _ in range(_LONGEST * (count + 1)):
            if count == 0:
                break
            day += timedelta(days=1)
            count -= self._packs(day)
        return day

    def between(self, day: date, until: date) -> int:
        """Return how many of its days come after `day`, `until` itself included."""
        count = max(0, (until - day).days)
        return sum(self._packs(day + timedelta(days=n + 1)) for n in range(count))

    def _packs(self, day: date) -> bool:
        return day.weekday() in self.days and day not in self.closed
