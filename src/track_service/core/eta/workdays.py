"""The clock of deliveries: weekends and holidays pass on it in a moment.

Measured on it, a trip over a long weekend is no longer than another, so that one
spread of durations fits all weekdays.
"""

from bisect import bisect_right
from collections.abc import Container, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

WEEK = (1, 1, 1, 1, 1, 0.3, 0.08)  # what a day is worth, Monday first
HOLIDAY = 0.1
_AHEAD = 400  # days laid out at a time
_TRUST = 100  # arrivals after which a carrier's own week counts for half
_KEPT = 0.97  # of what was learned, from one week to the next


class Workdays:
    """Working time where `closed` holds the public holidays of the destination.

    `week`: what each weekday is worth to a carrier of which nothing is known yet,
    Monday first, none of them 0; `learn` tells it by its own arrivals.
    """

    def __init__(
        self, closed: Container[date] = (), week: Sequence[float] = WEEK
    ) -> None:
        self._closed = closed
        self._prior = week
        self._week = list(week)
        self._arrivals = [0.0] * len(week)
        self._first = 1
        self._sums = [0.0]  # of the worth of all days before the nth from `_first`

    def between(self, start: datetime, end: datetime) -> float:
        """Return the working days from `start` to `end`; negative if it is before."""
        self._cover(min(start, end))
        return self._at(end) - self._at(start)

    def after(self, start: datetime, span: float) -> datetime:
        """Return when `span` (at least 0) working days have passed since `start`."""
        self._cover(start)
        wanted = self._at(start) + span
        while self._sums[-1] <= wanted:
            self._lay_out(self._first + len(self._sums) - 1 + _AHEAD)
        day = bisect_right(self._sums, wanted) - 1
        share = (wanted - self._sums[day]) / (self._sums[day + 1] - self._sums[day])
        midnight = datetime.combine(date.fromordinal(self._first + day), time.min)
        return midnight + timedelta(days=share)

    def arrive(self, at: datetime) -> None:
        """Count an arrival, unless on a holiday; `learn` makes it count."""
        if at.date() not in self._closed:
            self._arrivals[at.weekday()] += 1

    def learn(self) -> None:
        """Tell anew, once a week, what each weekday is worth. The week as a whole stays."""
        whole, seen = sum(self._prior), sum(self._arrivals)
        pairs = zip(self._prior, self._arrivals, strict=True)
        parts = [_TRUST * worth / whole + arrivals for worth, arrivals in pairs]
        self._week = [whole * part / (_TRUST + seen) for part in parts]
        self._arrivals = [_KEPT * arrivals for arrivals in self._arrivals]
        self._sums = [0.0]

    def dump(self) -> Any:
        """Return what was learnt of the week, as JSON can hold it."""
        return [self._week, self._arrivals]

    def load(self, dumped: Any) -> None:
        """Go on from what `dump` returned."""
        self._week, self._arrivals = map(list, dumped)
        self._sums = [0.0]

    def _at(self, moment: datetime) -> float:
        day = moment.toordinal() - self._first
        if day + 1 >= len(self._sums):
            self._lay_out(moment.toordinal() + _AHEAD)
        seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
        before, behind = self._sums[day], self._sums[day + 1]
        return before + (behind - before) * seconds / 86_400

    def _cover(self, moment: datetime) -> None:
        """Begin anew, early enough, for a day before all that is laid out."""
        if moment.toordinal() < self._first or len(self._sums) == 1:
            self._first = max(1, moment.toordinal() - _AHEAD)
            self._sums = [0.0]

    def _lay_out(self, last: int) -> None:
        for ordinal in range(self._first + len(self._sums) - 1, last + 1):
            day = date.fromordinal(ordinal)
            worth = self._week[day.weekday()]
            if day in self._closed:
                worth = min(worth, HOLIDAY)
            self._sums.append(self._sums[-1] + worth)
