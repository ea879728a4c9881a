"""What a shop shows to anybody: what sells of late, in all and of each category."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from track_service.core.recommend.figures import DEMAND
from track_service.services.recommending.demand import Demand

_BEST = {"month": 50, "week": 30, "quarter": 30}
_FEW = 50  # bestsellers, below which the catalogue fills up
_SHELF, _UNSOLD = 20, 5
_Sold = NDArray[np.bool_]


def popular(
    names: list[str], told: Demand, sold: _Sold, categories: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what sells best, best first; of a new shop, what it has."""
    found: dict[str, None] = {}
    for window, count in _BEST.items():
        hint = np.where(sold, told.hints[:, DEMAND.index(window)], -np.inf)
        best = np.argsort(-hint, kind="stable")[:count]
        found |= dict.fromkeys(names[place] for place in best if sold[place])
    for name in categories:
        if len(found) >= _FEW:
            break
        found.setdefault(name)
    return tuple(found)


def shelves(
    names: list[str], told: Demand, sold: _Sold, categories: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Return what sells best of each category, and a few that nobody has bought yet."""
    best: dict[str, list[str]] = {kind: [] for kind in categories.values()}
    month = told.hints[:, DEMAND.index("month")]
    for place in np.argsort(-month, kind="stable"):
        kind = categories.get(names[place])
        if kind is not None and sold[place] and len(best[kind]) < _SHELF:
            best[kind].append(names[place])
    bought = {names[place] for place in np.flatnonzero(sold)}
    fresh: dict[str, list[str]] = {kind: [] for kind in best}
    for name, kind in categories.items():
        if name not in bought and len(fresh[kind]) < _UNSOLD:
            fresh[kind].append(name)
    return {kind: (*best[kind], *fresh[kind]) for kind in best}
