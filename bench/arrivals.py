"""Arrival windows by rolling origin: what a shop would have been told, month by month.

`python -m bench.arrivals FILE START END [START END ...]`: FILE has the columns of
docs/eta.md; of each span of hand-overs, what was known before it is the history.
"""

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from track_service.services.backtests.eta import try_out
from track_service.services.backtests.report import report
from track_service.services.backtests.trips import read
from track_service.services.closed_days import workdays


def main(file, *spans):
    parcels = list(read(Path(file)))
    for start, end in zip(spans[::2], spans[1::2], strict=True):
        print(f"\nhanded over from {start} to before {end}")
        for line in report(_tried(parcels, *map(datetime.fromisoformat, (start, end)))):
            print(line)


def _tried(parcels, start, end):
    history = [_as_of(p, start) for p in parcels if p.trip.start < start]
    test = [p for p in parcels if start <= p.trip.start < end]
    return try_out(history, test, workdays=workdays)


def _as_of(past, moment):
    came = past.delivered_at
    return past if came is None or came < moment else replace(past, delivered_at=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
