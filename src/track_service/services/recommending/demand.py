"""What sells, what is new, and what is bought again after how long."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from track_service.core.recommend.figures import NEWCOMER
from track_service.services.recommending.ledger import Floats, Ledger

_WINDOWS = (7.0, 30.0, 90.0)  # days
_YEAR, _AHEAD, _BACK = 365.0, 50.0, 10.0
_SEASON = 50  # orders that tell of a season
_TRUST = 5.0  # orders that the usual share is worth beside a window's
_BUYERS = 10.0  # buyers that the shop's usual share is worth
_GAPS = 5.0
_RHYTHM = 60.0  # days, where nothing was bought twice
_LEAST = 0.05  # orders
_FRESH = 30.0  # days since it was first sold


@dataclass(frozen=True, slots=True)
class Demand:
    """`hints`: a row for each product, as `figures.DEMAND`; `rhythm`: days.

    `newcomer`: the hints that a product begins with, from those first sold of late.
    """

    hints: Floats
    rhythm: Floats
    newcomer: tuple[float, ...]


def demand(of: Ledger, *, day: float) -> Demand:
    """Return what the orders up to `day` tell of each product."""
    wide = len(of.products)
    sold = np.bincount(of.product, minlength=wide)
    orders = len(of.day)
    usual = sold / max(orders, 1)
    at = of.day[of.order]
    windows = [_share(of, at, usual, day - back, np.inf) for back in _WINDOWS]
    ever = np.log((sold + _LEAST) / (orders + _TRUST))
    start, end = day - _YEAR - _BACK, day - _YEAR + _AHEAD
    season = np.zeros(wide)
    if np.count_nonzero((of.day >= start) & (of.day < end)) >= _SEASON:
        season = _share(of, at, usual, start, end) - ever
    first, last = np.full(wide, np.inf), np.full(wide, -np.inf)
    np.minimum.at(first, of.product, at)
    np.maximum.at(last, of.product, at)
    ages = [np.log1p(np.clip(day - seen, 0, 400)) for seen in (first, last)]
    again, rhythm = _again(of)
    hints = np.column_stack((*windows, ever, season, *ages, again))
    fresh = hints[np.abs(day - first) < _FRESH]
    begun = tuple(fresh.mean(axis=0).tolist()) if len(fresh) else NEWCOMER
    return Demand(hints, rhythm, begun)


def _share(of: Ledger, at: Floats, usual: Floats, start: float, end: float) -> Floats:
    inside = (at >= start) & (at < end)
    sold = np.bincount(of.product[inside], minlength=len(usual))
    orders = np.count_nonzero((of.day >= start) & (of.day < end))
    share: Floats = np.log((sold + _TRUST * usual + _LEAST) / (orders + _TRUST))
    return share


def _again(of: Ledger) -> tuple[Floats, Floats]:
    """Return the log of the share of buyers who came back for it, and its rhythm."""
    wide = max(len(of.products), 1)
    pair = of.customer[of.order].astype(np.int64) * wide + of.product
    order = np.argsort(pair, kind="stable")  # lines are by age already
    pair, at = pair[order], of.day[of.order][order]
    same = pair[1:] == pair[:-1]
    gaps = np.log(np.maximum(np.diff(at)[same], 1.0))
    sold = (pair[1:] % wide)[same]
    usual = float(np.median(gaps)) if len(gaps) else float(np.log(_RHYTHM))
    total = np.bincount(sold, weights=gaps, minlength=wide)
    rhythm = np.exp(
        (total + _GAPS * usual) / (np.bincount(sold, minlength=wide) + _GAPS)
    )
    buyers = np.bincount(_once(pair) % wide, minlength=wide)
    back = np.bincount(_once(pair[1:][same]) % wide, minlength=wide)
    share = back.sum() / max(buyers.sum(), 1)
    hint = np.log((back + _BUYERS * share + 1e-3) / (buyers + _BUYERS + 1e-3))
    return hint[: len(of.products)], rhythm[: len(of.products)]


def _once(ordered: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each of some ordered numbers once; `np.unique` would look them up anew."""
    return ordered[np.diff(ordered, prepend=-1) > 0]
