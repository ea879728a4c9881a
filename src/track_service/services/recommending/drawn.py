"""What is drawn after some orders, held as a column over all products."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_HEAD = 400  # as many as a page may look at


class Drawn(Mapping[str, float]):
    """Products by how strongly they are drawn, strongest first.

    `places`: where each name stands in `names`; `strengths`: a number for each, not 0
    for what is drawn. Names are made only of what is looked at.
    """

    def __init__(
        self,
        names: Sequence[str],
        places: Mapping[str, int],
        strengths: NDArray[np.float64],
    ) -> None:
        self.strengths = strengths
        self._names, self._places = names, places

    def __getitem__(self, name: str) -> float:
        """Return how strongly a product is drawn."""
        found: float | None = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def get(self, name: str, default: Any = None) -> Any:
        """Return the same or a default; the usual way by a KeyError takes much longer."""
        place = self._places.get(name)
        return default if place is None else self.strengths.item(place) or default

    def __iter__(self) -> Iterator[str]:
        """Yield the products' ids, the strongest first; the first ones cost no full sort."""
        there = np.flatnonzero(self.strengths != 0)  # of truth values it is quicker
        strengths = self.strengths[there]
        head = np.ones(len(there), bool)
        if len(there) > _HEAD:
            head = strengths >= np.partition(strengths, -_HEAD)[-_HEAD]
        for part in (head, ~head):
            order = np.argsort(-strengths[part], kind="stable")
            yield from map(self._names.__getitem__, there[part][order].tolist())

    def __len__(self) -> int:
        """Return how many are drawn."""
        return int(np.count_nonzero(self.strengths))
