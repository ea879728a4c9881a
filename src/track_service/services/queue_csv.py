"""The work queue as CSV, with cells that a spreadsheet would run as formulas disarmed."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from track_service.services import queue_query
from track_service.store.db import Database
from track_service.store.queue import Entry
from track_service.store.queue_filter import Wanted

COLUMNS = (
    "id", "brand", "kind", "severity", "status", "owner", "carrier", "hub", "order",
    "tracking_number", "since", "opened_at", "due_at", "closed_at", "cleared_at",
    "parcels",
)  # fmt: skip
_PART = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(database: Database, wanted: Wanted, *, now: datetime) -> Iterator[str]:
    """Yield the file, a page of entries at a time: a line for each, and a heading."""
    yield _line(COLUMNS)
    cursor: str | None = None
    while True:
        with database.read() as session:
            page = queue_query.page(
                session, wanted, now=now, cursor=cursor, limit=_PART
            )
        yield "".join(_line(_cells(entry)) for entry in page.entries)
        cursor = page.cursor
        if cursor is None:
            return


def disarmed(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _line(cells: tuple[object, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(
        disarmed("" if cell is None else str(cell)) for cell in cells
    )
    return out.getvalue()


def _cells(entry: Entry) -> tuple[object, ...]:
    return (
        entry.id,
        entry.brand,
        entry.kind,
        entry.severity.name.lower(),
        entry.status,
        entry.owner,
        entry.carrier,
        entry.hub,
        entry.order_number,
        entry.number,
        *(
            at and at.isoformat(timespec="seconds")
            for at in (
                entry.since,
                entry.opened_at,
                entry.due_at,
                entry.closed_at,
                entry.cleared_at,
            )
        ),
        entry.size,
    )
