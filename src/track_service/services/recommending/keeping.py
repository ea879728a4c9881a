"""Figures as bytes and back: columns of numbers, of which products are made on demand.

100,000 products with 75 neighbours each take some 60 MB in a process.
"""

import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from track_service.core.recommend.basket import Mode
from track_service.core.recommend.blend import score
from track_service.core.recommend.features import NEW_NAMES, Setting, own_features
from track_service.core.recommend.figures import Figures, Product
from track_service.services.recommending.drawn import Drawn
from track_service.services.recommending.weighing import weighed

_Columns = Mapping[str, NDArray[Any]]
_MOST_MADE = 20_000  # products that are held besides the columns


def packed(figures: Figures) -> bytes:
    """Return fitted figures as bytes; `opened` reads them.

    Their columns are written as they are. Raises TypeError for other products than `Kept`.
    """
    products = figures.products
    if not isinstance(products, Kept):
        raise TypeError("figures are kept as they were fitted: in columns")
    rest = {
        "names": products.names,
        "categories": products.categories,
        "popular": figures.popular,
        "shelves": {kind: list(of) for kind, of in figures.shelves.items()},
        "weights": {mode: list(of) for mode, of in figures.weights.items()},
    }
    told = np.frombuffer(json.dumps(rest).encode(), np.uint8)
    file = BytesIO()
    np.savez_compressed(file, allow_pickle=False, rest=told, **products.columns)
    return file.getvalue()


def opened(kept: bytes) -> Figures:
    """Return the figures that `packed` made bytes of."""
    with np.load(BytesIO(kept), allow_pickle=False) as file:
        columns = {name: file[name] for name in file.files}
    rest = json.loads(columns.pop("rest").tobytes())
    return Figures(
        Kept(rest["names"], rest["categories"], columns),
        tuple(rest["popular"]),
        {kind: tuple(of) for kind, of in rest["shelves"].items()},
        {Mode(mode): tuple(of) for mode, of in rest["weights"].items()},
    )


class Kept(Mapping[str, Product]):
    """Products out of columns, each made when it is asked for.

    `columns`: `demand` has a row for each product, `rhythm` a number; `follows_places`
    and `_strengths` those of all products one after the other, of which a product's
    stand between two `follows_starts`; `goes_with` likewise.
    """

    def __init__(
        self, names: list[str], categories: list[str | None], columns: _Columns
    ) -> None:
        self.names, self.categories, self.columns = names, categories, columns
        self._places = {name: place for place, name in enumerate(names)}
        self._made: OrderedDict[str, Product] = OrderedDict()

    def __getitem__(self, name: str) -> Product:
        """Return a product's figures."""
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._product(self._places[name])
            if len(self._made) > _MOST_MADE:
                self._made.popitem(last=False)
        return made

    def __iter__(self) -> Iterator[str]:
        """Yield the products' ids."""
        return iter(self.names)

    def __len__(self) -> int:
        """Return how many products there are."""
        return len(self.names)

    def drawn(self, kind: str, weights: Mapping[str, float]) -> Drawn:
        """Return what sources, weighed, draw by `follows` or `goes_with`, strongest first."""
        there = {p: weight for p, weight in weights.items() if p in self._places}
        starts, places, strengths = (
            self.columns[f"{kind}_{name}"] for name in ("starts", "places", "strengths")
        )
        at = np.array([self._places[product] for product in there], np.int64)
        first, counts = starts[at], starts[at + 1] - starts[at]
        ends = counts.cumsum()
        lines = np.arange(counts.sum()) + np.repeat(first - ends + counts, counts)
        each = strengths[lines] * np.repeat(list(there.values()), counts)
        total = np.bincount(places[lines], weights=each, minlength=len(self.names))
        return Drawn(self.names, self._places, np.asarray(total, np.float64))

    def weighed(
        self, found: Sequence[str], of: Setting, weights: Sequence[float]
    ) -> dict[str, float]:
        """Return the scores of those products that are known here."""
        names = [name for name in found if name in self._places]
        at = np.array([self._places[name] for name in names], np.int64)
        kinds = [self.categories[place] for place in at.tolist()]
        drawn = [
            pulled.strengths[at]
            if isinstance(pulled, Drawn)
            else np.array([pulled.get(name, 0.0) for name in names])
            for pulled in (of.pull.follows, of.pull.near, of.pull.goes_with)
        ]
        total = weighed(self.columns["demand"][at], kinds, drawn, of, weights)
        scores = dict(zip(names, total.tolist(), strict=True))
        for name in of.habits.of.keys() & scores.keys():
            own = own_features(name, self[name], of)
            scores[name] += score(weights[len(NEW_NAMES) :], own)
        return scores

    def _product(self, place: int) -> Product:
        return Product(
            tuple(self.columns["demand"][place].tolist()),
            float(self.columns["rhythm"][place]),
            Neighbours(self, "follows", place),
            Neighbours(self, "goes_with", place),
            self.categories[place],
        )


class Neighbours(Sequence[tuple[str, float]]):
    """A product's neighbours in the columns, read when they are asked for.

    Of most products that are ranked nobody asks for them.
    """

    __slots__ = ("_kind", "_of", "_place")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, of: Kept, kind: str, place: int) -> None:
        self._of, self._kind, self._place = of, kind, place

    def __iter__(self) -> Iterator[tuple[str, float]]:
        """Yield names and strengths, the strongest first."""
        of, part = self._of.columns, self._part()
        places = of[f"{self._kind}_places"][part].tolist()
        strengths = of[f"{self._kind}_strengths"][part].tolist()
        return zip(map(self._of.names.__getitem__, places), strengths, strict=True)

    def __len__(self) -> int:
        """Return how many there are."""
        part = self._part()
        return int(part.stop - part.start)

    def __getitem__(self, at: Any) -> Any:
        """Return one, or some of them."""
        return tuple(self)[at]

    def __eq__(self, other: object) -> bool:
        """Tell whether other neighbours are the same."""
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def _part(self) -> slice:
        starts = self._of.columns[f"{self._kind}_starts"]
        return slice(starts[self._place], starts[self._place + 1])
