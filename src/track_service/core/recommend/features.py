"""What speaks for one product and one customer, as the numbers that the blend weighs."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from track_service.core.recommend.figures import DEMAND, Product
from track_service.core.recommend.habits import Habit, Habits
from track_service.core.recommend.pull import Pull

_PULLS = ("follows", "follows_linear", "near", "goes_with")
_SIZED = ("month_by_size", "follows_by_size", "goes_with_by_size")
_SHELF = ("category", "basket_category")
_OWN = (
    "owned",
    "count",
    "share_of_orders",
    "lasting",
    "fresh",
    "last",
    "again_owned",
    "loyalty",
    "early",
    "overdue",
    "orders",
    "month_owned",
    "follows_owned",
)
NEW_NAMES = DEMAND + _PULLS + _SIZED + _SHELF
NAMES = NEW_NAMES + _OWN
_STRANGER = (0.0,) * len(_OWN)
MONTH, _AGAIN = DEMAND.index("month"), DEMAND.index("again")
_MANY = 300  # products of a customer; more make no difference
_OLD = 1000.0  # days
LEAST = (1e-3, 1e-4, 1e-4)  # what is not drawn, by `follows`, `near` and `goes_with`
_FLOOR = math.log(0.02)


@dataclass(frozen=True, slots=True)
class Setting:
    """What is alike for all products of one page."""

    habits: Habits
    pull: Pull
    size: float
    tastes: Mapping[str, float]  # share of what was bought, by category
    shelves: frozenset[str]  # of the basket


def setting(
    products: Mapping[str, Product],
    basket: Sequence[str],
    habits: Habits,
    pulled: Pull,
) -> Setting:
    """Gather what the customer's habits and the basket tell of any product."""
    known = habits.of.keys() | set(basket)
    kinds = Counter(p.category for q in known if (p := products.get(q)) and p.category)
    total = kinds.total() or 1
    return Setting(
        habits,
        pulled,
        math.log1p(min(len(known), _MANY)),
        {kind: count / total for kind, count in kinds.items()},
        frozenset(p.category for q in basket if (p := products.get(q)) and p.category),
    )


def features(name: str, product: Product, of: Setting) -> tuple[float, ...]:
    """Return the features of a product, in the order of `NAMES`."""
    drawn = of.pull.follows.get(name, 0.0)
    follows = math.log(drawn + LEAST[0])
    near = math.log(of.pull.near.get(name, 0.0) + LEAST[1])
    goes_with = math.log(of.pull.goes_with.get(name, 0.0) + LEAST[2])
    month, size = product.demand[MONTH], of.size
    return (
        *product.demand,
        follows,
        drawn * 10,
        near,
        goes_with,
        month * size,
        follows * size,
        goes_with * size,
        *kin(product.category, of),
        *own_features(name, product, of),
    )


def kin(kind: str | None, of: Setting) -> tuple[float, float]:
    """Return how well a category is liked, and whether it is one of the basket's."""
    liked = math.log(of.tastes.get(kind, 0.0) + 0.02) - _FLOOR if kind else 0.0
    return liked, 1.0 if kind in of.shelves else 0.0


def own_features(name: str, product: Product, of: Setting) -> tuple[float, ...]:
    """Return those features that tell of what the customer bought; zeros of the rest."""
    habit = of.habits.of.get(name)
    if habit is None:
        return _STRANGER
    follows = math.log(of.pull.follows.get(name, 0.0) + LEAST[0])
    return _own(habit, product, of.habits, follows)


def _own(
    habit: Habit, product: Product, habits: Habits, follows: float
) -> tuple[float, ...]:
    due = math.log(max(habit.last, 0.5) / expected_gap(habit, product))
    orders = math.log(habits.orders)
    return (
        1.0,
        math.log(habit.count),
        math.log(habit.count) - orders,
        math.log(habit.lasting / habits.weight + 1e-3) + 7,
        math.log(habit.fresh + 1e-3),
        math.log1p(min(habit.last, _OLD)),
        product.demand[_AGAIN],
        math.log(habits.loyalty),
        min(due, 0.0),
        max(due, 0.0),
        orders,
        product.demand[MONTH],
        follows,
    )


def expected_gap(habit: Habit, product: Product) -> float:
    """Return the days from one buying to the next: the item's rhythm and the customer's."""
    gaps = habit.count - 1
    if not gaps:
        return product.rhythm
    own = max((habit.first - habit.last) / gaps, 1.0)
    return math.exp((2 * math.log(product.rhythm) + gaps * math.log(own)) / (2 + gaps))
