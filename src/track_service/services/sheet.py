"""Sheet: a CSV file's lines gathered into parcels, with every line accounted for.

UTF-8 (a byte order mark is fine), commas, a header line. The columns are those of
`COLUMNS`; order_number and number must be there, others may be missing, and a column
that is not known is refused. A blank cell is a value not given.

Several lines with one carrier and number are the items of one parcel, wherever they
stand and however they spell the two. What else they tell of the parcel must agree; a
later line may leave it blank.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from track_service.core.numbers import spelled
from track_service.services.fields import code_of

_PARCEL: Mapping[str, str] = {
    "order_number": "order.number",
    "carrier": "carrier",
    "number": "number",
    "promised_on": "promised_on",
    "shipped_on": "shipped_on",
    "direction": "direction",
    "service": "service",
    "customer_name": "order.customer.name",
    "customer_email": "order.customer.email",
    "customer_phone": "order.customer.phone",
    "locale": "order.customer.locale",
    "cod_amount": "order.cod_amount",
    "currency": "order.currency",
    "placed_at": "order.placed_at",
    "postal": "postal",
    "street": "order.address.street",
    "city": "order.address.city",
    "region": "order.address.region",
    "country": "order.address.country",
}
_ITEM: Mapping[str, str] = {
    "item_title": "title",
    "item_quantity": "quantity",
    "item_sku": "sku",
    "item_price": "price",
    "item_url": "url",
    "item_image_url": "image_url",
}
COLUMNS = (*_PARCEL, *_ITEM)
REQUIRED = ("order_number", "number")

_COLUMN_OF = {path: column for column, path in _PARCEL.items()}
_COLUMN_OF["order.items"] = "items"  # no column: there are too many lines
_ITEM_COLUMN_OF = {field: column for column, field in _ITEM.items()}
_ITEMS = "order.items."
_IDENTITY = ("carrier", "number")


class BadFile(Exception):
    """The file as a whole cannot be read; nothing of it was imported."""


@dataclass(frozen=True, slots=True)
class Line:
    """A refused line: its number in the file, from 1, and all that is wrong with it."""

    number: int
    reasons: tuple[str, ...]


class Parcel:
    """The lines of one parcel, and what is wrong with each of them."""

    __slots__ = ("_cells", "_items", "_lines", "_wrong")

    def __init__(self) -> None:
        """Begin without a line."""
        self._cells: dict[str, tuple[str, int]] = {}
        self._items: list[tuple[dict[str, str], int]] = []
        self._lines: list[int] = []
        self._wrong: dict[int, list[str]] = {}

    def add(self, line: int, cells: Mapping[str, str]) -> None:
        """Take a line's cells (those not blank)."""
        self._lines.append(line)
        item: dict[str, str] = {}
        for column, value in cells.items():
            if column in _ITEM:
                item[column] = value
                continue
            known, first = self._cells.setdefault(column, (value, line))
            if known != value and column not in _IDENTITY:
                self._blame(line, f"{column}: differs from line {first}.")
        if item:
            self._items.append((item, line))

    def document(self) -> dict[str, Any]:
        """Return the document that `intake.read` takes."""
        found: dict[str, Any] = {"order": {}}
        for column, (value, _) in self._cells.items():
            *above, name = _PARCEL[column].split(".")
            target = found
            for step in above:
                target = target.setdefault(step, {})
            target[name] = value
        found["order"]["items"] = [_item(item) for item, _ in self._items]
        return found

    def refuse(self, path: str, messages: Iterable[str]) -> None:
        """Note what is wrong at a path of the document, at the line it came from."""
        line, column = self._origin(path)
        for message in messages:
            self._blame(line, f"{column}: {message}")

    def blame_last(self, reason: str) -> None:
        """Note what is wrong with the last line that was taken."""
        self._blame(self._lines[-1], reason)

    @property
    def first_line(self) -> int:
        """The line on which it begins."""
        return self._lines[0]

    @property
    def is_refused(self) -> bool:
        """Whether a line of it is refused, so that the parcel is."""
        return bool(self._wrong)

    def refused(self) -> list[Line]:
        """Return every line of a refused parcel; a good one names the bad."""
        bad = ", ".join(str(line) for line in sorted(self._wrong))
        shared = [f"its parcel is refused with line {bad}."]
        return [Line(n, tuple(self._wrong.get(n, shared))) for n in self._lines]

    def _blame(self, line: int, reason: str) -> None:
        self._wrong.setdefault(line, []).append(reason)

    def _origin(self, path: str) -> tuple[int, str]:
        if path.startswith(_ITEMS):
            index, _, field = path.removeprefix(_ITEMS).partition(".")
            if index.isdecimal():
                return self._items[int(index)][1], _ITEM_COLUMN_OF.get(field, field)
        column = _COLUMN_OF.get(path, path)
        return self._cells.get(column, ("", self._lines[0]))[1], column


