"""How the features are weighed where a shop's own history is too short to tell."""

from collections.abc import Sequence
from operator import mul
from typing import Protocol, runtime_checkable

from track_service.core.recommend.basket import Mode
from track_service.core.recommend.features import NAMES, NEW_NAMES, Setting

_PRIOR = {
    "month": 0.4,
    "quarter": 0.2,
    "ever": 0.1,
    "follows": 0.5,
    "near": 0.2,
    "goes_with": 0.3,
    "category": 0.2,
    "basket_category": 0.2,
    "owned": 1.5,
    "count": 1.0,
    "lasting": 0.5,
    "again_owned": 0.3,
    "loyalty": 0.5,
    "early": 0.3,
}
# Round numbers set by hand; what a shop's own orders tell moves them.
PRIOR = {
    mode: tuple(_PRIOR.get(name, 0.0) for name in names)
    for mode, names in ((Mode.ANY, NAMES), (Mode.NEW, NEW_NAMES))
}


@runtime_checkable
class Weighing(Protocol):
    """Products that score many of themselves at once, and quicker."""

    def weighed(
        self, found: Sequence[str], of: Setting, weights: Sequence[float]
    ) -> dict[str, float]:
        """Return the scores of those products that are known to it."""


def score(weights: Sequence[float], features: Sequence[float]) -> float:
    """Return how well a product fits: the higher, the better; features beyond the weights are left."""
    return float(sum(map(mul, weights, features)))
