"""How long a shop takes to hand an order over, and when an order waits for too long."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from track_service.core.calendar import after_working, working_time

LAST, ENOUGH = 200, 20  # orders that are learnt from, and how many there must be
# In working time: until enough is learnt, and what the quickest shop is left with.
UNTIL_LEARNT, LEAST = timedelta(days=3), timedelta(days=1)


def usual_time(
    handed: Sequence[tuple[datetime, datetime]], *, zone: tzinfo
) -> timedelta:
    """Return the working time in which a shop hands nine of ten orders over.

    `handed` are its last orders: when each was confirmed, and when it was handed over
    (aware UTC). Of fewer than twenty nothing is learnt: then it is three working days.
    A working day is left in any case. `zone` is the shop's.
    """
    if len(handed) < ENOUGH:
        return UNTIL_LEARNT
    taken = sorted(working_time(start, end, zone) for start, end in handed)
    return max(LEAST, taken[-(-len(taken) * 9 // 10) - 1])


def late_at(confirmed_at: datetime, usual: timedelta, *, zone: tzinfo) -> datetime:
    """Return when an order that is not handed over by then waits for too long."""
    return after_working(confirmed_at, usual, zone)
