"""What is known of a parcel's trip when it is handed over."""

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from typing import Any

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
    in which such a trip usually ends by what the carrier commits to.
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

    @property
    def abroad(self) -> bool:
        """Whether it is known to end in another country than it began in."""
        here, there = self.origin.country, self.destination.country
        return bool(here and there) and here != there

    def dump(self) -> list[Any]:
        """Return the trip as JSON can hold it."""
        ordered, promised = self.ordered_at, self.promised_on
        return [
            self.start.isoformat(),
            self.carrier,
            self.service,
            astuple(self.origin),
            astuple(self.destination),
            ordered and ordered.isoformat(),
            promised and promised.isoformat(),
            self.committed,
        ]

    @classmethod
    def loaded(cls, dumped: Sequence[Any]) -> "Trip":
        """Return the trip that `dump` returned."""
        start, carrier, service, origin, destination, ordered, promised, stated = dumped
        return cls(
            datetime.fromisoformat(start),
            carrier,
            service,
            Spot(*origin),
            Spot(*destination),
            ordered and datetime.fromisoformat(ordered),
            promised and date.fromisoformat(promised),
            stated,
        )


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
