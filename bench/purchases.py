"""purchase_rate: order lines taken a second, over bare inserts of the same rows."""

import random
from datetime import UTC, datetime, timedelta
from time import perf_counter

from sqlalchemy import insert, text

from bench.measure import Result, fresh_app
from track_service.core.goods import Purchase
from track_service.services import brands
from track_service.store import purchases
from track_service.store.db import db

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LINES, PRODUCTS, SHOPPERS, BATCH = 1_000_000, 20_000, 40_000, 500


def run() -> list[Result]:
    orders = _orders()
    with fresh_app() as (app, of):
        with of.database.write() as session:
            made = brands.new_brand("acme", "Acme")
            brand = brands.add(session, made, now=NOW, mint=of.mint).brand
            session.commit()
        began = perf_counter()
        with of.database.write() as session:
            known = purchases.Known()
            for start in range(0, len(orders), BATCH):
                batch = orders[start : start + BATCH]
                purchases.tell(session, brand.id, batch, now=NOW, known=known)
            session.commit()
        took = perf_counter() - began
        lines = sum(len(order.pieces) for order in orders)
        limit = _bare(app)
    return [
        Result("purchase_rate", lines / took, "lines/s", limit, 1, f"{lines} lines")
    ]


def _orders() -> list[Purchase]:
    chance = random.Random(1)
    orders: list[Purchase] = []
    lines = 0
    while lines < LINES:
        named = {
            f"P{int(chance.paretovariate(0.8)) % PRODUCTS}": 1
            for _ in range(chance.randint(1, 20))
        }
        lines += len(named)
        shopper = f"{chance.randrange(SHOPPERS):032x}"
        at = NOW - timedelta(minutes=len(orders))
        orders.append(Purchase(str(len(orders)), at, named, shopper))
    return orders


def _bare(app) -> float:
    """Return how many of the same rows a second a plain insert stores."""
    with app.app_context(), db.engine.begin() as connection:
        table = db.metadata.tables["purchase_line"]
        rows = [dict(row._mapping) for row in connection.execute(table.select())]
        connection.execute(text("DELETE FROM purchase_line"))
    began = perf_counter()
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(insert(table), rows)
    return len(rows) / (perf_counter() - began)
