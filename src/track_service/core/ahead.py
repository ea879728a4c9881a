"""When an order comes that has no parcel yet: the shop's own time, then the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from track_service.core.eta.curve import Curve
from track_service.core.tracking import Stamp, Window

_LEAST, _MIDDLE, _MOST = 0.1, 0.5, 0.9
_FARTHEST = 120  # days


@dataclass(frozen=True, slots=True)
class Ahead:
    """An 80 % window in days where the order is delivered, `on` the middle of it.

    `ready_days`: working days within which the shop hands nine of ten orders over,
    `way_days`: days that a parcel is then usually on its way.
    """

    start: date
    until: date
    on: date
    ready_days: int
    way_days: int

    @property
    def window(self) -> Window:
        """Return the window as the ledger and pages know one."""
        return Window(Stamp.day(self.start), Stamp.day(self.until))


@dataclass(frozen=True, slots=True)
class Way:
    """One course that the order may take: how many earlier ones took it, and its spread."""

    orders: int
    curve: Curve


def reckon(ways: Sequence[Way], *, today: date) -> tuple[date, date, date] | None:
    """Return the first, the middle and the last day of the window over all courses.

    None where they leave it open for longer than four months.
    """
    total = sum(way.orders for way in ways)
    found: list[date] = []
    for day in (today + timedelta(days=n) for n in range(_FARTHEST)):
        over = datetime.combine(day, time.min) + timedelta(days=1)
        open_ = sum(way.orders * way.curve.chance_after(over) for way in ways)
        come = 1 - open_ / total
        while len(found) < 3 and come >= (_LEAST, _MIDDLE, _MOST)[len(found)]:
            found.append(day)
        if len(found) == 3:
            return found[0], found[1], found[2]
    return None


def follow(new: Ahead | None, before: Ahead | None, *, today: date) -> Ahead | None:
    """Return what is shown: a window is held to while the likeliest day lies in it."""
    if new is None or before is None or before.until < today:
        return new
    return before if before.start <= new.on <= before.until else new
