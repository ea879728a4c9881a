"""Whom an alert goes to: a brand's rules by carrier, kind and severity.

Every rule that fits is followed; what no rule fits goes to the brand's own URLs, at
once. An address has a number that stays the same while other rules come and go, so that
an alert which is owed is known by it; no other rule ever has the number of one to which
alerts were owed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum

from track_service.core.severity import LISTED, Severity, kinds_meant, severity_of

_EACH = 100  # numbers kept for the addresses of a rule; below are the brand's own
MOST_URLS = _EACH
MOST_RULES = 300  # so that every number fits a small integer


class Pace(StrEnum):
    """How soon a rule tells."""

    NOW = "now"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Route:
    """One rule: what is None fits all. `hour` is the local hour of a daily digest.

    `least` is the least severity that is told of.
    """

    number: int
    urls: tuple[str, ...] = field(repr=False)
    carrier: str | None = None
    kind: str | None = None
    least: Severity = Severity.LOW
    pace: Pace = Pace.NOW
    hour: int = 8

    def fits(self, kind: str, carrier: str | None) -> bool:
        """Tell whether the rule is for a trouble of this kind and carrier."""
        return (
            self.carrier in {None, carrier}
            and (self.kind is None or kind in kinds_meant(self.kind))
            and severity_of(kind) <= self.least
        )

    def targets(self) -> range:
        """Return the numbers of its addresses."""
        return range(self.number * _EACH, self.number * _EACH + len(self.urls))


def targets(
    urls: Sequence[str], routes: Sequence[Route], *, kind: str, carrier: str | None
) -> list[int]:
    """Return the numbers of the addresses that are told at once.

    A digest tells of entries of the work queue: what is none waits for no digest.
    """
    fitting = [route for route in routes if route.fits(kind, carrier)]
    if not fitting:
        return list(range(len(urls)))
    waits = kind in LISTED
    return [t for r in fitting if r.pace is Pace.NOW or not waits for t in r.targets()]


def address(urls: Sequence[str], routes: Sequence[Route], target: int) -> str | None:
    """Return the URL of a number, None where its rule is gone."""
    number, place = divmod(target, _EACH)
    known = (
        urls
        if number == 0
        else next((r.urls for r in routes if r.number == number), ())
    )
    return known[place] if place < len(known) else None


def free_number(routes: Sequence[Route], told: Collection[int]) -> int | None:
    """Return a number for a new rule, None where too many were used.

    `told` are the addresses that alerts were ever owed to, by their numbers.
    """
    taken = {route.number for route in routes} | {target // _EACH for target in told}
    return next((n for n in range(1, MOST_RULES + 1) if n not in taken), None)


def last_slot(route: Route, now: datetime, *, zone: tzinfo) -> datetime:
    """Return the last instant (aware UTC, not after `now`) at which a digest was due."""
    local = now.astimezone(zone)
    if route.pace is Pace.HOURLY:
        return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    for back in (0, 1):
        day = local.date() - timedelta(days=back)
        at = datetime.combine(day, time(route.hour), tzinfo=zone).astimezone(UTC)
        if at <= now:
            break
    return at


def span_of(route: Route) -> timedelta:
    """Return how far a rule's first digest looks back."""
    return timedelta(hours=1) if route.pace is Pace.HOURLY else timedelta(days=1)
