"""Trips for the tests of forecasts."""

from datetime import date, datetime, timedelta

from track_service.core.eta.forecaster import Forecaster
from track_service.core.eta.trip import Spot, Trip
from track_service.core.eta.workdays import Workdays

at = datetime.fromisoformat  # naive, as local times are here
MONDAY = at("2026-03-02T12:00")
EVERY_DAY = (1,) * 7
HANOI = Spot("VN", "HN", "10000", 21.03, 105.85)
HUE = Spot("VN", "TTH", "53000", 16.46, 107.59)


def trip(start=MONDAY, *, to=HUE, promised=None, **known):
    promised_on = None if promised is None else start.date() + timedelta(days=promised)
    return Trip(
        start, "acme", origin=HANOI, destination=to, promised_on=promised_on, **known
    )


def forecaster(*, week=EVERY_DAY, closed: tuple[date, ...] = ()):
    return Forecaster(lambda country: Workdays(closed, week))


def run(told, lasting, *, days, to=HUE, start=MONDAY, a_day=4):
    """Hand parcels over for some days; each arrives after `lasting(nth)` days, or never.

    Returns the first instant after them.
    """
    handed = [start + timedelta(days=n / a_day) for n in range(days * a_day)]
    arrivals = sorted(
        (began + timedelta(days=took), (str(to), began))
        for n, began in enumerate(handed)
        if (took := lasting(n)) is not None
    )
    for began in handed:
        while arrivals and arrivals[0][0] < began:
            _arrive(told, arrivals.pop(0))
        told.depart((str(to), began), trip(began, to=to))
    end = handed[-1] + timedelta(days=1 / a_day)
    while arrivals and arrivals[0][0] < end:
        _arrive(told, arrivals.pop(0))
    return end


def _arrive(told, arrival):
    came, key = arrival
    told.seen("", came)
    told.arrive(key, came)
