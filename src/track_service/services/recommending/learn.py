"""How hints are to be weighed, learned from earlier dates of the shop's own history."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from track_service.core.recommend.basket import Mode
from track_service.core.recommend.blend import PRIOR
from track_service.core.recommend.candidates import candidates
from track_service.core.recommend.features import (
    NAMES,
    NEW_NAMES,
    features,
    setting,
)
from track_service.core.recommend.figures import Figures, Product
from track_service.core.recommend.habits import habits
from track_service.core.recommend.pull import pull
from track_service.services.recommending.ledger import Floats, Ledger

_AHEAD = 60.0  # days in which the next basket is looked for
_STEPS = (0.0, 0.5, 1.0, 1.5)  # of that, between the dates
_ASKED = 1000  # customers at each date
_FEWEST = 50  # customers who tell anything at all
_TIE = 5.0  # pages; what a weight off its usual value must win
_NONE = Product()
_WIDTH = {Mode.ANY: len(NAMES), Mode.NEW: len(NEW_NAMES)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What could be shown on one page, and which of it was bought next."""

    hints: Floats
    bought: NDArray[np.bool_]


def learn(
    of: Ledger, fitted: Callable[[Ledger, float], Figures], day: float
) -> dict[Mode, tuple[float, ...]]:
    """Return the weights of each mode; none where the history is too short."""
    asked: dict[Mode, list[Asked]] = {mode: [] for mode in Mode}
    span = min(_AHEAD, day / 6)
    for step in _STEPS:
        cut = day - span * (1 + step)
        known = of.before(cut)
        if not len(known.day):
            continue
        shop = fitted(known, cut)
        for mode, one in pages(of, known, shop, cut, span):
            asked[mode].append(one)
    return {mode: weigh(mode, of) for mode, of in asked.items() if len(of) >= _FEWEST}


def pages(
    of: Ledger, known: Ledger, shop: Figures, cut: float, span: float
) -> Iterator[tuple[Mode, Asked]]:
    """Yield what could have been shown at `cut`, for customers who came back in time."""
    at = of.when(cut)
    for earlier, then in _returning(of, known, cut + span):
        history = list(known.baskets(earlier))
        basket = sorted(history[-1].products)
        own = habits(history, at=at)
        around = setting(shop.products, basket, own, pull(shop.products, basket, own))
        bought = set(of.basket(then).products)
        for mode in Mode:
            found = candidates(shop, around, mode=mode, without=basket)
            hit = np.array([product in bought for product in found], dtype=bool)
            if not hit.any():
                continue
            rows = [features(p, shop.products.get(p, _NONE), around) for p in found]
            yield mode, Asked(np.array(rows)[:, : _WIDTH[mode]], hit)


def _returning(
    of: Ledger, known: Ledger, until: float
) -> Iterator[tuple[list[int], int]]:
    """Yield customers' orders before a date and the first one after it."""
    start, end = len(known.day), int(np.searchsorted(of.day, until))
    first: dict[int, int] = {}
    for order, customer in enumerate(of.customer[start:end].tolist(), start):
        first.setdefault(customer, order)
    able = [c for c in first if c in known.by_customer]
    for customer in able[:: max(1, len(able) // _ASKED)]:
        yield known.by_customer[customer], first[customer]


def weigh(mode: Mode, pages: list[Asked]) -> tuple[float, ...]:
    """Return the weights under which what was bought stands highest.

    Maximises the probability, under a softmax over each page's products, that what is
    drawn is one that was bought; tied to `blend.PRIOR` where the pages tell little.
    """
    hints = np.concatenate([page.hints for page in pages])
    hits = np.concatenate([page.bought for page in pages]).astype(float)
    sizes = np.array([len(page.bought) for page in pages])
    page = np.repeat(np.arange(len(pages)), sizes)
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    scale = np.maximum(hints.std(axis=0), 1e-6)
    hints = (hints - hints.mean(axis=0)) / scale
    prior = np.array(PRIOR[mode]) * scale

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = np.einsum("ij,j", hints, weights)  # threads only get in its way
        scores = np.exp(scores - np.maximum.reduceat(scores, starts)[page])
        every = np.add.reduceat(scores, starts)
        some = np.maximum(np.add.reduceat(scores * hits, starts), 1e-12)
        pushed = scores / every[page] - scores * hits / some[page]
        off = weights - prior
        value = float(np.sum(np.log(every / some)) + _TIE * off @ off / 2)
        return value, np.einsum("ij,i", hints, pushed) + _TIE * off

    found = minimize(loss, prior, jac=True, method="L-BFGS-B", options={"maxiter": 150})
    return tuple((found.x / scale).tolist())
