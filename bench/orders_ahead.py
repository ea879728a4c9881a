"""Windows of orders without a parcel: what a shop would have been told when placed.

`python -m bench.orders_ahead FILE START END [START END ...]`: FILE has the columns of
docs/eta.md and is taken for one shop's; of its orders each third is foreseen, by what
was handed over and had come before.
"""

import sys
from collections import Counter, deque
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from statistics import mean, median

from track_service.core.ahead import Way, reckon
from track_service.core.dispatch import Hours
from track_service.core.eta.forecaster import Forecaster
from track_service.core.eta.trip import Trip
from track_service.core.preparing import LAST
from track_service.services.backtests.trips import Past, read
from track_service.services.closed_days import holidays_of, workdays

PLACED, SHIPPED, CAME = range(3)
EACH = 3
Told = tuple[date, date, date]


def main(file: str, *spans: str) -> None:
    parcels = [p for p in read(Path(file)) if p.trip.ordered_at and p.delivered_at]
    parcels = [p for p in parcels if p.is_shipped and p.trip.ordered_at <= p.trip.start]
    for first, end in zip(spans[::2], spans[1::2], strict=True):
        told = _told(parcels, *map(datetime.fromisoformat, (first, end)))
        off = [abs((came - on).days) for (_, on, _), came in told]
        inside = [start <= came <= until for (start, _, until), came in told]
        width = mean((until - start).days + 1 for (start, _, until), _ in told)
        print(
            f"{first} to before {end}: {len(told)} orders, MAE {mean(off):.2f}, median"
            f" {median(off):g}, cover {mean(inside):.3f}, width {width:.2f}"
        )


def _told(
    parcels: list[Past], first: datetime, end: datetime
) -> list[tuple[Told, date]]:
    hours = Hours(closed=holidays_of("BR"))
    forecaster, taken = Forecaster(workdays), deque[int](maxlen=LAST)
    found: list[tuple[Told, date]] = []
    for at, what, place in _events(parcels):
        past, trip = parcels[place], parcels[place].trip
        if what == CAME:
            forecaster.seen("file", at)
            forecaster.arrive(place, at)
        elif what == SHIPPED:
            forecaster.depart(place, trip, source="file")
            counts = hours.counts_from(trip.ordered_at)
            taken.append(hours.between(counts, trip.start.date()))
        elif first <= at < end and place % EACH == 0:
            told = _foreseen(forecaster, hours, taken, trip)
            if told is not None:
                found.append((told, past.delivered_at.date()))
    return found


def _events(parcels: list[Past]) -> list[tuple[datetime, int, int]]:
    return sorted(
        event
        for place, past in enumerate(parcels)
        for event in (
            (past.trip.ordered_at, PLACED, place),
            (past.trip.start, SHIPPED, place),
            (past.delivered_at, CAME, place),
        )
    )


def _foreseen(
    forecaster: Forecaster, hours: Hours, taken: deque[int], trip: Trip
) -> Told | None:
    counts = hours.counts_from(trip.ordered_at)
    ways = []
    for days, orders in Counter(taken).items():
        handed = datetime.combine(hours.after(counts, days), time(17))
        ways.append(Way(orders, forecaster.curve(replace(trip, start=handed))))
    return reckon(ways, today=trip.ordered_at.date())


if __name__ == "__main__":
    main(*sys.argv[1:])
