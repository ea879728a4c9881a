"""Which date holds for a parcel: the carrier's, the shop's, or our own estimate."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from track_service.core.calendar import today
from track_service.core.ordered import Ordered
from track_service.core.parcel import Shipment
from track_service.core.promise import is_awaited
from track_service.core.tracking import Stamp, Window


class Source(StrEnum):
    """Whose date it is, as the ledger calls it."""

    CARRIER = "carrier"
    MERCHANT = "merchant"
    PREDICTED = "predicted"


@dataclass(frozen=True, slots=True)
class Expected:
    """A window and whose word it is."""

    window: Window
    source: Source


def expected(shipment: Shipment, *, now: datetime, zone: tzinfo) -> Expected | None:
    """Return what holds of a parcel that is awaited, None where nobody can tell.

    Of a return parcel its shopper awaits nothing.

    The carrier's date until it is over; else the shop's while it can be kept; else our
    estimate, as long as it lies ahead. `zone` is where the parcel is delivered.
    """
    if shipment.inward or not is_awaited(shipment.meaning):
        return None
    window, promised, day = shipment.window, shipment.promised_on, today(now, zone)
    if window is not None and not is_over(window, now=now, zone=zone):
        return Expected(window, Source.CARRIER)
    if promised is not None and promised >= day:
        on = Stamp.day(promised)
        return Expected(Window(on, on), Source.MERCHANT)
    ours = shipment.outlook.window if shipment.outlook else None
    if ours is not None and ours.until.local.date() >= day:
        return Expected(ours, Source.PREDICTED)
    return None


def order_expected(ordered: Ordered, *, today: date) -> Expected | None:
    """Return what holds of an order before its parcel: the shop's date, else ours.

    None where nobody can tell. `today` is the day in the shop's zone.
    """
    if ordered.promised_on is not None and ordered.promised_on >= today:
        on = Stamp.day(ordered.promised_on)
        return Expected(Window(on, on), Source.MERCHANT)
    if ordered.outlook is not None and ordered.outlook.until >= today:
        return Expected(ordered.outlook.window, Source.PREDICTED)
    return None


def is_over(window: Window, *, now: datetime, zone: tzinfo) -> bool:
    """Tell whether a window has passed; where the hour is not sure, by the day."""
    until = window.until
    if until.at is not None:
        return now >= until.at
    return today(now, zone) > until.local.date()
