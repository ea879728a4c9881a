"""Rules of thumb that a forecast has to beat, under the same protocol."""

from bisect import bisect_right, insort
from collections import defaultdict, deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from track_service.core.eta.trip import Trip

_DAY = timedelta(days=1)
_ENOUGH = 20  # finished parcels of a lane
_LATELY = 14 * _DAY
_FEW = 30  # finished parcels that tell a pace


@dataclass(frozen=True, slots=True)
class Told:
    """What one rule says of a parcel; no window where it has none.

    `p_late` need only rank: the higher, the likelier late.
    """

    eta: datetime
    start: datetime | None = None
    until: datetime | None = None
    p_late: float | None = None


class Rules:
    """The promise, the median of all, of the lane, and the lane at today's pace."""

    def __init__(self) -> None:
        self._all: list[float] = []
        self._lanes: dict[Hashable, list[float]] = defaultdict(list)
        self._lately: deque[tuple[datetime, float]] = deque()
        self._ratios: list[float] = []  # what a parcel took, over lane times pace
        self._told: dict[Hashable, tuple[float, float]] = {}  # lane, lane times pace

    def depart(self, key: Hashable, trip: Trip) -> dict[str, Told]:
        """Return what each rule says that has anything to say."""
        told = {}
        slack = _slack(trip)
        if trip.promised_on is not None and slack is not None:
            noon = datetime.combine(trip.promised_on, datetime.min.time()) + _DAY / 2
            told["promise date"] = Told(noon, p_late=-slack)
        if not self._all:
            return told
        told["global median"] = _of(self._all, trip, 1.0)
        lane = self._lanes[_lane(trip)]
        lane = lane if len(lane) >= _ENOUGH else self._all
        told["lane median"] = _of(lane, trip, 1.0)
        usual = _share(lane, 0.5)
        days = usual * self._pace(trip.start)
        self._told[key] = usual, days
        told["lane x pace"] = _of(
            self._ratios or [1.0], trip, days, trip.start + days * _DAY
        )
        return told

    def arrive(self, key: Hashable, trip: Trip, at: datetime) -> None:
        """Learn from an arrival; they come in order of time."""
        days = (at - trip.start) / _DAY
        insort(self._all, days)
        insort(self._lanes[_lane(trip)], days)
        usual, paced = self._told.pop(key, (0.0, 0.0))
        if usual > 0:
            self._lately.append((at, days / usual))
        if paced > 0:
            insort(self._ratios, days / paced)

    def _pace(self, now: datetime) -> float:
        while self._lately and self._lately[0][0] < now - _LATELY:
            self._lately.popleft()
        if len(self._lately) < _FEW:
            return 1.0
        return _share(sorted(ratio for _, ratio in self._lately), 0.5)


def _of(
    sizes: Sequence[float], trip: Trip, scale: float, eta: datetime | None = None
) -> Told:
    """What a sorted spread of durations, times a scale in days, says of a trip."""
    slack = _slack(trip)
    late = None
    if slack is not None:
        late = 1 - bisect_right(sizes, slack / scale if scale > 0 else slack) / len(
            sizes
        )
    least, middle, most = (
        trip.start + _share(sizes, share) * scale * _DAY for share in (0.1, 0.5, 0.9)
    )
    return Told(eta or middle, least, most, late)


def _share(sizes: Sequence[float], share: float) -> float:
    return sizes[int(share * (len(sizes) - 1))]


def _lane(trip: Trip) -> Hashable:
    ends = (trip.origin, trip.destination)
    return trip.carrier, trip.service, *((end.country, end.region) for end in ends)


def _slack(trip: Trip) -> float | None:
    over = trip.promise_over
    return None if over is None else (over - trip.start) / _DAY
