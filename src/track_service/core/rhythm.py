"""How long to wait for the next scan, by what the last one said, silence and hour.

Calls are spent best where news is likely. So each stage has a ladder of intervals that
follows the silence since its last scan (after a departure nothing comes for hours, then
an arrival; what has been silent for days stays so), and hours in which its next scan
rarely comes count for less. The wait is over once the hours passed, each counted by its
worth, add up to the interval. `bench/staleness.py` tells what the figures are worth.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from track_service.core.status import Meaning, Status

DAILY = timedelta(hours=24)
SHORTEST = timedelta(minutes=10)

_STEP = 0.5  # hours
_SUNDAY = 6
_DUE = 1.3  # an hour's worth on the day on which the parcel is due

Hours = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`ladder`: (hours of silence until which it holds, hours between two questions).

    `worth` of each hour of the day, 1 where the next scan is likely; `sunday` is what
    that is multiplied by on Sundays.
    """

    ladder: tuple[tuple[float, float], ...]
    worth: Hours
    sunday: float = 1


def _at_least(least: float, worth: Hours) -> Hours:
    return tuple(max(least, hour) for hour in worth)


_MORNING = (0,) * 5 + (0.4, 1, 1, 1, 0.8, 0.6, 0.5, 0.3) + (0,) * 11
_AFTERNOON = (0,) * 12 + (0.3, 0.4, 0.7, 1, 1, 0.8, 0.6, 0.4, 0.3, 0, 0, 0)
_OPENING = (0,) * 8 + (0.7,) * 7 + (1,) * 4 + (0.5,) * 2 + (0,) * 3
_DAYTIME = (0.5,) * 5 + (1,) * 17 + (0.5,) * 2
_ROUND_THE_CLOCK = (1,) * 24  # hubs sort by night
_SILENT = ((24, 1.25), (48, 2), (96, 6), (math.inf, 24))

# The carrier has the label; it collects in the afternoon.
_AWAITED = Rhythm(
    ((30, 0.6), (72, 1.5), (math.inf, 24)), _at_least(0.1, _AFTERNOON), sunday=0.2
)
_AT_A_HUB = Rhythm(((6, 0.85), (14, 1), *_SILENT), _ROUND_THE_CLOCK)
_BETWEEN_HUBS = Rhythm(((3, 2), (14, 0.85), (20, 0.75), *_SILENT), _ROUND_THE_CLOCK)
# It leaves the last depot in the morning.
_AT_THE_DEPOT = Rhythm(
    ((30, 0.75), (72, 1), (math.inf, 24)), _at_least(0.05, _MORNING), sunday=0.2
)
_OUT = Rhythm(((2, 1), (9, 0.5), (14, 1), *_SILENT), _ROUND_THE_CLOCK)
_FAILED = Rhythm(((8, 0.75), (30, 1), *_SILENT), _at_least(0.4, _MORNING), sunday=0.2)
_AT_THE_COUNTER = Rhythm(((96, 2), *_SILENT), _at_least(0.3, _OPENING), sunday=0.2)
_IN_TROUBLE = Rhythm(((96, 1.5), (math.inf, 24)), _ROUND_THE_CLOCK)
_GOING_BACK = Rhythm(((60, 1.75), (math.inf, 24)), _DAYTIME)

_BY_STATUS = {
    Status.OUT_FOR_DELIVERY: _OUT,
    Status.ATTEMPT_FAILED: _FAILED,
    Status.AVAILABLE_FOR_PICKUP: _AT_THE_COUNTER,
    Status.EXCEPTION: _IN_TROUBLE,
    Status.RETURNING: _GOING_BACK,
}
_BY_SUB_STATUS = {
    "departed_facility": _BETWEEN_HUBS,
    "departed_origin_facility": _BETWEEN_HUBS,
    "departed_origin_country": _BETWEEN_HUBS,
    "dispatched": _BETWEEN_HUBS,
    "on_vehicle": _BETWEEN_HUBS,
    "at_delivery_depot": _AT_THE_DEPOT,
    "arrived_at_destination": _AT_THE_DEPOT,
}


def wait(
    meaning: Meaning, *, silence: timedelta, local: datetime, due: bool
) -> timedelta:
    """Return how long to wait: between ten minutes and a day.

    `silence` is the time since the last scan, `local` the (naive) wall clock where the
    parcel is, `due` tells that it should be delivered today.
    """
    rhythm = _rhythm(meaning)
    silent = silence / timedelta(hours=1)
    clock = local.hour + local.minute / 60
    waited, left = 0.0, 1.0
    while waited < 24:
        worth = _worth(rhythm, local.weekday(), clock + waited) * (_DUE if due else 1)
        share = worth / _interval(rhythm, silent + waited)
        step = min(_STEP, left / share)
        waited += step
        left -= step * share
        if step < _STEP:
            break
    return min(max(timedelta(hours=waited), SHORTEST), DAILY)


def _rhythm(meaning: Meaning) -> Rhythm:
    if meaning.status.before_hand_over:
        return _AWAITED
    usual = _BY_STATUS.get(meaning.status, _AT_A_HUB)
    return _BY_SUB_STATUS.get(meaning.sub or "", usual)


def _worth(rhythm: Rhythm, weekday: int, hour: float) -> float:
    """`hour` counts on from the midnight before that weekday began."""
    days, of_day = divmod(int(hour), 24)
    worth = rhythm.worth[of_day]
    return worth * rhythm.sunday if (weekday + days) % 7 == _SUNDAY else worth


def _interval(rhythm: Rhythm, silent: float) -> float:
    return next(hours for until, hours in rhythm.ladder if silent < until)
