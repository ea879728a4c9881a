"""What is known of a parcel's trip when it is handed over."""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_EARTH = 12_742  # km, its diameter


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as far as it is known; empty texts and None where it is not."""

    country: str = ""
    region: str = ""
    postal: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Trip:
    """`start` is the hand-over, or any later milestone that has its own forecaster.

    Times are naive and local where the parcel is delivered. `committed`: working days
    that the carrier states for this service, or until the date it has named.
    """

    start: datetime
    carrier: str = ""
    service: str = ""
    origin: Spot = Spot()
    destination: Spot = Spot()
    ordered_at: datetime | None = None
    promised_on: date | None = None
    committed: float | None = None

    @property
    def promise_over(self) -> datetime | None:
        """Return the end of the promised day."""
        if self.promised_on is None or self.promised_on == date.max:
            return None
        return datetime.combine(self.promised_on, datetime.min.time()) + timedelta(1)


def kilometres(one: Spot, other: Spot) -> float | None:
    """Return the distance along a great circle, None where a place is not known."""
    here, there = _radians(one), _radians(other)
    if here is None or there is None:
        return None
    up = math.sin((there[0] - here[0]) / 2) ** 2
    across = math.sin((there[1] - here[1]) / 2) ** 2
    chord = up + math.cos(here[0]) * math.cos(there[0]) * across
    return _EARTH * math.asin(math.sqrt(min(1.0, chord)))


def _radians(spot: Spot) -> tuple[float, float] | None:
    if spot.latitude is None or spot.longitude is None:
        return None
    return math.radians(spot.latitude), math.radians(spot.longitude)
