"""Recommendations in a large invented shop: fitting all, and ranking for one page.

100,000 products and 1,000,000 orders of 250,000 customers over two years; a third of
what is bought was bought before. Each fit runs in a process of its own, whose memory is
measured whole.
"""

import multiprocessing
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from bench.measure import Result
from track_service.core.recommend.rank import rank
from track_service.services.recommending.fit import fit
from track_service.services.recommending.ledger import Ledger

PRODUCTS, ORDERS, CUSTOMERS, DAYS = 100_000, 1_000_000, 250_000, 730.0
PAGES = 2000
START = datetime(2024, 1, 1, tzinfo=UTC)


def run() -> Iterator[Result]:
    """Yield the seconds and memory of a fit, and the milliseconds of a page."""
    with multiprocessing.get_context("spawn").Pool(1) as alone:
        seconds, gigabytes, usual, slow = alone.apply(measured)
    yield Result("fit_time", seconds, "s", 120, 1, "1M orders, 100k products")
    yield Result("fit_memory", gigabytes, "GB", 2, 1, "the whole process at its peak")
    yield Result("rank_time", usual, "ms", 5, PAGES, "median of a page, warm")
    yield Result("rank_time_p99", slow, "ms", 5, PAGES, "one page in a hundred")


def measured() -> tuple[float, float, float, float]:
    """Return processor seconds and gigabytes of the fit, and of a page ms, usual and slow."""
    shop = invented()
    start = time.process_time()  # of all threads: no less than it takes alone
    figures = fit(shop, day=DAYS)
    seconds = time.process_time() - start
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    at = shop.when(DAYS)
    asked = list(shop.by_customer.values())[:PAGES]
    pages = [list(shop.baskets(orders)) for orders in asked]
    times = []
    for _ in range(2):  # the second time is warm
        times = []
        for history in pages:
            start = time.process_time()  # others' work counts less
            rank(figures, history[-1].products, history, at=at)
            times.append((time.process_time() - start) * 1000)
    return seconds, gigabytes, *map(float, np.quantile(times, (0.5, 0.99)))


def invented() -> Ledger:
    """Return the shop: few products sell much, few customers buy often."""
    dice = np.random.default_rng(7)
    customer = (CUSTOMERS * dice.random(ORDERS) ** 1.5).astype(np.int32)
    size = 1 + dice.poisson(2.0, ORDERS)
    order = np.repeat(np.arange(ORDERS, dtype=np.int32), size)
    product = (PRODUCTS * dice.random(len(order)) ** 3).astype(np.int32)
    usual = (customer[order] * 7919 + dice.integers(0, 6, len(order))) % PRODUCTS
    again = dice.random(len(order)) < 1 / 3
    product[again] = usual[again]
    lines = np.unique(order * np.int64(PRODUCTS) + product)
    return Ledger(
        START,
        [f"c{n}" for n in range(CUSTOMERS)],
        [f"p{n}" for n in range(PRODUCTS)],
        customer,
        np.sort(dice.random(ORDERS)) * DAYS,
        (lines // PRODUCTS).astype(np.int32),
        (lines % PRODUCTS).astype(np.int32),
    )
