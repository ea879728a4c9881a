"""The only reader of the clock.

`now` is the domain's time: scans, promises, cadence; the demo may run it fast.
`wall` is real time: leases, limits, back-off, token expiry, signatures; never fast.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def wall() -> datetime:
    """Return the real time, aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Both times, a sleep and a jitter in 0…1, handed to whoever needs them."""

    now: Callable[[], datetime] = wall
    wall: Callable[[], datetime] = wall
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random


def accelerated(speed: float) -> Clock:
    """Return a clock whose `now` starts at the real time and runs `speed` times as fast."""
    start = wall()

    def now() -> datetime:
        return start + (wall() - start) * speed

    return Clock(now=now)
