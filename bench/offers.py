"""What a page's offers cost where the shop is stored, and the nightly fit of it.

The shop of `bench.recommend` in an SQLite file. It is stored, fitted and asked in
processes of their own, so that the memory is the fit's alone.
"""

import multiprocessing
import os
import resource
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np

from bench.measure import Result, fresh_app
from bench.recommend import CUSTOMERS, DAYS, ORDERS, PRODUCTS, START, invented
from track_service.app import create_app, service
from track_service.config import Settings
from track_service.core.goods import Purchase
from track_service.core.parcel import Brand, Order
from track_service.core.selling import Wishes
from track_service.services import brands
from track_service.services.recommending.ledger import Ledger
from track_service.services.recommending.nightly import fit_brand
from track_service.services.recommending.offers import Setting, offers
from track_service.services.recommending.shelf import Shelf
from track_service.store import brands as known_brands
from track_service.store import purchases, selling, shoppers
from track_service.store.db import Database, db

PAGES, HEAVY, KINDS = 1000, 200, 500
_CALLS = 3
NOW = START + timedelta(days=DAYS)
_AT = "%Y-%m-%d %H:%M:%S.%f"
_TABLES = {
    "product": "id, brand_id, external_id, title, category, url, in_stock, told_at",
    "shopper": "id, brand_id, digest",
    "purchase": "id, brand_id, number, shopper_id, at, told_at",
    "purchase_line": "purchase_id, product_id, quantity",
}


def run() -> Iterator[Result]:
    """Yield what a fit out of the store takes, and a page of any and of great buyers."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # or two threads wait for each other
    start = multiprocessing.get_context("spawn")
    with fresh_app() as (_, of):
        with start.Pool(1) as alone:
            alone.apply(stored, (of.settings,))
        with start.Pool(1) as alone:
            whole, night, gigabytes = alone.apply(fitted, (of.settings,))
        with start.Pool(1) as alone:
            first, usual, heavy = alone.apply(asked, (of.settings,))
    yield Result("store_fit_time", whole, "s", 120, 1, "read, learned, fitted, stored")
    yield Result("store_night_time", night, "s", 30, 1, "1 % more orders a day later")
    yield Result("store_fit_memory", gigabytes, "GB", 2, 1, "the process at its peak")
    yield Result("offers_cold", first, "ms", 5000, 1, "the first page of a process")
    yield Result("offers_time", usual[0], "ms", 5, PAGES, "median of a page, warm")
    yield Result("offers_p99", usual[1], "ms", 5, PAGES, "one page in a hundred")
    yield Result("offers_heavy", heavy[0], "ms", 5, HEAVY, "of those who buy most")
    yield Result("offers_heavy_p99", heavy[1], "ms", 5, HEAVY, "one of these in 100")


def stored(settings: Settings) -> None:
    """Store the shop: its catalogue, shoppers, orders, and the wish to offer."""
    app = create_app(settings)
    database, shop = service(app).database, invented()
    with database.write() as session:
        made = brands.new_brand("bench", "Bench")
        brand = brands.add(session, made, now=NOW, mint=service(app).mint).brand
        shoppers.key(session, brand.id, fresh="key")
        selling.wish(session, brand.id, Wishes(is_on=True, history_by_link=True))
        session.commit()
    with app.app_context():
        raw = db.engine.raw_connection()
    for (table, columns), rows in zip(_TABLES.items(), _rows(shop, brand), strict=True):
        marks = ", ".join("?" for _ in columns.split(","))
        insert = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        raw.cursor().executemany(insert, rows)
    raw.commit()
    raw.close()


def _rows(shop: Ledger, brand: Brand) -> Iterator[Iterator[tuple[object, ...]]]:
    told = f"{NOW:{_AT}}"
    yield (
        (
            n + 1,
            brand.id,
            f"p{n}",
            f"Product {n}",
            f"Kind {n % KINDS}",
            f"https://shop.example/{n}",
            n % 20 != 0,  # the rest is sold out
            told,
        )
        for n in range(PRODUCTS)
    )
    yield ((n + 1, brand.id, f"{n:032x}") for n in range(CUSTOMERS))
    days, buyers = shop.day.tolist(), shop.customer.tolist()
    yield (
        (n + 1, brand.id, str(n), buyers[n] + 1, f"{shop.when(days[n]):{_AT}}", told)
        for n in range(ORDERS)
    )
    lines = zip(shop.order.tolist(), shop.product.tolist(), strict=True)
    yield ((order + 1, product + 1, 1) for order, product in lines)


def fitted(settings: Settings) -> tuple[float, float, float]:
    """Return the processor seconds of a first fit and of a night's, and the gigabytes."""
    database = service(create_app(settings)).database
    brand_id, dice = _brand(database).id, np.random.default_rng(8)
    whole = _fit(database, brand_id, NOW)
    told = [
        Purchase(f"new-{n}", NOW, {f"p{p}": 1 for p in some}, f"{n:032x}")
        for n, some in enumerate(
            (PRODUCTS * dice.random((ORDERS // 100, 3)) ** 3).astype(int).tolist()
        )
    ]
    with database.write() as session:
        purchases.tell(session, brand_id, told, now=NOW + timedelta(hours=1))
        session.commit()
    night = _fit(database, brand_id, NOW + timedelta(days=1))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return whole, night, peak


def _fit(database: Database, brand_id: int, now: datetime) -> float:
    start = time.process_time()  # of all threads: no less than it takes alone
    if not fit_brand(database, brand_id, now=now, before=now):
        raise RuntimeError("nothing was fitted")
    return time.process_time() - start


def asked(
    settings: Settings,
) -> tuple[float, tuple[float, float], tuple[float, float]]:
    """Return the ms of a first page; the median and the 99th percentile of warm ones.

    Of a page's three calls the least counts: others' work only ever adds.
    """
    database, shelf = service(create_app(settings)).database, Shelf()
    brand, shop = _brand(database), invented()
    last = {customer: order for order, customer in enumerate(shop.customer.tolist())}
    often = np.argsort(-np.bincount(shop.customer), kind="stable")[:HEAVY].tolist()
    usual = list(last)[:: len(last) // PAGES][:PAGES]
    first = _page(database, shelf, brand, last[usual[0]])
    return first, *(
        _quantiles(
            [
                min(_page(database, shelf, brand, last[c]) for _ in range(_CALLS))
                for c in customers
            ]
        )
        for customers in (usual, often)
    )


def _page(database: Database, shelf: Shelf, brand: Brand, order: int) -> float:
    """Return the milliseconds of the processor that a page's offers take."""
    with database.read() as session:
        selling.wishes(session, brand.id)  # a page has its session already
        start = time.process_time()  # others' work counts less
        found = offers(session, shelf, Setting(brand, Order(str(order))), now=NOW)
        took = time.process_time() - start
    if found is None:
        raise RuntimeError(f"nothing is offered beside {order}")
    return took * 1000


def _quantiles(times: list[float]) -> tuple[float, float]:
    half, most = np.quantile(times, (0.5, 0.99)).tolist()
    return half, most


def _brand(database: Database) -> Brand:
    with database.read() as session:
        brand = known_brands.by_code(session, "bench")
    if brand is None:
        raise RuntimeError("the shop is not stored")
    return brand
