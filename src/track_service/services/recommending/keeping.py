"""Figures as bytes and back: columns of numbers, of which products are made on demand.

100,000 products with 75 neighbours each take some 60 MB in a process.
"""

import json
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from track_service.core.recommend.basket import Mode
from track_service.core.recommend.figures import Figures, Near, Product

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
        self._made: dict[str, Product] = {}

    def __getitem__(self, name: str) -> Product:
        """Return a product's figures."""
        made = self._made.get(name)
        if made is None:
            made = self._product(self._places[name])
            if len(self._made) >= _MOST_MADE:
                self._made.clear()
            self._made[name] = made
        return made

    def __iter__(self) -> Iterator[str]:
        """Yield the products' ids."""
        return iter(self.names)

    def __len__(self) -> int:
        """Return how many products there are."""
        return len(self.names)

    def _product(self, place: int) -> Product:
        return Product(
            tuple(self.columns["demand"][place].tolist()),
            float(self.columns["rhythm"][place]),
            self._near("follows", place),
            self._near("goes_with", place),
            self.categories[place],
        )

    def _near(self, kind: str, place: int) -> Near:
        start, end = self.columns[f"{kind}_starts"][place : place + 2]
        places = self.columns[f"{kind}_places"][start:end].tolist()
        strengths = self.columns[f"{kind}_strengths"][start:end].tolist()
        return tuple(zip((self.names[p] for p in places), strengths, strict=True))
