"""Which products are worth weighing for a page, out of all."""

from collections.abc import Collection, Iterable
from heapq import nlargest
from itertools import chain, islice

from track_service.core.recommend.basket import Mode
from track_service.core.recommend.features import Setting
from track_service.core.recommend.figures import Figures

_OWN, _FOLLOWS, _NEAR, _GOES_WITH = 100, 100, 60, 60
_SHELVES = 3  # the customer's best categories, besides those of the basket


def candidates(
    figures: Figures, of: Setting, *, mode: Mode, without: Collection[str]
) -> list[str]:
    """Return the ids to rank, each once: own, drawn, popular, and of liked categories.

    None of `without`, and in `Mode.NEW` nothing that the customer has bought.
    """
    habits, pull = of.habits.of, of.pull
    own = {} if mode is Mode.NEW else {p: habit.lasting for p, habit in habits.items()}
    banned = set(without)
    if mode is Mode.NEW:
        banned |= habits.keys()
    # Sorted, or it would be chance which of categories liked alike are looked at.
    liked = nlargest(_SHELVES, sorted(of.tastes), key=of.tastes.__getitem__)
    shelves = (figures.shelves.get(kind, ()) for kind in {*of.shelves, *liked})
    found = chain(
        nlargest(_OWN, (p for p in own if p not in banned), key=own.__getitem__),
        _first(pull.follows, _FOLLOWS, banned),
        _first(pull.near, _NEAR, banned),
        _first(pull.goes_with, _GOES_WITH, banned),
        figures.popular,
        chain.from_iterable(shelves),
    )
    return [product for product in dict.fromkeys(found) if product not in banned]


def _first(drawn: Iterable[str], count: int, banned: Collection[str]) -> Iterable[str]:
    return islice((product for product in drawn if product not in banned), count)
