"""How far a carrier's own dates were off: what its next date is worth, leg by leg."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

ENOUGH = 30.0  # parcels of a carrier on a leg
_EARLY, _LATE = -7, 21  # days; what is farther off counts as that
_HALF = 180.0  # days
_LEFT = 0.05  # of the parcels; where fewer took as long, a date tells nothing more


@dataclass(frozen=True, slots=True)
class Dated:
    """When a parcel comes by its carrier's date: an 80 % window and its middle.

    `days` holds the chance of each day.
    """

    start: date
    until: date
    on: date
    days: Mapping[date, float]

    def chance_after(self, day: date) -> float:
        """Return the chance that it comes after a day."""
        return sum(chance for when, chance in self.days.items() if when > day)


class Stated:
    """Learns with `add`; `read` tells what a date of the carrier is worth."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
        self._last = 0.0

    def add(self, carrier: str, leg: str, off: int, *, day: float) -> None:
        """Count a parcel that came `off` days after its date (below 0: before) on `day`."""
        counts, at = self._counts[carrier, leg], min(_LATE, max(_EARLY, off))
        counts[at] = counts.get(at, 0.0) + _weight(day)
        self._last = max(self._last, day)

    def read(self, carrier: str, leg: str, stated: date, *, seen: date) -> Dated | None:
        """Return what a date means of a parcel that had not come before `seen`.

        None where too few dates of the carrier are known, or none was off by so much.
        """
        counts = self._counts.get((carrier, leg), {})
        total = sum(counts.values())
        if total < ENOUGH * _weight(self._last):
            return None
        days = {stated + timedelta(days=off): counts[off] for off in sorted(counts)}
        open_ = {day: count for day, count in days.items() if day >= seen}
        left = sum(open_.values())
        if left < _LEFT * total:
            return None
        chances = {day: count / left for day, count in open_.items()}
        start, on, until = (_share(chances, share) for share in (0.1, 0.5, 0.9))
        return Dated(start, until, on, chances)

    def dump(self) -> Any:
        """Return what was counted, as JSON can hold it."""
        return [self._last, [[*key, [*n.items()]] for key, n in self._counts.items()]]

    def load(self, dumped: Any) -> None:
        """Go on from what `dump` returned."""
        self._last, counts = dumped
        for carrier, leg, offs in counts:
            self._counts[carrier, leg] = dict(offs)


def _share(chances: Mapping[date, float], share: float) -> date:
    passed = 0.0
    for day, chance in chances.items():
        passed += chance
        if passed >= share - 1e-9:
            return day
    return max(chances)


def _weight(day: float) -> float:
    """Let new ones weigh more, which is the same as letting old ones fade."""
    return float(2 ** (day / _HALF))
