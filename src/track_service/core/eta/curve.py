"""The spread of one parcel's arrival over the calendar."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from track_service.core.eta.rates import STEPS, place, ratio_at, summed
from track_service.core.eta.workdays import Workdays

_STARTS = (0.01, 0.025, 0.05, 0.08)  # chances of coming before the window


@dataclass(frozen=True, slots=True)
class Curve:
    """`expected`: working days from `start`; `sums`: rates of arrival, summed up.

    `speed` is what they are multiplied by; `age`: working days since `start` in which
    the parcel was seen not to arrive.
    """

    workdays: Workdays
    start: datetime
    expected: float
    sums: Sequence[float]
    speed: float = 1.0
    age: float = 0.0

    def when(self, share: float) -> datetime:
        """Return by when it arrives with this chance (more than 0, less than 1)."""
        behind = summed(self.sums, place(self.age / self.expected))
        wanted = behind - math.log1p(-share) / self.speed
        step = max(0, min(STEPS, bisect_left(self.sums, wanted)) - 1)
        rate = self.sums[step + 1] - self.sums[step]
        at = min(float(STEPS), step + (wanted - self.sums[step]) / rate)
        days = max(self.age, ratio_at(at) * self.expected)
        return self.workdays.after(self.start, days)

    def window(self, share: float) -> tuple[datetime, datetime]:
        """Return the shortest of some windows that it arrives in with this chance."""
        windows = [(self.when(least), self.when(least + share)) for least in _STARTS]
        return min(windows, key=lambda window: window[1] - window[0])

    def chance_after(self, moment: datetime) -> float:
        """Return the chance that it arrives only after `moment`."""
        days = self.workdays.between(self.start, moment)
        if days <= self.age:
            return 1.0
        here, there = place(self.age / self.expected), place(days / self.expected)
        rates = summed(self.sums, there) - summed(self.sums, here)
        return math.exp(-self.speed * rates)
