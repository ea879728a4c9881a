"""How long a trip usually takes, in working days: from the coarse to the fine.

A line over distance, promise and the like comes first; what remains is told apart by
carrier, country and service, then by lane and area, then by sender and postal code, each
trusted as far as it has data. Only the service's own group asks for it, so that parcels
without one are told by all that came that way, and a new service by its lane. With no
data, the answer is what the carrier commits to.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from track_service.core.eta.ridge import Ridge
from track_service.core.eta.trip import Trip, kilometres

USUAL = 4.0  # working days where the carrier commits to nothing
_SHORTEST = 0.15  # working days; below, differences are not worth telling apart
_HALF = 300.0  # days
_TRUST = 30.0  # parcels after which a group's own figure counts for half
_FAINT = 0.05  # parcels; a group that holds less is let go
_WIDTH = 10
_NAMES = ("carrier", "country", "service", "lane", "area", "sender", "postal code")


class Lanes:
    """Fitted by `add`, parcel by parcel; `solve` once in a while (a day, say)."""

    def __init__(self) -> None:
        self._line = Ridge(_WIDTH, half=_HALF)
        self._groups: list[dict[Hashable, list[float]]] = [
            defaultdict(lambda: [0.0, 0.0]) for _ in _NAMES
        ]
        self._committed: dict[tuple[str, bool], float | None] = {}

    def expected(self, trip: Trip, *, day: float) -> float:
        """Return the usual working days of a trip that begins on `day`."""
        trip = self._as_learned(trip)
        value = math.log(_prior(trip)) + self._line.at(_features(trip))
        trust = _TRUST * _weight(day)
        for group, key in zip(self._groups, _keys(trip), strict=True):
            if key is not None and key in group:
                total, weight = group[key]
                value += total / (weight + trust)
        return math.exp(min(4.5, max(-1.0, value)))

    def known_by(self, trip: Trip, *, day: float) -> str | None:
        """Return the name of the finest group that has enough data of its own."""
        enough = _TRUST * _weight(day)
        found = None
        groups = zip(_NAMES, self._groups, _keys(trip), strict=True)
        for name, group, key in groups:
            if key is not None and key in group and group[key][1] >= enough:
                found = name
        return found

    def add(self, trip: Trip, took: float, *, day: float) -> None:
        """Learn from a trip that took so many working days and ended on `day`."""
        self._committed.setdefault(_word(trip), trip.committed)
        trip = self._as_learned(trip)
        features = _features(trip)
        value = math.log(max(_SHORTEST, took) / _prior(trip))
        self._line.add(features, value, day=day)
        rest = value - self._line.at(features)
        weight = _weight(day)
        for group, key in zip(self._groups, _keys(trip), strict=True):
            if key is None:
                continue
            sums = group[key]
            sums[0] += weight * rest
            sums[1] += weight
            rest -= sums[0] / (sums[1] + _TRUST * weight)

    def dump(self) -> Any:
        """Return what was learnt, as JSON can hold it, without what has long faded."""
        least = _FAINT * _weight(self._line.last or 0.0)
        groups = [
            [[key, sums] for key, sums in group.items() if sums[1] >= least]
            for group in self._groups
        ]
        words = [[*key, days] for key, days in self._committed.items()]
        return [self._line.dump(), groups, words]

    def load(self, dumped: Any) -> None:
        """Go on from what `dump` returned."""
        line, groups, *words = dumped
        self._line.load(line)
        if len(groups) < len(_NAMES):
            groups = _with_services(groups)
        for group, rows in zip(self._groups, groups, strict=True):
            group.update((tuple(key), sums) for key, sums in rows)
        for carrier, abroad, days in words[0] if words else ():  # older ones have none
            self._committed[carrier, abroad] = days

    def solve(self) -> None:
        """Make what was added count."""
        self._line.solve()

    def _as_learned(self, trip: Trip) -> Trip:
        """Measure it by what its carrier committed to when its first parcel came.

        All that was learnt since stands beside that word: a new one would shift it.
        """
        word = self._committed.get(_word(trip), trip.committed)
        return trip if word == trip.committed else replace(trip, committed=word)


def _weight(day: float) -> float:
    return float(2 ** (day / _HALF))


def _word(trip: Trip) -> tuple[str, bool]:
    return trip.carrier, trip.abroad


def _with_services(groups: Any) -> Any:
    """Return figures of an older version, whose keys named an empty service each."""
    plain = [[[[key[0], *key[2:]], sums] for key, sums in rows] for rows in groups]
    return [*plain[:2], [], *plain[2:]]


def _prior(trip: Trip) -> float:
    return max(0.5, trip.committed or USUAL)


def _keys(trip: Trip) -> Sequence[Hashable | None]:
    """Return a key for each of `_NAMES`, None where the trip does not tell it."""
    origin, destination = trip.origin, trip.destination
    base = (trip.carrier, origin.country, destination.country)
    start = origin.region or origin.postal[:2]
    end = destination.region or destination.postal[:2]
    return (
        base[:1],
        base,
        (*base, trip.service) if trip.service else None,
        (*base, start, end) if start and end else None,
        (*base, start, destination.postal[:2]) if destination.postal else None,
        (*base, origin.postal) if origin.postal else None,
        (*base, destination.postal[:3]) if destination.postal else None,
    )


def _features(trip: Trip) -> list[float]:
    origin, destination = trip.origin, trip.destination
    distance = kilometres(origin, destination)
    far = 0.0 if distance is None else math.log(30 + distance) - 6
    same = origin.country == destination.country
    return [
        1.0,
        far,
        far * far,
        float(distance is None),
        *_promise(trip),
        _waited(trip),
        float(same and bool(origin.region) and origin.region == destination.region),
        float(same and _near(origin.postal, destination.postal)),
        float(trip.committed is not None),
    ]


def _promise(trip: Trip) -> tuple[float, float]:
    """The shop knows its lanes: what it promised tells of them."""
    over = trip.promise_over
    if over is None:
        return 0.0, 1.0
    days = (over - trip.start) / timedelta(days=1)
    return math.log(max(1.0, days)) - 3, 0.0


def _waited(trip: Trip) -> float:
    if trip.ordered_at is None:
        return 0.0
    days = (trip.start - trip.ordered_at) / timedelta(days=1)
    return math.log(0.1 + max(0.0, days))


def _near(one: str, other: str) -> bool:
    return len(one) > 2 and one[:2] == other[:2]
