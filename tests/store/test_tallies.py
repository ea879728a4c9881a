"""Deliveries by the shop's day, counted by the database."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.make import a_parcel

from track_service.core.calendar import local_day
from track_service.core.status import Status
from track_service.core.tracking import Precision, Stamp
from track_service.store import tallies
from track_service.store.models import ShipmentRow

MONDAY = date(2026, 3, 23)
SPAN = {"since": MONDAY, "until": MONDAY + timedelta(8)}  # clocks change on Sunday
EAST, WEST = timedelta(hours=7), timedelta(hours=-3, minutes=-30)
STAMPS = [
    Stamp.day(MONDAY + timedelta(1)),
    *(
        Stamp(datetime(2026, 3, day, *clock), offset, Precision.MINUTE)  # noqa: DTZ001
        for day in (24, 29)
        for clock in ((1, 14), (1, 15), (5, 59), (14, 44), (14, 45), (23, 59))
        for offset in (None, EAST, WEST, timedelta(hours=1))
    ),
]


@pytest.mark.parametrize("name", ["Europe/Berlin", "Asia/Kathmandu", "Asia/Saigon"])
def test_the_database_counts_deliveries_by_the_shops_day(of, brand, statements, name):
    zone = ZoneInfo(name)
    parcel = a_parcel(of, brand)
    with of.database.write() as session:
        row = session.get_one(ShipmentRow, parcel.id)
        row.status, row.delivered_at = Status.DELIVERED, STAMPS[0]
        kept = {c.key: getattr(row, c.key) for c in ShipmentRow.__table__.columns}
        for n, stamp in enumerate(STAMPS[1:]):
            names = {"public_id": f"{n}", "token": f"{n}", "number": f"{n}"}
            own = {"id": parcel.id + 9 + n, "delivered_at": stamp}
            session.add(ShipmentRow(**kept | names | own))
        session.commit()

    with of.database.read() as session, statements() as sent:
        found = tallies.delivered(session, brand.id, zone, **SPAN)

    days = Counter(local_day(stamp, zone) for stamp in STAMPS)
    assert {day: count.total() for day, count in found.items()} == days
    assert "GROUP BY" in sent[-1]
