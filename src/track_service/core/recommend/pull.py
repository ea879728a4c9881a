"""How strongly what was bought draws each other product after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


def pull(
    products: Mapping[str, Product], basket: Sequence[str], habits: Habits
) -> Pull:
    """Return what the basket and the customer's earlier orders draw."""
    ages = {product: habit.last for product, habit in latest(habits).items()}
    youngest = min(ages.values(), default=0.0)
    ages = dict.fromkeys(basket, youngest) | ages
    weights = {p: 0.5 ** ((age - youngest) / _HALF) for p, age in ages.items()}
    total = sum(weights.values()) or 1.0
    follows: dict[str, float] = {}
    near: dict[str, float] = {}
    for product, weight in weights.items():
        found = products.get(product, _NONE)
        _add(follows, found.follows, weight / total**0.5)
        _add(near, found.goes_with, weight / total)
    goes_with: dict[str, float] = {}
    for product in basket:
        _add(goes_with, products.get(product, _NONE).goes_with, 1 / len(basket))
    return Pull(follows, near, goes_with)


def _add(
    into: dict[str, float], neighbours: Sequence[tuple[str, float]], weight: float
) -> None:
    for product, strength in neighbours:
        into[product] = into.get(product, 0.0) + weight * strength
