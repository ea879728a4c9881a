"""Arrival windows tried on past parcels, in order of time, without a look ahead."""

import csv
import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TextIO

from track_service.core.eta.forecast import Forecast
from track_service.core.eta.forecaster import Forecaster
from track_service.core.eta.workdays import Workdays
from track_service.services.backtests.rules import Rules, Told
from track_service.services.backtests.trips import Past

LOOKS = (3, 7, 14)  # days after the hand-over, of who is still under way
_HISTORY, _TEST = "history", "test"
_LOOK, _ARRIVAL = 0, 1  # of one instant, what is asked comes first
_DAY = timedelta(days=1)
_Key = tuple[str, int]  # a file, and the place in it


@dataclass(frozen=True, slots=True)
class Tried:
    """A parcel of the test, its forecast, and what each rule of thumb said of it.

    `later` holds its forecasts of days after the hand-over (`LOOKS`).
    """

    past: Past
    forecast: Forecast
    told: Mapping[str, Told]
    later: dict[int, Forecast] = field(default_factory=dict)


def try_out(
    history: Iterable[Past],
    test: Sequence[Past],
    *,
    workdays: Callable[[str], Workdays],
) -> list[Tried]:
    """Forecast each parcel of `test` when it is handed over; return them in its order.

    Known at an instant: who was handed over by then, and who arrived before. Of a file
    nothing is taken as known beyond its latest arrival by then, so that the end of a
    file does not look like a standstill.
    """
    rows = [(_HISTORY, n, past) for n, past in enumerate(history)]
    rows += [(_TEST, n, past) for n, past in enumerate(test)]
    trial = _Trial(workdays)
    for file, n, past in sorted(rows, key=lambda row: (row[2].trip.start, *row[:2])):
        trial.go_on(past.trip.start)
        trial.depart((file, n), past)
    trial.go_on(datetime.max)  # noqa: DTZ901 - local times are naive here
    return [trial.tried[_TEST, n] for n in range(len(test))]


class _Trial:
    def __init__(self, workdays: Callable[[str], Workdays]) -> None:
        self.tried: dict[_Key, Tried] = {}
        self._forecaster, self._rules = Forecaster(workdays), Rules()
        self._due: list[tuple[datetime, int, _Key, Past]] = []

    def depart(self, key: _Key, past: Past) -> None:
        told = self._rules.depart(key, past.trip)
        if not past.is_shipped:
            forecast = self._forecaster.predict(past.trip)
        else:
            forecast = self._forecaster.depart(key, past.trip, source=key[0])
            if past.delivered_at is not None:
                self._plan(past.delivered_at, _ARRIVAL, key, past)
        if key[0] == _TEST:
            self.tried[key] = Tried(past, forecast, told)
            for days in LOOKS:
                self._plan(past.trip.start + days * _DAY, _LOOK, key, past)

    def go_on(self, now: datetime) -> None:
        """Let happen what happens before `now`."""
        while self._due and self._due[0][0] < now:
            at, what, key, past = heapq.heappop(self._due)
            if what == _ARRIVAL:
                self._forecaster.seen(key[0], at)
                self._forecaster.arrive(key, at)
                self._rules.arrive(key, past.trip, at)
            elif self._forecaster.knows(key):
                later = self._forecaster.predict(past.trip, now=at)
                self.tried[key].later[(at - past.trip.start).days] = later

    def _plan(self, at: datetime, what: int, key: _Key, past: Past) -> None:
        heapq.heappush(self._due, (at, what, key, past))


def write(tried: Iterable[Tried], out: TextIO) -> None:
    """Write the forecasts as CSV, times as local as they came."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("shipment_id", "eta", "eta_from", "eta_until", "p_late"))
    for each in tried:
        told = each.forecast
        times = (told.eta, told.start, told.until)
        late = "" if told.p_late is None else f"{told.p_late:.6f}"
        stated = (time.isoformat(timespec="seconds") for time in times)
        writer.writerow((each.past.shipment_id, *stated, late))
