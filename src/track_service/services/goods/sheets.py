"""CSV files of products and of purchases: checked as a whole, then stored in batches.

If a line is refused nothing is stored, unless `skip_refused` is set: then all others
are. What is stored takes the place of what was told before, so a file can be imported
again. A file of purchases is gathered in memory: about 300 MB a million lines.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from track_service.core.goods import Product, Purchase, bought
from track_service.core.parcel import Brand
from track_service.services.fields import BrandLocale
from track_service.services.goods.intake import (
    ProductIn,
    read_product,
    read_purchase,
)
from track_service.services.register import Refused
from track_service.services.sheet import Line
from track_service.services.table import rows
from track_service.store import catalogue, purchases
from track_service.store.db import Database

Progress = Callable[[int, int], None]

_BATCH = 500  # orders or products a statement
_SHOWN = 100
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_OPTIONAL = ("platform", "customer_email", "customer_phone")
_PATHS = {
    "order": "order_id",
    "at": "ordered_at",
    "customer": "customer_id",
    "email": "customer_email",
    "phone": "customer_phone",
    "lines.0.product": "product_id",
    "lines.0.quantity": "quantity",
}
PRODUCTS = ("id", "title")
PURCHASES = ("customer_id", "order_id", "ordered_at", "product_id", "quantity")


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an import; `str()` of it is for people, without a personal value."""

    stored: int
    refused: tuple[Line, ...] = ()
    skipped: bool = False

    @property
    def is_done(self) -> bool:
        """Whether nothing stood in the way of the import."""
        return self.skipped or not self.refused

    def __str__(self) -> str:
        """Return the report in a few lines of text."""
        told = [f"{self.stored} stored, {len(self.refused)} lines refused."]
        for line in self.refused[:_SHOWN]:
            told.append(f"line {line.number}: {'; '.join(line.reasons)}")
        if len(self.refused) > _SHOWN:
            told.append(f"… and {len(self.refused) - _SHOWN} more lines.")
        return "\n".join(told)


def import_products(
    file: Path,
    *,
    brand: Brand,
    database: Database,
    now: datetime,
    skip_refused: bool = False,
    progress: Progress = lambda _done, _of: None,
) -> Report:
    """Store the products of a file; other columns than the API's names are ignored.

    Raises `BadFile` where the file as a whole cannot be read.
    """
    good: list[Product] = []
    wrong: list[Line] = []
    for line, cells in rows(file, PRODUCTS):
        told: dict[str, Any] = {name: text for name, text in cells.items() if text}
        stated = told.get("in_stock", "true")
        told["in_stock"] = _WORDS.get(stated.lower(), stated)
        try:
            good.append(read_product(_known(told), now=now))
        except Refused as error:
            wrong.append(_refused(line, error, {}))
    if wrong and not skip_refused:
        return Report(0, tuple(wrong))
    with database.write() as session:
        for done, batch in _batches(good):
            catalogue.tell(session, brand.id, batch)
            progress(done, len(good))
        session.commit()
    return Report(len(good), tuple(wrong), skip_refused)


def import_purchases(
    file: Path,
    *,
    brand: Brand,
    database: Database,
    key: str,
    now: datetime,
    skip_refused: bool = False,
    progress: Progress = lambda _done, _of: None,
) -> Report:
    """Store the orders of a file, whose lines may stand anywhere in it.

    A time without an offset is the brand's own. `key` is the brand's, under which
    shoppers are hashed. Raises `BadFile` where the file as a whole cannot be read.
    """
    gathered = _Gathered(brand, key, now)
    with BrandLocale(brand.locale):
        for line, cells in rows(file, PURCHASES):
            gathered.add(line, cells)
    wrong = tuple(gathered.wrong)
    if wrong and not skip_refused:
        return Report(0, wrong)
    stored = list(gathered.orders.values())
    known = purchases.Known()
    with database.write() as session:
        for done, batch in _batches(stored):
            told = [order.purchase() for order in batch]
            purchases.tell(session, brand.id, told, now=now, known=known)
            progress(done, len(stored))
        session.commit()
    return Report(len(stored), wrong, skip_refused)


@dataclass(slots=True)
class _Order:
    """An order as its first line tells it, and the lines so far."""

    head: Purchase
    whose: tuple[str, ...]
    line: int
    lines: list[tuple[str, int]] = field(default_factory=list)

    def purchase(self) -> Purchase:
        head = self.head
        return Purchase(head.number, head.at, bought(self.lines), head.shopper)


class _Gathered:
    """A file's orders. What repeats from line to line is checked once."""

    def __init__(self, brand: Brand, key: str, now: datetime) -> None:
        self.orders: dict[str, _Order] = {}
        self.wrong: list[Line] = []
        self._zone, self._key, self._now = ZoneInfo(brand.zone), key, now
        self._names: dict[str, str] = {}

    def add(self, line: int, cells: Mapping[str, str]) -> None:
        """Take a line, or note what is wrong with it."""
        try:
            order = self._order(line, cells)
            order.lines.append(self._line(order, cells))
        except Refused as error:
            self.wrong.append(_refused(line, error, _PATHS))

    def _order(self, line: int, cells: Mapping[str, str]) -> _Order:
        whose = tuple(cells.get(name, "") for name in ("customer_id", *_OPTIONAL))
        order = self.orders.get(cells["order_id"])
        if order is None:
            order = _Order(self._head(cells), whose, line)
            self.orders[cells["order_id"]] = order
        elif order.whose != whose:
            raise Refused({"customer": [f"differs from line {order.line}."]})
        return order

    def _head(self, cells: Mapping[str, str]) -> Purchase:
        document = {
            "order": cells["order_id"],
            "at": _with_offset(cells["ordered_at"], self._zone),
            "customer": cells["customer_id"] or None,
            "platform": cells.get("platform") or None,
            "email": cells.get("customer_email") or None,
            "phone": cells.get("customer_phone") or None,
            "lines": [self._document(cells)],
        }
        return read_purchase(document, key=self._key, now=self._now)

    def _line(self, order: _Order, cells: Mapping[str, str]) -> tuple[str, int]:
        product, text = cells["product_id"], cells["quantity"]
        name = self._names.get(product)
        if name is None or not (text.isascii() and text.isdecimal() and len(text) < 5):
            told = _head_like(order.head, self._document(cells))
            read_purchase(told, key=self._key, now=self._now)
            name = self._names[product] = " ".join(product.split())
        return name, int(text)

    @staticmethod
    def _document(cells: Mapping[str, str]) -> dict[str, Any]:
        text = cells["quantity"]
        digits = text.removeprefix("-")
        whole = digits.isascii() and digits.isdecimal() and len(digits) < 10
        return {
            "product": cells["product_id"],
            "quantity": int(text) if whole else text,
        }


def _head_like(head: Purchase, line: Mapping[str, Any]) -> dict[str, Any]:
    return {"order": head.number, "at": head.at.isoformat(), "lines": [line]}


def _with_offset(text: str, zone: ZoneInfo) -> str:
    """Return a time with its offset; what is no time is left for the schema to refuse."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return at.replace(tzinfo=at.tzinfo or zone).isoformat()


def _known(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in ProductIn().fields if name in told}


def _refused(line: int, error: Refused, columns: Mapping[str, str]) -> Line:
    return Line(
        line,
        tuple(
            f"{columns.get(path, path)}: {message}"
            for path, messages in error.fields.items()
            for message in messages
        ),
    )


def _batches(values: Sequence[Any]) -> Iterable[tuple[int, Sequence[Any]]]:
    for start in range(0, len(values), _BATCH):
        batch = values[start : start + _BATCH]
        yield start + len(batch), batch
