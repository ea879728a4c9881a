"""A book of lanes: what one scope has learnt, a forecaster for each leg."""

from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import Any

from track_service.core import silence
from track_service.core.eta.forecaster import Forecaster
from track_service.core.eta.stated import Stated
from track_service.core.eta.trip import Trip
from track_service.core.eta.workdays import Workdays
from track_service.core.legs import Leg
from track_service.core.silence import Silences
from track_service.services.closed_days import workdays
from track_service.services.lessons import Lesson

_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - local times are naive here


class LaneBook:
    """Learns lesson by lesson, in order of time; `legs` predict, `silences` wait.

    `stated` weighs the dates that carriers name.
    """

    def __init__(self) -> None:
        self.legs = {leg: Forecaster(workdays) for leg in Leg}
        self.silences = Silences()
        self.stated = Stated()
        self._clocks: dict[str, Workdays] = {}

    def learn(self, key: Hashable, lesson: Lesson, *, trip: Trip, source: str) -> bool:
        """Take a lesson of a parcel; tell whether that was its arrival.

        `trip` is the lesson's as this book knows it, or the parcel's where it is of
        none; `source` tells of the parcel.
        """
        for forecaster in self.legs.values():
            forecaster.seen(source, lesson.at)
        if lesson.since is not None and lesson.leg is not None:
            self._wait(lesson, trip)
        elif lesson.leg is not None:
            forecaster = self.legs[lesson.leg]
            if not forecaster.knows(key):
                forecaster.depart(key, trip, source=source)
        else:
            return self._end(key, lesson, trip.carrier)
        return False

    def worked(self, country: str, start: datetime, end: datetime) -> float:
        """Return the working days between two local times, holidays left out."""
        return self.clock(country).between(start, end)

    def clock(self, country: str) -> Workdays:
        """Return a country's working time."""
        if country not in self._clocks:
            self._clocks[country] = workdays(country)
        return self._clocks[country]

    def dump(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what predicts, and the parcels on their way, as JSON can hold both."""
        dumps = {str(leg): told.dump() for leg, told in self.legs.items()}
        underway = {leg: dumped.pop("open") for leg, dumped in dumps.items()}
        weighed = {"silences": self.silences.dump(), "stated": self.stated.dump()}
        return {"legs": dumps, **weighed}, underway

    def load(
        self, fitted: Mapping[str, Any], underway: Mapping[str, Any] | None = None
    ) -> None:
        """Go on from what `dump` returned; without `underway` it can only predict."""
        for leg, dumped in fitted["legs"].items():
            opened = (underway or {}).get(leg, ())
            self.legs[Leg(leg)].load({**dumped, "open": opened})
        self.silences.load(fitted["silences"])
        if "stated" in fitted:  # figures of an older version go without
            self.stated.load(fitted["stated"])

    def _wait(self, lesson: Lesson, trip: Trip) -> None:
        assert lesson.since is not None  # noqa: S101  the caller has looked
        assert lesson.leg is not None  # noqa: S101
        home = trip.destination.country
        lane = silence.keys(lesson.leg, trip.carrier, trip.origin.country, home)
        worked = self.worked(home, lesson.since, lesson.at)
        self.silences.add(lane, worked, day=(lesson.at - _EPOCH).days)

    def _end(self, key: Hashable, lesson: Lesson, carrier: str) -> bool:
        awaited = any(forecaster.knows(key) for forecaster in self.legs.values())
        for forecaster in self.legs.values():
            if lesson.came:
                forecaster.arrive(key, lesson.at)
            else:
                forecaster.forget(key)
        for leg, off in lesson.offs:
            self.stated.add(carrier, leg, off, day=(lesson.at - _EPOCH).days)
        return awaited and lesson.came
