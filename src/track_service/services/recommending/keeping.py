"""Figures as bytes and back: columns of numbers, of which products are made on demand.

100,000 products with 75 neighbours each take some 60 MB in a process.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from track_service.core.recommend.basket import Mode
from track_service.core.recommend.figures import Figures, Near, Product

_Columns = Mapping[str, NDArray[Any]]
_MOST_MADE = 20_000  # products that are held besides the columns


def packed(figures: Figures) -> bytes:
    """Return figures as bytes; `opened` reads them."""
    names = list(figures.products)
    places = {name: place for place, name in enumerate(names)}
    products = [figures.products[name] for name in names]
    rest = {
        "names": names,
        "categories": [product.category for product in products],
        "popular": figures.popular,
        "shelves": {kind: list(of) for kind, of in figures.shelves.items()},
        "weights": {mode: list(of) for mode, of in figures.weights.items()},
    }
    columns: dict[str, Any] = {
        "demand": np.array([p.demand for p in products], np.float32),
        "rhythm": np.array([p.rhythm for p in products], np.float32),
        "rest": np.frombuffer(json.dumps(rest).encode(), np.uint8),
        **_near("follows", [p.follows for p in products], places),
        **_near("goes_with", [p.goes_with for p in products], places),
    }
    file = BytesIO()
    np.savez_compressed(file, allow_pickle=False, **columns)
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
    """Products out of columns, each made when it is asked for."""

    def __init__(
        self, names: list[str], categories: list[str | None], columns: _Columns
    ) -> None:
        self._names, self._categories, self._columns = names, categories, columns
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
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many products there are."""
        return len(self._names)

    def _product(self, place: int) -> Product:
        return Product(
            tuple(self._columns["demand"][place].tolist()),
            float(self._columns["rhythm"][place]),
            self._near("follows", place),
            self._near("goes_with", place),
            self._categories[place],
        )

    def _near(self, kind: str, place: int) -> Near:
        start, end = self._columns[f"{kind}_starts"][place : place + 2]
        places = self._columns[f"{kind}_places"][start:end].tolist()
        strengths = self._columns[f"{kind}_strengths"][start:end].tolist()
        return tuple(zip((self._names[p] for p in places), strengths, strict=True))


def _near(
    kind: str, found: Sequence[Near], places: Mapping[str, int]
) -> dict[str, NDArray[Any]]:
    """Return neighbours as columns: those of a product stand between two starts."""
    counts = [0, *(len(near) for near in found)]
    named = [places[name] for near in found for name, _ in near]
    strengths = [strength for near in found for _, strength in near]
    return {
        f"{kind}_starts": np.cumsum(counts, dtype=np.int64),
        f"{kind}_places": np.array(named, np.int32),
        f"{kind}_strengths": np.array(strengths, np.float32),
    }
