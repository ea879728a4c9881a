"""When to ask a carrier again: often when news is likely, rarely when it is not."""

from datetime import datetime, timedelta, tzinfo
from enum import IntEnum

from track_service.core.parcel import Shipment


class Urgency(IntEnum):
    """Who goes first where an account's budget cannot serve all; lower is sooner."""

    NOW = 0  # looked at, failed attempt, due today, out for delivery
    SOON = 1  # first scan expected, on the way
    LATER = 2  # silent, delivered


def next_poll(
    shipment: Shipment,
    *,
    now: datetime,
    zone: tzinfo,
    jitter: float,
    pushed: bool = False,
) -> datetime | None:
    """Return when to ask next, None to stop (resumable).

    `jitter` is in 0…1; `pushed` tells that a live push feed makes polling a safety net.
    """
    raise NotImplementedError


def after_failure(
    failures: int, *, now: datetime, jitter: float, retry_after: timedelta | None = None
) -> datetime:
    """Return when to ask again after `failures` failed questions in a row (1 or more)."""
    raise NotImplementedError


def urgency(shipment: Shipment, *, now: datetime, zone: tzinfo) -> Urgency:
    """Return how soon a parcel deserves a call of a scarce budget."""
    raise NotImplementedError
