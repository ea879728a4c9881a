"""How durations spread: a life table of parcels, by how overdue they are.

A parcel's age is told in ratios of what was expected of it. For each step of age we
count how many parcels passed through it and how many arrived in it, whether or not the
rest have arrived since: so that the slow ones, still open, are not forgotten.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import NormalDist
from typing import Any

_LOWEST, _HIGHEST = -3.0, 2.4  # logarithms of the ratios
STEPS = 55  # the first reaches from nothing to the lowest ratio
_WIDTH = (_HIGHEST - _LOWEST) / (STEPS - 1)
_SPREAD = 0.6  # of the logarithms, before anything is known
_HALF = 90.0  # days


class Rates:
    """Arrivals over passages for each step of age; older ones fade."""

    def __init__(self) -> None:
        self._arrived = [0.0] * STEPS
        self._passed = [0.0] * STEPS

    def pass_through(self, start: float, end: float, *, day: float) -> None:
        """Count a parcel that was open from one place in the table to a later one."""
        weight = _weight(day)
        for step in range(int(start), min(STEPS - 1, int(end)) + 1):
            share = min(end, step + 1) - max(start, step)
            self._passed[step] += weight * share

    def arrive(self, place: float, *, day: float) -> None:
        """Count a parcel that arrived at this place in the table."""
        self._arrived[min(STEPS - 1, int(place))] += _weight(day)

    def dump(self) -> Any:
        """Return what was counted, as JSON can hold it."""
        return [self._arrived, self._passed]

    def load(self, dumped: Any) -> None:
        """Go on from what `dump` returned."""
        self._arrived, self._passed = map(list, dumped)

    def given(self, prior: Sequence[float], strength: float, day: float) -> list[float]:
        """Return the rates; `prior` counts like `strength` parcels seen on `day`."""
        trust = strength * _weight(day)
        counts = zip(self._arrived, self._passed, prior, strict=True)
        return [(a + trust * p) / (n + trust) for a, n, p in counts]


def _weight(day: float) -> float:
    """Let new ones weigh more, which is the same as letting old ones fade."""
    return float(2 ** (day / _HALF))


def place(ratio: float) -> float:
    """Return where in the table a parcel of this age is."""
    lowest = math.exp(_LOWEST)
    if ratio <= lowest:
        return max(0.0, ratio / lowest)
    return min(STEPS - 1e-9, 1 + (math.log(ratio) - _LOWEST) / _WIDTH)


def ratio_at(place: float) -> float:
    """Return the age at a place in the table; the inverse of `place`."""
    if place < 1:
        return place * math.exp(_LOWEST)
    return math.exp(_LOWEST + (place - 1) * _WIDTH)


def sums(rates: Sequence[float]) -> list[float]:
    """Return the rates summed up to the start of each step, and to the end of all."""
    found = [0.0]
    for rate in rates:
        found.append(found[-1] + rate)
    return found


def summed(sums: Sequence[float], place: float) -> float:
    """Return the rates summed up to a place."""
    step = min(STEPS - 1, int(place))
    return sums[step] + (sums[step + 1] - sums[step]) * (place - step)


def _usual() -> list[float]:
    """The rates of a log-normal spread around what was expected."""
    normal = NormalDist(0, _SPREAD)
    edges = [0.0, *(normal.cdf(_LOWEST + k * _WIDTH) for k in range(STEPS))]
    pairs = pairwise(edges)
    return [math.log1p(-one) - math.log1p(-other) for one, other in pairs]


USUAL = _usual()
