"""Rules of thumb that a ranking has to beat, under the same protocol."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from track_service.core.recommend.basket import Basket
from track_service.services.recommending.ledger import Floats, Ledger
from track_service.services.recommending.neighbours import by_customer

RULES = ("popularity", "last 30 days", "co-occurrence", "buy again")
_LATELY = 30.0  # days
_NEAR = 100  # neighbours of a product


class Choices:
    """What sold most, ever and of late; what goes with the past by cosine; the past."""

    def __init__(self, known: Ledger, *, day: float) -> None:
        wide = len(known.products)
        recent = known.day[known.order] >= day - _LATELY
        self._names = known.products
        self._places = {name: place for place, name in enumerate(known.products)}
        self._sold = np.bincount(known.product, minlength=wide).astype(float)
        lately = np.bincount(known.product[recent], minlength=wide)
        self._popular = self._best(self._sold)
        self._recent = self._best(lately + self._sold / (self._sold.sum() + 1))
        self._near = by_customer(known, count=_NEAR)

    def of(
        self, history: Sequence[Basket], *, without: Collection[str], k: int
    ) -> dict[str, list[str]]:
        """Return the products that each rule chooses, best first."""
        counts = Counter(p for basket in history for p in basket.products)
        again = {p: n + self._share(p) for p, n in counts.items()}
        ranked = {
            "popularity": self._popular,
            "last 30 days": self._recent,
            "co-occurrence": _ordered(self._drawn(counts)) + self._popular,
            "buy again": _ordered(again) + self._popular,
        }
        return {rule: _first(names, without, k) for rule, names in ranked.items()}

    def _share(self, product: str) -> float:
        """Return the share of all that was sold, which decides between equals."""
        place = self._places.get(product)
        return 0.0 if place is None else self._sold[place] / self._sold.sum()

    def _best(self, strengths: Floats) -> list[str]:
        return [self._names[p] for p in np.argsort(-strengths, kind="stable").tolist()]

    def _drawn(self, bought: Collection[str]) -> dict[str, float]:
        drawn: dict[str, float] = {}
        for product in bought:
            place = self._places.get(product)
            if place is None:
                continue
            near, strengths = self._near.places[place], self._near.strengths[place]
            for other, strength in zip(near.tolist(), strengths.tolist(), strict=True):
                name = self._names[other]
                drawn[name] = drawn.get(name, 0.0) + strength
        return drawn


def _ordered(strengths: Mapping[str, float]) -> list[str]:
    return sorted(strengths, key=lambda name: (-strengths[name], name))


def _first(names: Sequence[str], without: Collection[str], k: int) -> list[str]:
    found: list[str] = []
    for name in dict.fromkeys(names):
        if len(found) == k:
            break
        if name not in without:
            found.append(name)
    return found
