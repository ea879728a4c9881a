"""Least squares with a penalty, in which older observations fade."""

import math
from collections.abc import Sequence
from typing import Any


class Ridge:
    """A line through what was seen; none of it is kept but sums.

    `half`: the days in which an observation loses half its weight.
    """

    def __init__(self, width: int, *, half: float, penalty: float = 1) -> None:
        self._half = half
        self._penalty = penalty
        self._squares = [[0.0] * width for _ in range(width)]
        self._products = [0.0] * width
        self._last: float | None = None
        self._slopes = [0.0] * width

    def add(self, features: Sequence[float], value: float, *, day: float) -> None:
        """Take in one observation; `solve` makes it count."""
        self._last = day if self._last is None else max(self._last, day)
        weight = self._weight(day)
        for row, (one, squares) in enumerate(zip(features, self._squares, strict=True)):
            if not one:
                continue
            weighted = weight * one
            self._products[row] += weighted * value
            for column in range(row + 1):
                squares[column] += weighted * features[column]

    def at(self, features: Sequence[float]) -> float:
        """Return the line's value."""
        return sum(a * b for a, b in zip(self._slopes, features, strict=True))

    def solve(self) -> None:
        """Fit the line to all that was added (Cholesky's decomposition)."""
        if self._last is None:
            return
        lower = self._lower(self._penalty * self._weight(self._last))
        size = len(lower)
        found = [0.0] * size
        for row in range(size):
            known = sum(lower[row][k] * found[k] for k in range(row))
            found[row] = (self._products[row] - known) / lower[row][row]
        for row in reversed(range(size)):
            known = sum(lower[k][row] * found[k] for k in range(row + 1, size))
            found[row] = (found[row] - known) / lower[row][row]
        self._slopes = found

    @property
    def last(self) -> float | None:
        """The day of the newest observation, None before the first."""
        return self._last

    def dump(self) -> Any:
        """Return the sums and the line, as JSON can hold them."""
        return [self._squares, self._products, self._last, self._slopes]

    def load(self, dumped: Any) -> None:
        """Go on from what `dump` returned."""
        self._squares, self._products, self._last, self._slopes = dumped

    def _weight(self, day: float) -> float:
        """Let new ones weigh more, which is the same as letting old ones fade."""
        return float(2 ** (day / self._half))

    def _lower(self, penalty: float) -> list[list[float]]:
        size = len(self._products)
        lower = [[0.0] * size for _ in range(size)]
        for row in range(size):
            for column in range(row + 1):
                left, right = lower[row], lower[column]
                value = self._squares[row][column]
                value -= sum(left[k] * right[k] for k in range(column))
                if row == column:
                    left[row] = math.sqrt(value + penalty)
                else:
                    left[column] = value / right[column]
        return lower
