"""What offers are worth: orders per shopper, shown against held out.

The interval is Welch's, with the normal quantile: arms are compared once they have some
dozens of shoppers. Source: B. L. Welch, Biometrika 34 (1947), 28-35.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

from track_service.core.selling import Arm

_SIDE = NormalDist().inv_cdf(0.975)  # of a 95 % interval
_POWER = NormalDist().inv_cdf(0.8)  # so that four of five such trials tell it
_FEWEST = 2  # shoppers, or there is no variance


@dataclass(frozen=True, slots=True)
class Told:
    """An arm: its shoppers, and the orders they placed after they were first exposed.

    `squares` is the sum of the squares of each one's orders.
    """

    arm: Arm
    shoppers: int = 0
    orders: int = 0
    squares: int = 0

    @property
    def mean(self) -> float | None:
        """Orders per shopper; None without a shopper."""
        return self.orders / self.shoppers if self.shoppers else None

    @property
    def variance(self) -> float | None:
        """Of the orders per shopper, unbiased; None of fewer than two."""
        if self.shoppers < _FEWEST:
            return None
        n = self.shoppers
        return max(0.0, (self.squares - self.orders**2 / n) / (n - 1))


@dataclass(frozen=True, slots=True)
class Uplift:
    """Orders per shopper that the offers brought, `low` to `high` with 95 % confidence.

    `share` is relative to the hold-out. None where nothing can be told yet.
    `weeks_needed`: how many weeks at this pace, from the beginning, until such a
    difference is told from chance in four cases of five; `weeks_for_5_percent` the same
    for a difference of 5 %.
    """

    difference: float | None = None
    low: float | None = None
    high: float | None = None
    share: float | None = None
    is_significant: bool = False
    weeks_needed: float | None = None
    weeks_for_5_percent: float | None = None


def uplift(shown: Told, held_out: Told, *, weeks: float) -> Uplift:
    """Return what the two arms tell after so many weeks (may be fractional)."""
    error = _error(shown, held_out)
    if error is None or shown.mean is None or held_out.mean is None:
        return Uplift()
    difference = shown.mean - held_out.mean
    low, high = difference - _SIDE * error, difference + _SIDE * error
    return Uplift(
        difference,
        low,
        high,
        difference / held_out.mean if held_out.mean else None,
        is_significant=error > 0 and not low <= 0 <= high,
        weeks_needed=_weeks(difference, error, weeks),
        weeks_for_5_percent=_weeks(held_out.mean * 0.05, error, weeks),
    )


def _error(shown: Told, held_out: Told) -> float | None:
    if shown.variance is None or held_out.variance is None:
        return None
    return math.sqrt(
        shown.variance / shown.shoppers + held_out.variance / held_out.shoppers
    )


def _weeks(difference: float, error: float, weeks: float) -> float | None:
    """The error shrinks with the root of time, as shoppers keep coming."""
    if difference == 0 or error == 0:
        return None
    return weeks * ((_SIDE + _POWER) * error / difference) ** 2
