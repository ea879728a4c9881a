"""A shop's figures, fitted on its orders."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain

import numpy as np

from track_service.core.recommend.figures import Figures, Near, Product
from track_service.services.recommending.demand import Demand, demand
from track_service.services.recommending.learn import learn
from track_service.services.recommending.ledger import Ledger
from track_service.services.recommending.neighbours import (
    Neighbours,
    in_one_order,
    of_one_customer,
)
from track_service.services.recommending.shelves import popular, shelves

_FOLLOWS, _GOES_WITH = 50, 25


class Fitted(Mapping[str, Product]):
    """Products out of columns, each made when it is first asked for.

    Those of the catalogue that nobody has bought have a newcomer's demand.
    """

    def __init__(
        self,
        names: list[str],
        told: Demand,
        follows: Neighbours,
        goes_with: Neighbours,
        categories: Mapping[str, str],
    ) -> None:
        self._names = names
        self._places = {name: place for place, name in enumerate(names)}
        self._unsold = [name for name in categories if name not in self._places]
        self._told, self._follows, self._goes_with = told, follows, goes_with
        self._categories = categories
        self._made: dict[str, Product] = {}

    def __getitem__(self, name: str) -> Product:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._product(name)
        return made

    def __iter__(self) -> Iterator[str]:
        return chain(self._names, self._unsold)

    def __len__(self) -> int:
        return len(self._names) + len(self._unsold)

    def _product(self, name: str) -> Product:
        place = self._places.get(name)
        if place is None:
            return Product(self._told.newcomer, category=self._categories[name])
        return Product(
            tuple(self._told.hints[place].tolist()),
            float(self._told.rhythm[place]),
            self._near(self._follows, place),
            self._near(self._goes_with, place),
            self._categories.get(name),
        )

    def _near(self, of: Neighbours, place: int) -> Near:
        strengths = of.strengths[place]
        count = int(np.count_nonzero(strengths))
        names = (self._names[p] for p in of.places[place, :count].tolist())
        return tuple(zip(names, strengths[:count].tolist(), strict=True))


def fit(
    of: Ledger, *, day: float, categories: Mapping[str, str] | None = None
) -> Figures:
    """Return the figures of a shop as of `day`, weights learned from its own past.

    `categories` names the category of each product in the catalogue, sold or not.
    """
    kinds = categories or {}
    weights = learn(of, lambda past, at: figures(past, day=at, categories=kinds), day)
    return replace(figures(of, day=day, categories=kinds), weights=weights)


def figures(of: Ledger, *, day: float, categories: Mapping[str, str]) -> Figures:
    """Return the figures as of `day` but for the weights."""
    told = demand(of, day=day)
    sold = np.bincount(of.product, minlength=len(of.products)) > 0
    shelved = shelves(of.products, told, sold, categories)
    return Figures(
        Fitted(
            of.products,
            told,
            of_one_customer(of, count=_FOLLOWS),
            in_one_order(of, count=_GOES_WITH),
            categories,
        ),
        popular(of.products, told, sold, categories),
        shelved,
    )