def _item(cells: Mapping[str, str]) -> dict[str, Any]:
    item: dict[str, Any] = {_ITEM[column]: text for column, text in cells.items()}
    quantity = item.get("quantity", "")
    if quantity.isascii() and quantity.isdecimal() and len(quantity) < 10:
        item["quantity"] = int(quantity)
    return item


def parcels(lines: Iterable[str]) -> Iterator[Parcel]:
    """Yield the parcels of a CSV file, in the order of their first lines, none twice.

    Raises `BadFile` for a wrong header, bytes that are no text, broken quotes, and
    cells that are far too long.
    """
    found: dict[tuple[str, str], Parcel] = {}
    rows = _rows(lines)
    _, header = next(rows, (0, ()))
    names = _header(header)
    for line, row in rows:
        cells = {
            name: text
            for name, text in zip(names, map(str.strip, row), strict=False)
            if text
        }
        parcel = found.setdefault(_identity(line, cells), Parcel())
        parcel.add(line, cells)
        if len(row) != len(names):
            parcel.blame_last(f"{len(row)} cells instead of {len(names)}.")
    waiting = list(found.values())[::-1]
    found.clear()  # so that a parcel's lines are let go once they are read
    while waiting:
        yield waiting.pop()


def _identity(line: int, cells: Mapping[str, str]) -> tuple[str, str]:
    stated, number = cells.get("carrier", ""), cells.get("number", "")
    if not number:  # belongs to no parcel that another line could speak of
        return f"line {line}", ""
    carrier = code_of(stated) or stated
    return carrier, spelled(number, carrier)


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield each row that is not blank, with the line on which it begins."""
    reader = csv.reader(_unmarked(lines), strict=True)
    begins = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield begins, row
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(f"line {begins}: {error}") from error
    except UnicodeDecodeError as error:
        raise BadFile(f"line {begins} or soon after: not UTF-8") from error


def _unmarked(lines: Iterable[str]) -> Iterator[str]:
    for index, line in enumerate(lines):
        yield line if index else line.removeprefix("\ufeff")


def _header(row: Sequence[str]) -> list[str]:
    names = [name.strip().lower() for name in row]
    if not names:
        raise BadFile("the file is empty; a header line is wanted")
    wrong = [
        *(f"no column {name}" for name in REQUIRED if name not in names),
        *(f"unknown column {name[:40]!r}" for name in names if name not in COLUMNS),
        *(f"column {n} twice" for n in COLUMNS if names.count(n) > 1),
    ]
    if wrong:
        raise BadFile(
            f"header: {'; '.join(wrong[:20])}. Commas separate columns, which are"
            f" {', '.join(COLUMNS)}."
        )
    return names


def decoded(file: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of a file opened as bytes; `BadFile` names the line that is not UTF-8."""
    for number, raw in enumerate(file, 1):
        try:
            yield raw.decode()
        except UnicodeDecodeError as error:
            raise BadFile(
                f"line {number}: not UTF-8; save the file as UTF-8"
            ) from error
