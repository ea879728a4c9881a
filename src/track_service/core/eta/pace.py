"""How fast the network runs these days, against what was expected of it."""

from typing import Any

_HALF = 3.5  # days
_TRUST = 30.0  # arrivals
_REACH = 0.6  # of today's pace lasts for a parcel that is on its way for days


class Pace:
    """Arrivals seen over arrivals expected of the same open parcels.

    So nothing has to be known of how the open ones end, and a slow week shows while it
    lasts, not when its parcels have arrived at last.
    """

    def __init__(self) -> None:
        self._seen = 0.0
        self._expected = 0.0
        self._day = 0.0

    def expect(self, arrivals: float, *, day: float) -> None:
        """Count what was expected of an open parcel."""
        self._fade(day)
        self._expected += arrivals

    def arrive(self, *, day: float) -> None:
        """Count an arrival."""
        self._fade(day)
        self._seen += 1

    def dump(self) -> Any:
        """Return what was counted, as JSON can hold it."""
        return [self._seen, self._expected, self._day]

    def load(self, dumped: Any) -> None:
        """Go on from what `dump` returned."""
        self._seen, self._expected, self._day = dumped

    @property
    def speed(self) -> float:
        """Return what rates of arrival are to be multiplied by; 1 is as usual."""
        return float(((self._seen + _TRUST) / (self._expected + _TRUST)) ** _REACH)

    def _fade(self, day: float) -> None:
        if day > self._day:
            left = float(0.5 ** ((day - self._day) / _HALF))
            self._seen *= left
            self._expected *= left
            self._day = day
