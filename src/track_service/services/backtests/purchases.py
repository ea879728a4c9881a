"""Files of a back-test of recommendations: purchases, the orders asked for, answers."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from track_service.services.recommending.ledger import Line
from track_service.services.sheet import BadFile
from track_service.services.table import rows

PURCHASES = ("customer_id", "order_id", "ordered_at", "product_id", "quantity")
QUERIES = ("order_id", "customer_id", "at")
ANSWERS = ("order_id", "product_id")
_YEARS = range(1990, 2101)
_MANY = 1e9


@dataclass(frozen=True, slots=True)
class Query:
    """An order being tracked at an instant, and whose it is."""

    order_id: str
    customer_id: str
    at: datetime


def read_purchases(path: Path) -> Iterator[Line]:
    """Yield the lines of orders; `BadFile` names a line that is wrong.

    A customer may be empty, a quantity negative: a return.
    """
    for line, cells in rows(path, PURCHASES):
        try:
            yield Line(
                cells["customer_id"],
                _named(cells, "order_id"),
                _moment(cells, "ordered_at"),
                _named(cells, "product_id"),
                _quantity(cells["quantity"]),
            )
        except ValueError as error:
            raise BadFile(f"line {line}: {error}") from error


def read_queries(path: Path) -> list[Query]:
    """Return the orders asked for, each once; `BadFile` names a line that is wrong."""
    found: dict[str, Query] = {}
    for line, cells in rows(path, QUERIES):
        try:
            query = Query(
                _named(cells, "order_id"), cells["customer_id"], _moment(cells, "at")
            )
        except ValueError as error:
            raise BadFile(f"line {line}: {error}") from error
        if found.setdefault(query.order_id, query) != query:
            raise BadFile(f"line {line}: order_id: asked before, and otherwise")
    return list(found.values())


def read_answers(path: Path) -> dict[str, frozenset[str]]:
    """Return the products of each order's next basket."""
    found: dict[str, set[str]] = {}
    for line, cells in rows(path, ANSWERS):
        try:
            order, product = _named(cells, "order_id"), _named(cells, "product_id")
        except ValueError as error:
            raise BadFile(f"line {line}: {error}") from error
        found.setdefault(order, set()).add(product)
    return {order: frozenset(products) for order, products in found.items()}


def _named(cells: Mapping[str, str], column: str) -> str:
    if not cells[column]:
        raise ValueError(f"{column}: empty")
    return cells[column]


def _quantity(text: str) -> float:
    try:
        quantity = float(text)
    except ValueError:
        quantity = math.nan
    if not abs(quantity) <= _MANY:
        raise ValueError(f"quantity: {text[:40]!r} is no quantity")
    return quantity


def _moment(cells: Mapping[str, str], column: str) -> datetime:
    """Return an instant; without an offset it is taken as UTC, all alike."""
    text = cells[column]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{column}: {text[:40]!r} is no time") from None
    if moment.year not in _YEARS:
        raise ValueError(f"{column}: {text[:40]!r} is out of range")
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
