"""A parcel on its way, as the forecaster keeps it until it arrives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from track_service.core.eta.trip import Trip


@dataclass(slots=True)
class Underway:
    """What was told of it at its start; `at` is its place in the table of rates.

    `is_early` and `is_inside` hold until it is known that they do not: that it came
    before what was told, and within the window.
    """

    trip: Trip
    source: str
    expected: float
    eta: datetime
    start: datetime
    until: datetime
    at: float = 0.0
    is_early: bool = True
    is_inside: bool = True

    def dump(self) -> list[Any]:
        """Return it as JSON can hold it."""
        told = [moment.isoformat() for moment in (self.eta, self.start, self.until)]
        state = [self.at, self.is_early, self.is_inside]
        return [self.trip.dump(), self.source, self.expected, *told, *state]

    @classmethod
    def loaded(cls, dumped: Sequence[Any]) -> "Underway":
        """Return what `dump` returned."""
        trip, source, expected, *told, at, is_early, is_inside = dumped
        eta, start, until = map(datetime.fromisoformat, told)
        first = (Trip.loaded(trip), source, expected)
        return cls(*first, eta, start, until, at, is_early, is_inside)
