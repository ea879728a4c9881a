"""A shop's orders as columns: millions of lines in little memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from track_service.core.recommend.basket import Basket

_DAY = timedelta(days=1)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when nothing was ordered
Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order; a customer that is not known is empty, a return negative."""

    customer_id: str
    order_id: str
    at: datetime
    product_id: str
    quantity: float = 1.0


@dataclass(frozen=True)
class Ledger:
    """Orders by age, the oldest first, and their lines in the same order.

    `day`: of each order, in days since `zero`, when the oldest was placed. `customer`
    of each order is a place in `customers`, `product` of each line one in `products`,
    `order` of each line the place of its order.
    """

    zero: datetime
    customers: list[str]
    products: list[str]
    customer: Ints
    day: Floats
    order: Ints
    product: Ints

    def before(self, day: float) -> "Ledger":
        """Return what was known before that day; names keep their places."""
        orders = int(np.searchsorted(self.day, day))
        lines = int(np.searchsorted(self.order, orders))
        return Ledger(
            self.zero,
            self.customers,
            self.products,
            self.customer[:orders],
            self.day[:orders],
            self.order[:lines],
            self.product[:lines],
        )

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where the lines of each order start, and the end."""
        return np.searchsorted(self.order, np.arange(len(self.day) + 1))

    @cached_property
    def by_customer(self) -> dict[int, list[int]]:
        """The orders of each known customer, the oldest first."""
        found: dict[int, list[int]] = {}
        for place, customer in enumerate(self.customer.tolist()):
            found.setdefault(customer, []).append(place)
        return found

    def basket(self, order: int) -> Basket:
        """Return an order as the ranking wants it."""
        start, end = self.starts[order : order + 2]
        names = tuple(self.products[p] for p in self.product[start:end].tolist())
        return Basket(self.when(float(self.day[order])), names)

    def baskets(self, orders: Iterable[int]) -> Iterator[Basket]:
        """Yield orders as the ranking wants them."""
        return map(self.basket, orders)

    def when(self, day: float) -> datetime:
        """Return the instant of a day."""
        return self.zero + day * _DAY


class _Names:
    def __init__(self) -> None:
        self.places: dict[object, int] = {}

    def place(self, name: object) -> int:
        return self.places.setdefault(name, len(self.places))


def ledger(lines: Iterable[Line]) -> Ledger:
    """Return the orders that lines come to; no line twice, and nothing wholly returned.

    An order is one customer's: of two that share an id there are two orders. Its time
    is that of its earliest line. Instants are all aware, or all naive.
    """
    customers, orders, products = _Names(), _Names(), _Names()
    zero: datetime | None = None
    cells: list[tuple[int, int, int, float, float]] = []
    for line in lines:
        zero = zero or line.at
        guest = ("", line.order_id)  # a stranger's order is nobody else's
        customer = customers.place(line.customer_id or guest)
        order = orders.place((customer, line.order_id))
        at = (line.at - zero) / _DAY
        cells.append(
            (customer, order, products.place(line.product_id), at, line.quantity)
        )
    if zero is None:
        zero = _NEVER
    table = np.array(cells, dtype=np.float64).reshape(-1, 5)
    names = [name if isinstance(name, str) else "" for name in customers.places]
    return _gathered(zero, names, list(map(str, products.places)), table)


def _gathered(
    zero: datetime, customers: list[str], products: list[str], table: Floats
) -> Ledger:
    """Return the orders that rows come to.

    A row: places of the customer, the order and the product, days since `zero`, pieces.
    """
    customer, order, product = table[:, :3].astype(np.int64).T
    placed = np.full(order.max(initial=-1) + 1, np.inf)
    np.minimum.at(placed, order, table[:, 3])
    owner = np.zeros(len(placed), dtype=np.int64)
    owner[order] = customer
    wide = len(products) or 1
    keys, where = np.unique(order * wide + product, return_inverse=True)
    kept = keys[np.bincount(where, weights=table[:, 4]) > 0]
    bought = np.unique(kept // wide)  # an order that was wholly returned is none
    by_age = bought[np.argsort(placed[bought], kind="stable")]
    rank = np.zeros(len(placed), dtype=np.int64)
    rank[by_age] = np.arange(len(by_age))
    lines = np.argsort(rank[kept // wide], kind="stable")
    oldest = float(placed[by_age[0]]) if len(by_age) else 0.0
    return Ledger(
        zero + oldest * _DAY if len(by_age) else zero,
        customers,
        products,
        owner[by_age].astype(np.int32),
        placed[by_age] - oldest,
        rank[kept // wide][lines].astype(np.int32),
        (kept % wide)[lines].astype(np.int32),
    )
