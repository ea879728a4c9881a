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
from track_service.core.recommend.figures import Figures, Product

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

    def drawn(self, kind: str, weights: Mapping[str, float]) -> dict[str, float]:
        """Return what sources, weighed, draw by `follows` or `goes_with`, strongest first."""
        there = {p: weight for p, weight in weights.items() if p in self._places}
        if not there:
            return {}
        starts, places, strengths = (
            self.columns[f"{kind}_{name}"] for name in ("starts", "places", "strengths")
        )
        at = [self._places[product] for product in there]
        parts = [slice(*starts[place : place + 2].tolist()) for place in at]
        near = np.concatenate([places[part] for part in parts])
        each = np.concatenate([strengths[part] for part in parts])
        scale = np.repeat(list(there.values()), [p.stop - p.start for p in parts])
        drawn, which = np.unique(near, return_inverse=True)
        total = np.bincount(which, weights=each * scale, minlength=len(drawn))
        order = np.argsort(-total, kind="stable")
        names = map(self.names.__getitem__, drawn[order].tolist())
        return dict(zip(names, total[order].tolist(), strict=True))

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
