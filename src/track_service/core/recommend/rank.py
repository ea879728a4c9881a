"""The products to show on one page, each with a reason."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain, islice

from track_service.core.recommend.basket import Basket, Mode
from track_service.core.recommend.blend import PRIOR, Weighing, score
from track_service.core.recommend.candidates import candidates
from track_service.core.recommend.features import (
    Setting,
    expected_gap,
    features,
    setting,
)
from track_service.core.recommend.figures import Figures, Product
from track_service.core.recommend.habits import habits, latest
from track_service.core.recommend.pull import pull

_NONE = Product()
_DUE = 0.7  # of the usual time to the next buying
_REFILLED = 2  # times bought, before it is a habit
_FIRST, _MORE = 12, 4  # whose stock is asked for, and how many times as many next
_Stock = Callable[[Sequence[str]], Collection[str]] | None


class Reason(StrEnum):
    """Why a product is shown."""

    PICKED = "picked"  # the brand pinned it
    REFILL = "refill"  # bought repeatedly, and it is about time
    BOUGHT_BEFORE = "bought_before"
    GOES_WITH = "goes_with"  # what `Pick.because` names
    POPULAR = "popular"
    CATEGORY = "category"  # more of what the customer likes


@dataclass(frozen=True, slots=True)
class Pick:
    """A product to show; `because` names the bought product it goes with."""

    product_id: str
    reason: Reason
    because: str | None = None


def rank(
    figures: Figures,
    basket: Collection[str],
    history: Sequence[Basket],
    *,
    at: datetime,
    mode: Mode = Mode.ANY,
    pins: Sequence[str] = (),
    bans: Collection[str] = (),
    in_stock: _Stock = None,
    k: int = 8,
) -> list[Pick]:
    """Return up to `k` products for the page of an order, best first.

    `basket`: the order's product ids, of which none is returned. `history`: the
    customer's orders, this one among them or not; those after `at` are not looked at.
    An empty one (a page opened by its link alone) is ranked by basket and shop. `pins`
    come first, `bans` never. `in_stock` tells which of some ids can be had, and is asked
    of the best alone; None means that all can. All instants are aware, or all naive.
    """
    known = sorted(set(basket))
    own = habits(history, at=at)
    of = setting(figures.products, known, own, pull(figures.products, known, own))
    without = {*known, *bans}
    if mode is Mode.NEW:
        without.update(p for b in history if b.at <= at for p in b.products)
    able = [pin for pin in dict.fromkeys(pins) if pin not in without]
    pinned = list(islice(_at_hand(able, in_stock), k))
    found = candidates(figures, of, mode=mode, without=without | {*pinned})
    ranked = _at_hand(_ranked(figures, found, of, mode), in_stock)
    chosen = _mixed(figures, ranked, count=k - len(pinned))
    strange = {product for product in chosen if product not in own.of}
    causes = _causes(figures, strange, known)  # a better reason than earlier orders
    causes |= _causes(figures, strange - causes.keys(), latest(own))
    return [Pick(product, Reason.PICKED) for product in pinned] + [
        _reasoned(figures, product, causes, of) for product in chosen
    ]


def _at_hand(found: Sequence[str], in_stock: _Stock) -> Iterator[str]:
    """Yield what can be had, in the same order; no further is asked than is taken."""
    if in_stock is None:
        yield from found
        return
    start, count = 0, _FIRST
    while some := found[start : start + count]:
        had = in_stock(some)
        yield from (product for product in some if product in had)
        start, count = start + count, count * _MORE


def _ranked(
    figures: Figures, found: Sequence[str], of: Setting, mode: Mode
) -> list[str]:
    weights = figures.weights.get(mode, PRIOR[mode])
    products = figures.products
    scores: dict[str, float] = {}
    if isinstance(products, Weighing):
        scores = products.weighed(found, of, weights)
    for product in found:
        if product not in scores:
            hints = features(product, products.get(product, _NONE), of)
            scores[product] = score(weights, hints)
    return sorted(scores, key=lambda product: (-scores[product], product))


def _mixed(figures: Figures, ranked: Iterable[str], *, count: int) -> list[str]:
    """Take the best, but of one category no more than half while there are others."""
    most = math.ceil(count / 2)
    taken: Counter[str] = Counter()
    first: list[str] = []
    rest: list[str] = []
    for product in ranked:
        kind = figures.products.get(product, _NONE).category
        if len(first) == count:
            break
        if kind is not None and taken[kind] == most:
            rest.append(product)
            continue
        first.append(product)
        if kind is not None:
            taken[kind] += 1
    return (first + rest)[:count]


def _causes(
    figures: Figures, chosen: Collection[str], sources: Iterable[str]
) -> dict[str, str]:
    """Return for each chosen product that is drawn by a bought one which draws it most."""
    best: dict[str, tuple[float, str]] = {}
    for source in sources if chosen else ():
        found = figures.products.get(source, _NONE)
        for product, strength in chain(found.goes_with, found.follows):
            if product in chosen and strength > best.get(product, (0.0, ""))[0]:
                best[product] = strength, source
    return {product: cause for product, (_, cause) in best.items()}


def _reasoned(
    figures: Figures, product: str, causes: Mapping[str, str], of: Setting
) -> Pick:
    found = figures.products.get(product, _NONE)
    habit = of.habits.of.get(product)
    if habit is not None:
        due = habit.last >= _DUE * expected_gap(habit, found)
        again = habit.count >= _REFILLED and due
        return Pick(product, Reason.REFILL if again else Reason.BOUGHT_BEFORE)
    if product in causes:
        return Pick(product, Reason.GOES_WITH, causes[product])
    liked = found.category in of.tastes and product not in figures.popular
    return Pick(product, Reason.CATEGORY if liked else Reason.POPULAR)
