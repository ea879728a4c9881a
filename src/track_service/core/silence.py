"""How long a parcel may be silent before that says something: by lane and by leg.

Out of the silences that ended: each adds to a table of working time between two scans
of a carrier, on a leg. Where a table holds too little, the next coarser one is asked,
and in the end the prior. Silences that have not ended are not counted, so a carrier
that falls silent for good teaches nobody to wait.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from track_service.core.legs import Leg

ENOUGH = 100.0  # silences that a table must hold
QUIET, STALLED = 0.9, 0.99  # shares of silences that had ended by then
_STEPS, _LEAST, _MOST = 32, 0.05, 30.0  # working days
_RATIO = math.log(_MOST / _LEAST) / _STEPS
_HALF = 180.0  # days
Keys = Sequence[tuple[str, ...]]
_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Patience:
    """Working days of silence after which a parcel is quiet, and after which stalled."""

    quiet: float
    stalled: float


PRIOR = Patience(2, 4)
_PRIORS = {Leg.OUT: Patience(1, 2)}
_ABROAD = 1.5  # times as long: customs and two carriers


def keys(leg: Leg, carrier: str, origin: str, destination: str) -> Keys:
    """Return a lane's tables, the finest first; `origin` and `destination` countries."""
    return (carrier, leg, origin, destination), (carrier, leg)


def prior(leg: Leg, *, abroad: bool) -> Patience:
    """Return the patience with a carrier of which nothing is known."""
    usual = _PRIORS.get(leg, PRIOR)
    times = _ABROAD if abroad else 1
    return Patience(usual.quiet * times, usual.stalled * times)


class Silences:
    """Learns with `add`; `patience` tells what is unusual."""

    def __init__(self) -> None:
        self._tables: dict[_Key, list[float]] = defaultdict(lambda: [0.0] * _STEPS)
        self._last = 0.0

    def add(self, lane: Keys, worked: float, *, day: float) -> None:
        """Count a silence of so many working days that ended on `day`."""
        step = math.log(max(worked, _LEAST) / _LEAST) / _RATIO
        for key in lane:
            self._tables[key][min(_STEPS - 1, int(step))] += _weight(day)
        self._last = max(self._last, day)

    def patience(self, lane: Keys) -> Patience | None:
        """Return what the finest table with enough silences tells, None if none has.

        Quiet is half a working day at least, stalled between one and ten.
        """
        for key in lane:
            table = self._tables.get(key)
            if table and sum(table) >= ENOUGH * _weight(self._last):
                stalled = min(10.0, max(1.0, _share(table, STALLED)))
                return Patience(min(max(0.5, _share(table, QUIET)), stalled), stalled)
        return None

    def dump(self) -> Any:
        """Return what was counted, as JSON can hold it."""
        return [self._last, [[key, table] for key, table in self._tables.items()]]

    def load(self, dumped: Any) -> None:
        """Go on from what `dump` returned."""
        self._last, tables = dumped
        self._tables.update((tuple(key), table) for key, table in tables)


def _share(table: Sequence[float], share: float) -> float:
    """Return the silence that this share of a table's silences did not outlast."""
    wanted, passed = share * sum(table), 0.0
    for step, count in enumerate(table):
        passed += count
        if passed >= wanted:
            return _LEAST * math.exp(_RATIO * (step + 1))
    return _MOST


def _weight(day: float) -> float:
    """Let new ones weigh more, which is the same as letting old ones fade."""
    return float(2 ** (day / _HALF))
