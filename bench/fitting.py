"""`python -m bench.fitting`: what learning of lanes and foreseeing of parcels cost.

Processor time, so that the neighbours on the machine count less.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median
from time import process_time

from bench.measure import fill, fresh_app
from track_service.app import Service
from track_service.core.parcel import Shipment
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Place, Stamp, Tracking
from track_service.services import look
from track_service.services.fitting import fit_due
from track_service.store import history, shipments

PARCELS, AT_ONCE = 2_000, 500
HOUR = timedelta(hours=1)
# Hours from the announcement; every fourth parcel is still out.
WAY = (
    (0, Status.INFO_RECEIVED),
    (8, Status.PICKED_UP),
    (20, Status.IN_TRANSIT),
    (44, Status.IN_TRANSIT),
    (68, Status.OUT_FOR_DELIVERY),
    (73, Status.DELIVERED),
)


def main() -> None:
    with fresh_app() as (_, of):
        fill(of, [("ups", f"1Z{place:016}") for place in range(PARCELS)])
        parcels = list(_record(of))
        start = process_time()
        scans = 0
        while count := fit_due(of.desk):
            scans += count
        spent = process_time() - start
        print(f"fit_due: {PARCELS / spent:.0f} parcels/s, {scans / spent:.0f} scans/s")
        of.desk.foresight.refresh(of.database, now=of.clock.now())
        open_ = [one for one in parcels if one.meaning.status is not Status.DELIVERED]
        took = [_see(of, one) for one in open_]
        print(f"foresee: {median(took) * 1e6:.0f} µs a look, {len(open_)} parcels")


def _see(of: Service, parcel: Shipment) -> float:
    start = process_time()
    outlook = of.desk.foresight.see(parcel, of.clock.now())
    spent = process_time() - start
    if outlook is None or outlook.known_by is None:
        raise RuntimeError("nothing was foreseen")
    return spent


def _record(of: Service) -> Iterator[Shipment]:
    """Let every parcel live through its scans of the last month; return them as held."""
    now = of.clock.now() - HOUR
    eye = look.Eye(now, lambda: 0.5, of.mint.name)
    for first in range(1, PARCELS + 1, AT_ONCE):
        ids = range(first, first + AT_ONCE)
        with of.database.write() as session:
            outcomes = [
                look.answered(held, _seen(held.shipment, now), eye, source="pull:ups")
                for held in shipments.load(session, ids)
            ]
            history.write(session, outcomes, now=now, wall=now)
            session.commit()
        yield from (outcome.shipment for outcome in outcomes)


def _seen(parcel: Shipment, now: datetime) -> Tracking:
    begun = now - HOUR * (80 + parcel.id % 600)
    way = WAY[: -1 if parcel.id % 4 == 0 else None]
    scans = (_scan(begun + HOUR * hours, status) for hours, status in way)
    return Tracking(parcel.number, tuple(scans))


def _scan(at: datetime, status: Status) -> Event:
    return Event(
        Stamp.aware(at), Meaning(status), "S", "Scanned", Place("Kiel", country="DE")
    )


if __name__ == "__main__":
    main()
