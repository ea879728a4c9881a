"""Forecasts out of what earlier parcels did: one pass over them, in order of time."""

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from track_service.core.eta.curve import Curve
from track_service.core.eta.forecast import Forecast, Why
from track_service.core.eta.lanes import Lanes
from track_service.core.eta.levels import middle, window
from track_service.core.eta.pace import Pace
from track_service.core.eta.rates import USUAL, Rates, place, summed, sums
from track_service.core.eta.trip import Trip
from track_service.core.eta.underway import Underway
from track_service.core.eta.workdays import Workdays

_TRUST = 20.0  # parcels that a table's prior counts for
_GIVEN_UP = timedelta(days=90)  # a parcel open for longer tells nothing more
# Of the pace only the first part of a trip tells: what is stuck tells of itself.
_YOUNG = place(0.7)
_DAY = timedelta(days=1)
_WEEK = 7 * _DAY
_EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - local times are naive here


class Forecaster:
    """Told of departures and arrivals in order of time, it forecasts those to come.

    `workdays` makes the calendar of a country, for each carrier its own. A `source` is
    whoever tells of arrivals (a carrier's account, a file): its open parcels count as
    late only up to what it was `seen` to know. One forecaster serves one milestone: a
    later one (out for delivery, say) has its own, whose trips start there.
    """

    def __init__(self, workdays: Callable[[str], Workdays]) -> None:
        self._calendar = workdays
        self._calendars: dict[tuple[str, str], Workdays] = {}
        self._lanes = Lanes()
        self._all = Rates()
        self._alike: dict[int, Rates] = defaultdict(Rates)
        self._sums: dict[int, list[float]] = {}
        self._usual = USUAL
        self._pace = Pace()
        self._middle, self._window = middle(), window()
        self._open: dict[Hashable, Underway] = {}
        self._came: list[tuple[str, datetime, bool]] = []  # their windows not yet over
        self._seen: dict[str, datetime] = {}
        self._swept: datetime | None = None
        self._learned: datetime | None = None

    def depart(self, key: Hashable, trip: Trip, *, source: str = "") -> Forecast:
        """Take in a parcel that is handed over, and forecast its arrival."""
        self._turn(trip.start)
        expected, told = self._expected(trip), self.predict(trip)
        window = (told.eta, told.start, told.until)
        self._open[key] = Underway(trip, source, expected, *window)
        return told

    def arrive(self, key: Hashable, at: datetime) -> None:
        """Learn from an arrival; one of an unknown parcel tells nothing."""
        self._turn(at)
        parcel = self._open.pop(key, None)
        if parcel is None:
            return
        day = _day(at)
        self._advance(parcel, at)
        self._all.arrive(parcel.at, day=day)
        self._alike[_kind(parcel.expected)].arrive(parcel.at, day=day)
        if parcel.at < _YOUNG:
            self._pace.arrive(day=day)
        self._workdays(parcel.trip).arrive(at)
        self._lanes.add(parcel.trip, self._took(parcel.trip, at), day=day)
        self._settle(parcel, at)
        if parcel.is_early:
            self._middle.settle(held=True)
        if parcel.is_inside:
            held = at >= parcel.start
            self._came.append((parcel.source, parcel.until, held))

    def forget(self, key: Hashable) -> None:
        """Let go of a parcel that will not arrive; nothing is learnt of it."""
        self._open.pop(key, None)

    def knows(self, key: Hashable) -> bool:
        """Tell whether a parcel has departed and is awaited."""
        return key in self._open

    def seen(self, source: str, until: datetime) -> None:
        """Note that a source would have told of any arrival before `until`."""
        self._seen[source] = max(until, self._seen.get(source, until))

    def predict(self, trip: Trip, *, now: datetime | None = None) -> Forecast:
        """Forecast a trip that was not seen to end before `now` (default: its start)."""
        curve = self._curve(trip, now or trip.start)
        start, until = curve.window(self._window.now)
        over = trip.promise_over
        return Forecast(
            eta=curve.when(self._middle.now),
            start=start,
            until=until,
            p_late=None if over is None else curve.chance_after(over),
            why=self._why(trip, curve),
        )

    def curve(self, trip: Trip) -> Curve:
        """Return the whole spread of a trip that has yet to begin."""
        return self._curve(trip, trip.start)

    def known_by(self, trip: Trip) -> str | None:
        """Return the finest group of such trips that has enough data, None if none."""
        return self._lanes.known_by(trip, day=_day(trip.start))

    def dump(self) -> dict[str, Any]:
        """Return all that was learnt, as JSON can hold it; `open` is who is on its way."""
        return {
            "calendars": [[*key, c.dump()] for key, c in self._calendars.items()],
            "lanes": self._lanes.dump(),
            "all": self._all.dump(),
            "alike": [[kind, rates.dump()] for kind, rates in self._alike.items()],
            "usual": self._usual,
            "sums": [[kind, table] for kind, table in self._sums.items()],
            "pace": self._pace.dump(),
            "levels": [self._middle.dump(), self._window.dump()],
            "seen": {source: at.isoformat() for source, at in self._seen.items()},
            "days": [at and at.isoformat() for at in (self._swept, self._learned)],
            "came": [[s, over.isoformat(), held] for s, over, held in self._came],
            "open": [[key, parcel.dump()] for key, parcel in self._open.items()],
        }

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Go on from what `dump` returned; without `open` it can only `predict`."""
        for carrier, country, calendar in dumped["calendars"]:
            made = self._calendars[carrier, country] = self._calendar(country)
            made.load(calendar)
        self._lanes.load(dumped["lanes"])
        self._all.load(dumped["all"])
        for kind, rates in dumped["alike"]:
            self._alike[kind].load(rates)
        self._usual = dumped["usual"]
        self._sums = dict(dumped["sums"])
        self._pace.load(dumped["pace"])
        for level, now in zip(
            (self._middle, self._window), dumped["levels"], strict=True
        ):
            level.load(now)
        self._seen = {s: datetime.fromisoformat(at) for s, at in dumped["seen"].items()}
        self._swept, self._learned = (
            at and datetime.fromisoformat(at) for at in dumped["days"]
        )
        self._came = [
            (source, datetime.fromisoformat(over), held)
            for source, over, held in dumped.get("came", ())  # older ones have none
        ]
        for key, parcel in dumped.get("open", ()):
            self._open[key] = Underway.loaded(parcel)

    def _curve(self, trip: Trip, now: datetime) -> Curve:
        workdays = self._workdays(trip)
        expected = self._expected(trip)
        age = max(0.0, workdays.between(trip.start, now))
        table, speed = self._table(expected), self._pace.speed
        return Curve(workdays, trip.start, expected, table, speed, age)

    def _why(self, trip: Trip, curve: Curve) -> Why:
        as_usual = replace(curve, speed=1.0, age=0.0)
        least, middle, most = (as_usual.when(share) for share in (0.2, 0.5, 0.8))
        now = replace(curve, age=0.0).when(0.5)
        return Why(
            ((least - trip.start) / _DAY, (most - trip.start) / _DAY),
            (now - middle) / _DAY,
            self.known_by(trip),
        )

    def _expected(self, trip: Trip) -> float:
        return self._lanes.expected(trip, day=_day(trip.start))

    def _took(self, trip: Trip, at: datetime) -> float:
        return self._workdays(trip).between(trip.start, at)

    def _workdays(self, trip: Trip) -> Workdays:
        key = trip.carrier, trip.destination.country
        if key not in self._calendars:
            self._calendars[key] = self._calendar(trip.destination.country)
        return self._calendars[key]

    def _table(self, expected: float) -> list[float]:
        """Return the summed rates of parcels of about this length, as of today."""
        kind = _kind(expected)
        if kind not in self._sums:
            day = _day(self._swept or _EPOCH)
            self._sums[kind] = sums(self._alike[kind].given(self._usual, _TRUST, day))
        return self._sums[kind]

    def _turn(self, now: datetime) -> None:
        """Once a day, count what the open parcels went through, and fit anew."""
        midnight = datetime.combine(now.date(), time.min)
        if self._swept is not None and midnight <= self._swept:
            return
        self._swept = midnight
        for key, parcel in list(self._open.items()):
            self._look(parcel, midnight)
            if midnight - parcel.trip.start > _GIVEN_UP:
                del self._open[key]
        self._settle_those_that_came(midnight)
        if self._learned is None or midnight - self._learned >= _WEEK:
            self._learned = midnight
            for calendar in self._calendars.values():
                calendar.learn()
        self._lanes.solve()
        self._usual = self._all.given(USUAL, _TRUST, _day(midnight))
        self._sums.clear()

    def _settle_those_that_came(self, midnight: datetime) -> None:
        """Learn of arrivals when their windows are over, no sooner than of misses.

        Else the quick parcels of a shop that grows would make its windows too short.
        """
        came, self._came = self._came, []
        for source, over, held in came:
            if over < min(midnight, self._seen.get(source, over)):
                self._window.settle(held=held)
            elif midnight - over <= _GIVEN_UP:
                self._came.append((source, over, held))

    def _look(self, parcel: Underway, midnight: datetime) -> None:
        until = min(midnight, self._seen.get(parcel.source, parcel.trip.start))
        self._advance(parcel, until)
        self._settle(parcel, until)

    def _settle(self, parcel: Underway, until: datetime) -> None:
        """Learn what was told too early for a parcel that was open until then."""
        if parcel.is_early and parcel.eta < until:
            parcel.is_early = False
            self._middle.settle(held=False)
        if parcel.is_inside and parcel.until < until:
            parcel.is_inside = False
            self._window.settle(held=False)

    def _advance(self, parcel: Underway, until: datetime) -> None:
        """Count the steps of age that a parcel went through, still open."""
        reached = place(max(0.0, self._took(parcel.trip, until)) / parcel.expected)
        if reached <= parcel.at:
            return
        day, table = _day(until), self._table(parcel.expected)
        self._all.pass_through(parcel.at, reached, day=day)
        kind = self._alike[_kind(parcel.expected)]
        kind.pass_through(parcel.at, reached, day=day)
        if parcel.at < _YOUNG:
            young = summed(table, min(reached, _YOUNG)) - summed(table, parcel.at)
            self._pace.expect(young, day=day)
        parcel.at = reached


def _kind(expected: float) -> int:
    """Short trips and long ones spread differently."""
    return math.floor(math.log(expected) * 2)


def _day(moment: datetime) -> float:
    return (moment - _EPOCH) / _DAY
