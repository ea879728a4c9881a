"""Arrival windows tried on past parcels, in order of time, without a look ahead."""

import csv
import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from track_service.core.eta.forecast import Forecast
from track_service.core.eta.forecaster import Forecaster
from track_service.core.eta.workdays import Workdays
from track_service.services.backtests.rules import Rules, Told
from track_service.services.backtests.trips import Past

_HISTORY, _TEST = "history", "test"


@dataclass(frozen=True, slots=True)
class Tried:
    """A parcel of the test, its forecast, and what each rule of thumb said of it."""

    past: Past
    forecast: Forecast
    told: Mapping[str, Told]


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
    departures = sorted(
        [(past.trip.start, 0, n, past) for n, past in enumerate(history)]
        + [(past.trip.start, 1, n, past) for n, past in enumerate(test)],
        key=lambda each: each[:3],
    )
    forecaster, rules = Forecaster(workdays), Rules()
    arrivals: list[tuple[datetime, int, int, Past]] = []
    tried: dict[int, Tried] = {}
    for start, which, n, past in departures:
        while arrivals and arrivals[0][0] < start:
            at, *key, arrived = heapq.heappop(arrivals)
            forecaster.seen((_HISTORY, _TEST)[key[0]], at)
            forecaster.arrive(tuple(key), at)
            rules.arrive(tuple(key), arrived.trip, at)
        told = rules.depart((which, n), past.trip)
        if past.is_shipped:
            source = (_HISTORY, _TEST)[which]
            forecast = forecaster.depart((which, n), past.trip, source=source)
            if past.delivered_at is not None:
                heapq.heappush(arrivals, (past.delivered_at, which, n, past))
        else:
            forecast = forecaster.predict(past.trip)
        if which:
            tried[n] = Tried(past, forecast, told)
    return [tried[n] for n in range(len(test))]


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
