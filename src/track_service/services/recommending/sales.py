"""A brand's stored orders as a ledger, of which only what was told anew is read whole.

Numbers go straight into columns: there is no object for a line.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from track_service.services.recommending.ledger import Ledger
from track_service.store import baskets

_EPOCH, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_DAY = 86_400  # seconds
_Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sold:
    """What lay in which order, by our ids; of no buyer, so that nobody is kept here.

    `orders`: the lowest first; `told`: when each was told last, in microseconds since
    1970; `sizes`: how many lines each has; `products`: of all lines, order by order.
    """

    orders: _Longs
    told: _Longs
    sizes: _Longs
    products: _Longs


NOTHING = Sold(*(np.empty(0, np.int64) for _ in range(4)))


def sales(session: Session, brand_id: int, kept: Sold) -> tuple[Sold, Ledger]:
    """Return what a brand sold, and that but to those who object to being profiled.

    Lines are read of orders that are not among those `kept`, or were told again since;
    who bought and when is asked of every order, and what is no more there is left out.
    """
    cells = chain.from_iterable(_orders(session, brand_id))
    table = np.fromiter(cells, np.int64).reshape(-1, 4)
    orders, shopper, at, told = table[table[:, 0].argsort()].T
    sold = _sold(session, brand_id, kept, orders, told)
    shopper = np.where(shopper, shopper, -orders)  # a stranger's order is nobody else's
    names = baskets.names(session, brand_id)
    objecting = baskets.objecting(session, brand_id)
    return sold, _ledger(sold, shopper, at, names, objecting)


def _orders(session: Session, brand_id: int) -> Iterator[tuple[int, int, int, int]]:
    for order, shopper, at, told in baskets.orders(session, brand_id):
        yield order, shopper, at, (told - _EPOCH) // _TICK


def _sold(
    session: Session, brand_id: int, kept: Sold, orders: _Longs, told: _Longs
) -> Sold:
    _, here, there = np.intersect1d(
        orders, kept.orders, assume_unique=True, return_indices=True
    )
    same = told[here] == kept.told[there]
    stays = np.repeat(np.isin(np.arange(len(kept.orders)), there[same]), kept.sizes)
    order, product = np.repeat(kept.orders, kept.sizes)[stays], kept.products[stays]
    unknown = np.delete(np.arange(len(orders)), here[same])
    if len(unknown):
        since = _EPOCH + int(told[unknown].min()) * _TICK
        cells = chain.from_iterable(baskets.lines(session, brand_id, since=since))
        new = np.fromiter(cells, np.int64).reshape(-1, 2)
        new = new[np.isin(new[:, 0], orders[unknown])]
        order, product = np.append(order, new[:, 0]), np.append(product, new[:, 1])
    by_order = np.lexsort((product, order))
    order, product = order[by_order], product[by_order]
    ends = np.searchsorted(order, orders, side="right")
    return Sold(orders, told, np.diff(ends, prepend=0), product)


def _ledger(
    sold: Sold,
    shopper: _Longs,
    at: _Longs,
    names: Mapping[int, str],
    objecting: Collection[int],
) -> Ledger:
    counts = (sold.sizes > 0) & ~np.isin(shopper, list(objecting))
    by_age = np.flatnonzero(counts)
    by_age = by_age[at[by_age].argsort(kind="stable")]
    rank = np.full(len(at), -1, np.int32)
    rank[by_age] = np.arange(len(by_age))
    order = np.repeat(rank, sold.sizes)
    lines = order.argsort(kind="stable")[np.count_nonzero(order < 0) :]
    customers, customer = np.unique(shopper[by_age], return_inverse=True)
    products, product = np.unique(sold.products[lines], return_inverse=True)
    oldest = int(at[by_age[0]]) if len(by_age) else 0
    return Ledger(
        _EPOCH + timedelta(seconds=oldest),
        list(map(str, customers.tolist())),
        [names[one] for one in products.tolist()],
        customer.astype(np.int32),
        (at[by_age] - oldest) / _DAY,
        order[lines],
        product.astype(np.int32),
    )
