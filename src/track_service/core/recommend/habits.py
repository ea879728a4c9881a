"""What a customer's own orders tell: what is bought again, how often, and when last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from track_service.core.recommend.basket import Basket

_DAY = timedelta(days=1)
_ORDERS = 100  # the latest; older ones tell nothing more
_LONG, _SHORT = 120.0, 30.0  # days in which an order's weight halves
_LATEST = 150  # products that draw others
_USUAL, _WORTH = 0.2, 2.0  # share bought again where little is known, and its weight


@dataclass(slots=True)
class Habit:
    """How a customer bought one product; ages in days before now."""

    count: int
    first: float
    last: float
    lasting: float  # orders that held it, weighed by age
    fresh: float


@dataclass(frozen=True, slots=True)
class Habits:
    """A customer's habits by product, the one bought last at the end.

    `orders`: how many; `weight`: the same, weighed by age; `loyalty`: the share of
    later orders' products that had been bought before.
    """

    of: dict[str, Habit]
    orders: int
    weight: float
    loyalty: float


def habits(history: Sequence[Basket], *, at: datetime) -> Habits:
    """Return the habits that show in the orders up to `at`; later ones are not looked at."""
    known = sorted((b for b in history if b.at <= at), key=lambda basket: basket.at)
    of: dict[str, Habit] = {}
    weight = again = later = 0.0
    for basket in known[-_ORDERS:]:
        age = (at - basket.at) / _DAY
        lasting, fresh = 0.5 ** (age / _LONG), 0.5 ** (age / _SHORT)
        weight += lasting
        later += len(basket.products) if of else 0
        for product in basket.products:
            habit = of.pop(product, None)  # put at the end again
            if habit is None:
                of[product] = Habit(1, age, age, lasting, fresh)
                continue
            of[product] = habit
            again += 1
            habit.count += 1
            habit.last = age
            habit.lasting += lasting
            habit.fresh += fresh
    loyalty = (again + _USUAL * _WORTH) / (later + _WORTH)
    return Habits(of, min(len(known), _ORDERS), weight, loyalty)


def latest(of: Habits) -> dict[str, Habit]:
    """Return the products bought last, the latest first: as many as are looked at."""
    return dict(islice(reversed(of.of.items()), _LATEST))
