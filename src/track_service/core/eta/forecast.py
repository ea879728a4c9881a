"""What is told of an arrival, and the reason in one line."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Why:
    """`usual`: days that 60 % of such parcels take; `slower`: days, this week.

    `known_by`: the finest of carrier, country, service, lane, area, sender and postal
    code that has enough parcels of its own; None where no figure is the shop's own.
    """

    usual: tuple[float, float]
    slower: float
    known_by: str | None

    def __str__(self) -> str:
        """Return the reason in one line."""
        least, most = (max(1, round(days)) for days in self.usual)
        span = f"{least}\N{EN DASH}{most}" if least < most else f"{most}"
        line = f"parcels like this take {span} {'days' if span != '1' else 'day'}"
        if self.known_by:
            line += f" ({self.known_by} known)"
        off = round(abs(self.slower))
        if not off:
            return f"{line}; this week they run as usual"
        much = "a day" if off == 1 else f"{off} days"
        way = "slower" if self.slower > 0 else "faster"
        return f"{line}; this week they run {much} {way}"


@dataclass(frozen=True, slots=True)
class Forecast:
    """`start` to `until` is the 80 % window; all naive local times, as the trip's.

    `p_late`: the chance of a delivery after the promised day, None without a promise.
    """

    eta: datetime
    start: datetime
    until: datetime
    p_late: float | None
    why: Why
