"""What a fit keeps for the next night: the orders that it read, and what it learned."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

import numpy as np

from track_service.core.recommend.basket import Mode
from track_service.core.recommend.features import NAMES
from track_service.services.recommending.sales import NOTHING, Sold

_HOLDS = timedelta(days=6, hours=12)  # a week of nights, each at some hour of it
_GROWTH = 1.1  # of orders: a young shop has more to learn


@dataclass(frozen=True, slots=True)
class Learned:
    """The weights learned `at` a time from so many `orders`."""

    weights: Mapping[Mode, tuple[float, ...]]
    at: datetime
    orders: int


@dataclass(frozen=True, slots=True)
class Overnight:
    """Orders and weights as of a night; None where there are no weights to go on with."""

    sold: Sold = NOTHING
    learned: Learned | None = None

    def still(self, orders: int, *, now: datetime) -> Learned | None:
        """Return what was learned, if it still does for a shop of so many orders."""
        of = self.learned
        if of is None or now - of.at >= _HOLDS or orders > of.orders * _GROWTH:
            return None
        return of


def packed(sold: Sold, learned: Learned) -> bytes:
    """Return what is to be kept as bytes; `opened` reads them."""
    told = {
        "hints": NAMES,
        "weights": learned.weights,
        "at": learned.at.isoformat(),
        "orders": learned.orders,
    }
    file = BytesIO()
    np.savez(
        file,
        allow_pickle=False,
        learned=np.frombuffer(json.dumps(told).encode(), np.uint8),
        orders=sold.orders,
        told=sold.told,
        sizes=sold.sizes.astype(np.int32),
        products=sold.products,
    )
    return file.getvalue()


def opened(kept: bytes | None) -> Overnight:
    """Return what was kept: weights only if they are of the hints that there are today."""
    if kept is None:
        return Overnight()
    with np.load(BytesIO(kept), allow_pickle=False) as file:
        columns = [file[name] for name in ("orders", "told", "sizes", "products")]
        told = json.loads(file["learned"].tobytes())
    learned = Learned(
        {Mode(mode): tuple(of) for mode, of in told["weights"].items()},
        datetime.fromisoformat(told["at"]),
        told["orders"],
    )
    is_of_today = told["hints"] == list(NAMES)
    return Overnight(Sold(*columns), learned if is_of_today else None)
