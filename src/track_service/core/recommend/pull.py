"""How strongly what was bought draws each other product after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Protocol, runtime_checkable

from track_service.core.recommend.figures import Product
from track_service.core.recommend.habits import Habits, latest

_HALF = 180.0  # days in which what was bought loses half its pull
_NONE = Product()


@dataclass(frozen=True, slots=True)
class Pull:
    """The pull on each product: of all that was bought, and of the basket alone."""

    follows: Mapping[str, float]
    near: Mapping[str, float]
    goes_with: Mapping[str, float]


@runtime_checkable
class Drawing(Protocol):
    """Products that add their neighbours up themselves, and quicker."""

    def drawn(self, kind: str, weights: Mapping[str, float]) -> Mapping[str, float]:
        """Return what sources, weighed, draw by `follows` or `goes_with`, strongest first."""


def pull(
    products: Mapping[str, Product], basket: Sequence[str], habits: Habits
) -> Pull:
    """Return what the basket and the customer's earlier orders draw, strongest first."""
    ages = {product: habit.last for product, habit in latest(habits).items()}
    youngest = min(ages.values(), default=0.0)
    ages = dict.fromkeys(basket, youngest) | ages
    weights = {p: 0.5 ** ((age - youngest) / _HALF) for p, age in ages.items()}
    total = sum(weights.values()) or 1.0
    return Pull(
        _drawn(products, "follows", weights, 1 / total**0.5),
        _drawn(products, "goes_with", weights, 1 / total),
        _drawn(
            products, "goes_with", dict.fromkeys(basket, 1.0), 1 / (len(basket) or 1)
        ),
    )


def _drawn(
    products: Mapping[str, Product], kind: str, weights: Mapping[str, float], by: float
) -> Mapping[str, float]:
    scaled = {product: weight * by for product, weight in weights.items()}
    if isinstance(products, Drawing):
        return products.drawn(kind, scaled)
    found: dict[str, float] = {}
    for source, weight in scaled.items():
        for product, strength in getattr(products.get(source, _NONE), kind):
            found[product] = found.get(product, 0.0) + weight * strength
    return dict(sorted(found.items(), key=itemgetter(1), reverse=True))
