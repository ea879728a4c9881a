"""A shop's figures, fitted on its orders."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from track_service.core.recommend.basket import Mode
from track_service.core.recommend.figures import DEMAND, Figures, Product
from track_service.services.recommending.demand import Demand, demand
from track_service.services.recommending.keeping import Kept
from track_service.services.recommending.learn import learn
from track_service.services.recommending.ledger import Ledger
from track_service.services.recommending.neighbours import (
    Neighbours,
    in_one_order,
    of_one_customer,
)
from track_service.services.recommending.shelves import popular, shelves

_FOLLOWS, _GOES_WITH = 50, 25


def fit(
    of: Ledger,
    *,
    day: float,
    categories: Mapping[str, str] | None = None,
    weights: Mapping[Mode, tuple[float, ...]] | None = None,
) -> Figures:
    """Return the figures of a shop as of `day`, weights learned from its own past.

    `categories` names the category of each product in the catalogue, sold or not;
    given `weights` stand as they are.
    """
    kinds = categories or {}
    if weights is None:
        weights = learn(
            of, lambda past, at: figures(past, day=at, categories=kinds), day
        )
    return replace(figures(of, day=day, categories=kinds), weights=weights)


def figures(of: Ledger, *, day: float, categories: Mapping[str, str]) -> Figures:
    """Return the figures as of `day` but for the weights."""
    told = demand(of, day=day)
    sold = np.bincount(of.product, minlength=len(of.products)) > 0
    shelved = shelves(of.products, told, sold, categories)
    return Figures(
        _products(of, told, categories),
        popular(of.products, told, sold, categories),
        shelved,
    )


def _products(of: Ledger, told: Demand, categories: Mapping[str, str]) -> Kept:
    """Return all products: those that nobody has bought have a newcomer's demand."""
    sold = set(of.products)
    names = of.products + [name for name in categories if name not in sold]
    unsold = len(names) - len(of.products)
    fresh = np.tile(told.newcomer, (unsold, 1)).reshape(unsold, len(DEMAND))
    columns = {
        "demand": np.concatenate((told.hints, fresh)).astype(np.float32),
        "rhythm": np.append(told.rhythm, np.full(unsold, Product().rhythm)).astype(
            np.float32
        ),
        **_near("follows", of_one_customer(of, count=_FOLLOWS), unsold),
        **_near("goes_with", in_one_order(of, count=_GOES_WITH), unsold),
    }
    return Kept(names, [categories.get(name) for name in names], columns)


def _near(kind: str, found: Neighbours, unsold: int) -> dict[str, NDArray[Any]]:
    there = found.strengths > 0
    counts = np.concatenate(([0], there.sum(axis=1), np.zeros(unsold, np.int64)))
    return {
        f"{kind}_starts": np.cumsum(counts, dtype=np.int64),
        f"{kind}_places": found.places[there],
        f"{kind}_strengths": found.strengths[there],
    }
