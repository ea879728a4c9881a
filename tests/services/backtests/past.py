"""Invented parcels for back-tests, as rows and as a CSV file."""

import csv
import gzip
from datetime import date, datetime, timedelta

from track_service.core.eta.trip import Spot, Trip
from track_service.core.eta.workdays import Workdays
from track_service.services.backtests.trips import COLUMNS, Past

at = datetime.fromisoformat
START = at("2026-06-01T09:30:00")
TOWNS = (Spot("VN", "HN", "10000"), Spot("VN", "HCM", "70000", 10.8, 106.7))


def workdays(country):
    return Workdays()


def past(n, *, took="usual", promised=4):
    """The nth parcel: six a day, every other one to the far town."""
    began = START + timedelta(hours=4 * n)
    days = 1.5 + n % 2 * 2 + (n * 0.618) % 1 * 2 if took == "usual" else took
    trip = Trip(
        began,
        "acme",
        origin=TOWNS[0],
        destination=TOWNS[n % 2],
        ordered_at=began - timedelta(hours=20),
        promised_on=None if promised is None else began.date() + timedelta(promised),
    )
    came = None if days is None else began + timedelta(days=days)
    return Past(f"P{n}", trip, is_shipped=True, delivered_at=came)


def write(path, parcels, **cells):
    """Write them as a shop would; `cells` overwrites columns of every row."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", newline="") as lines:
        writer = csv.DictWriter(lines, COLUMNS)
        writer.writeheader()
        for parcel in parcels:
            writer.writerow(_cells(parcel) | cells)
    return path


def _cells(parcel):
    trip = parcel.trip
    found = {
        "shipment_id": parcel.shipment_id,
        "carrier": trip.carrier,
        "service": trip.service,
        "ordered_at": _text(trip.ordered_at),
        "shipped_at": _text(trip.start),
        "promised_on": _text(trip.promised_on),
        "delivered_at": _text(parcel.delivered_at),
    }
    for end, spot in (("origin", trip.origin), ("destination", trip.destination)):
        found |= {
            f"{end}_country": spot.country,
            f"{end}_region": spot.region,
            f"{end}_postal": spot.postal,
            f"{end}_lat": "" if spot.latitude is None else spot.latitude,
            f"{end}_lon": "" if spot.longitude is None else spot.longitude,
        }
    return found


def _text(moment: date | None) -> str:
    return "" if moment is None else moment.isoformat()
