"""Which shares of the spread to show, so that windows cover what they say.

Online conformal correction: each time that an outcome shows a bound to have been too
early or too late, its level moves a little against that (Gibbs and Candès, Adaptive
Conformal Inference Under Distribution Shift, 2021). It may not move far: an 80 %
window that a shock makes twice as wide helps nobody.
"""

BOUNDS = ("start", "eta", "until")
TARGETS = (0.05, 0.5, 0.85)  # 80 % between the outer ones, at the least width
_PUSH = 0.006
_REACH = 0.4


class Levels:
    """The levels now; `BOUNDS` names what each of them is for."""

    def __init__(self) -> None:
        self.now = list(TARGETS)

    def settle(self, bound: int, *, came_before: bool) -> None:
        """Learn whether a parcel came before a bound that was shown."""
        target = TARGETS[bound]
        reach = _REACH * target * (1 - target)
        level = self.now[bound] + _PUSH * (target - came_before)
        self.now[bound] = min(target + reach, max(target - reach, level))
