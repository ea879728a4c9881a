"""Parcels of a back-test's files: what was known at hand-over, and how it ended."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from track_service.core.eta.trip import Spot, Trip
from track_service.services.sheet import BadFile
from track_service.services.table import rows

_SPOT = ("country", "region", "postal", "lat", "lon")
COLUMNS = (
    "shipment_id",
    "carrier",
    "service",
    "ordered_at",
    "shipped_at",
    *(f"{end}_{name}" for end in ("origin", "destination") for name in _SPOT),
    "promised_on",
    "delivered_at",
)
_YEARS = range(1990, 2101)


@dataclass(frozen=True, slots=True)
class Past:
    """A row; `is_shipped` is false where its trip starts with the order instead."""

    shipment_id: str
    trip: Trip
    is_shipped: bool
    delivered_at: datetime | None


def read(path: Path) -> Iterator[Past]:
    """Yield the parcels of a file; `BadFile` names the line of one that is wrong."""
    for line, cells in rows(path, COLUMNS):
        try:
            yield _past(cells)
        except ValueError as error:
            raise BadFile(f"line {line}: {error}") from error


def _past(cells: Mapping[str, str]) -> Past:
    shipped, ordered = _moment(cells, "shipped_at"), _moment(cells, "ordered_at")
    start = shipped or ordered
    if start is None:
        raise ValueError("shipped_at and ordered_at are both empty")
    trip = Trip(
        start,
        carrier=cells["carrier"],
        service=cells["service"],
        origin=_spot(cells, "origin"),
        destination=_spot(cells, "destination"),
        ordered_at=ordered,
        promised_on=_day(cells, "promised_on"),
    )
    delivered = _moment(cells, "delivered_at")
    return Past(cells["shipment_id"], trip, shipped is not None, delivered)


def _spot(cells: Mapping[str, str], end: str) -> Spot:
    return Spot(
        cells[f"{end}_country"].upper(),
        cells[f"{end}_region"],
        cells[f"{end}_postal"],
        _degrees(cells, f"{end}_lat", 90),
        _degrees(cells, f"{end}_lon", 180),
    )


def _degrees(cells: Mapping[str, str], column: str, most: int) -> float | None:
    text = cells[column]
    if not text:
        return None
    try:
        degrees = float(text)
    except ValueError:
        degrees = math.nan
    if not abs(degrees) <= most:
        raise ValueError(f"{column}: {text[:40]!r} is not between -{most} and {most}")
    return degrees


def _moment(cells: Mapping[str, str], column: str) -> datetime | None:
    text = cells[column]
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{column}: {text[:40]!r} is no time") from None
    if moment.tzinfo is not None:
        raise ValueError(f"{column}: {text[:40]!r} is no local time")
    if moment.year not in _YEARS:
        raise ValueError(f"{column}: {text[:40]!r} is out of range")
    return moment


def _day(cells: Mapping[str, str], column: str) -> date | None:
    moment = _moment(cells, column)
    return None if moment is None else moment.date()
