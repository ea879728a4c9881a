"""Parcels in trouble, and the queue that lists them."""

import pytest
from tests import make

from track_service.core.status import Status
from track_service.services.queue_upkeep import keep_up
from track_service.store import queue, queue_filter
from track_service.store.queue_filter import Wanted


@pytest.fixture
def damaged(of, brand):
    """Let a parcel be damaged at a hub of its carrier."""

    def run(
        number="N1", *, city="Cu Chi", carrier="ghn", order=None, brand=brand, **more
    ):
        parcel = make.a_parcel(
            of,
            brand,
            carrier=carrier,
            number=number,
            order=make.an_order(order or f"O-{number}", **more),
        )
        scan = make.an_event(
            Status.EXCEPTION, "damaged", at=of.clock.now(), city=city, country="VN"
        )
        return make.seen(of, parcel, make.a_tracking(scan, number=number))

    return run


@pytest.fixture
def mended(of):
    """Let a parcel move on."""

    def run(parcel):
        scan = make.an_event(Status.IN_TRANSIT, "departed_facility", at=of.clock.now())
        kept = make.held_of(of, parcel).shipment.events
        return make.seen(of, parcel, make.a_tracking(*kept, scan, number=parcel.number))

    return run


@pytest.fixture
def upkeep(of):
    """Keep the queue up until nothing is left to do; return how much was done."""

    def run():
        total = 0
        while done := keep_up(of.post):
            total += done
        return total

    return run


@pytest.fixture
def listed(of, brand):
    """List entries as the console does."""

    def run(*, limit=500, after=(), brand_ids=None, **wanted):
        asked = Wanted(brand_ids=brand_ids or [brand.id], **wanted)
        with of.database.read() as session:
            ids = queue_filter.page_ids(
                session, asked, now=of.clock.now(), after=after, limit=limit
            )
            return queue.load(session, ids)

    return run
