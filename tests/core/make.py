"""Values for the tests of core: scans, answers and shipments with keyword defaults."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from track_service.core.parcel import Brand, Customer, Order, Shipment
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import Known, current, in_order
from track_service.core.tracking import (
    Event,
    Place,
    Precision,
    Stamp,
    Tracking,
    Window,
)

HANOI = timezone(timedelta(hours=7))
MONDAY = date(2026, 3, 2)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in range(1, 5))
SATURDAY, SUNDAY = MONDAY + timedelta(days=5), MONDAY + timedelta(days=6)


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """That hour in Hanoi, as aware UTC."""
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=HANOI)
    return local.astimezone(UTC)


def stamp(day: date, hour: int = 12, minute: int = 0) -> Stamp:
    return Stamp.aware(at(day, hour, minute).astimezone(HANOI))


def bare(day: date, hour: int = 12, minute: int = 0) -> Stamp:
    """A local time whose zone the carrier does not state."""
    local = datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001
    return Stamp(local, None, Precision.MINUTE)


def scan(
    status: Status,
    sub: str | None = None,
    when: Stamp | None = None,
    *,
    cause: str | None = None,
    **fields: Any,
) -> Event:
    """A scan in Hanoi, on Monday noon unless told otherwise."""
    return Event(
        fields.pop("stamp", when or stamp(MONDAY)),
        Meaning(status, sub, cause),
        place=Place(fields.pop("city", "Hanoi"), None, "VN"),
        **fields,
    )


def life(*meanings: tuple[Status, str | None] | Status) -> list[Event]:
    """Scans one hour apart, in the order given."""
    pairs = [m if isinstance(m, tuple) else (m, None) for m in meanings]
    return [
        scan(status, sub, stamp(MONDAY, 1 + hour))
        for hour, (status, sub) in enumerate(pairs)
    ]


def told(*events: Event, **fields: Any) -> Tracking:
    return Tracking("N1", tuple(events), **fields)


def known(*events: Event, source: str = "pull:ghn", **fields: Any) -> list[Known]:
    return [Known(event, source, **fields) for event in events]


def day_window(day: date) -> Window:
    return Window(Stamp.day(day), Stamp.day(day))


def brand(**fields: Any) -> Brand:
    return Brand(**{"id": 1, "code": "acme", "name": "Acme"} | fields)


def shipment(*events: Event, email: str | None = None, **fields: Any) -> Shipment:
    """A shipment given to us on Monday at 8; its meaning follows from its scans."""
    defaults: dict[str, Any] = {
        "id": 1,
        "public_id": "p1",
        "token": "t0k",
        "brand": brand(),
        "order": Order("#1001", customer=Customer(email=email)),
        "carrier": "ghn",
        "number": "N1",
        "created_at": at(MONDAY, 8),
        "meaning": current(events) if events else UNKNOWN,
        "events": tuple(in_order(events)),
    }
    return Shipment(**defaults | fields)
