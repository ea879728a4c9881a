"""Which share of the spread to show, so that windows cover what they say.

Online conformal correction: with each outcome a level moves a little against what it
got wrong (Gibbs and Candès, Adaptive Conformal Inference Under Distribution Shift,
2021). It may not move far: an 80 % window that a shock makes twice as wide helps nobody.
"""

from typing import Any

_PUSH = 0.004


class Level:
    """A share of the spread, `now`, that is to hold the share `target` of outcomes.

    They part by no more than `reach`.
    """

    def __init__(self, target: float, *, reach: float) -> None:
        self.now = target
        self._target = target
        self._reach = reach

    def dump(self) -> Any:
        """Return what was learnt, as JSON can hold it."""
        return self.now

    def load(self, dumped: Any) -> None:
        """Go on from what `dump` returned."""
        self.now = dumped

    def settle(self, *, held: bool) -> None:
        """Learn whether an outcome lay where it was said to lie with this chance."""
        moved = self.now + _PUSH * (self._target - held)
        least, most = self._target - self._reach, self._target + self._reach
        self.now = min(most, max(least, moved))


def middle() -> Level:
    """Return the level of the point: as many come before it as after."""
    return Level(0.5, reach=0.1)


def window() -> Level:
    """Return the level of the window."""
    return Level(0.8, reach=0.08)
