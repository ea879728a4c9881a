"""What is told beside the scans is stored sealed, kept up, and erased."""

from datetime import date

from tests.make import a_parcel, a_tracking, ago, an_event, held_of, seen

from track_service.core.detail import NOTHING, Detail, Mile, PickupPoint
from track_service.core.status import Status
from track_service.store import erasing

POINT = PickupPoint("Corner Shop", ("Elm Street 1",), ("Mo–Fr 8–18",))
TOLD = "SELECT told FROM parcel_detail"


def told(of, parcel, **fields):
    ready = an_event(
        Status.AVAILABLE_FOR_PICKUP, "ready", at=ago(of.clock.now(), hours=1)
    )
    return seen(of, parcel, a_tracking(ready, detail=Detail(**fields)))


def test_what_a_carrier_tells_is_kept_and_added_to(of, brand):
    parcel = a_parcel(of, brand)
    before = told(of, parcel, pickup=POINT, last_mile=Mile("GLS", "1"))

    after = told(of, parcel, collect_by=date(2026, 3, 9))

    assert before.detail == Detail(pickup=POINT, last_mile=Mile("GLS", "1"))
    assert after.detail == Detail(
        pickup=POINT, collect_by=date(2026, 3, 9), last_mile=Mile("GLS", "1")
    )
    assert after.version == before.version + 1
    assert told(of, parcel).version == after.version


def test_nothing_told_takes_no_row_and_what_is_told_is_sealed(of, brand, rows):
    parcel = a_parcel(of, brand)

    assert told(of, parcel).detail == NOTHING
    assert rows(TOLD) == []
    told(of, parcel, pickup=POINT)
    [(sealed,)] = rows(TOLD)
    assert "Elm Street" not in sealed


def test_erasure_leaves_none_of_it(of, brand, rows):
    parcel = told(of, a_parcel(of, brand), pickup=POINT)

    with of.database.write() as session:
        erasing.erase(session, parcel.id, now=of.clock.now())
        session.commit()

    assert rows(TOLD) == []
    assert held_of(of, parcel).shipment.detail == NOTHING
