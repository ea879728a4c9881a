"""What a carrier names beside its scans, in the history that a shop and its shopper see."""

from datetime import timedelta

from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, held_of, seen

from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event

MOVING = an_event(Status.IN_TRANSIT, at=NOW - timedelta(days=2), city="Hanoi")
LOST = Event(None, Meaning(Status.EXCEPTION, "lost"), "Exception_013")


def stored(rows):
    found = rows("SELECT status, source, withdrawn_at IS NULL FROM event ORDER BY id")
    return [(status, source, bool(stands)) for status, source, stands in found]


def test_a_word_ahead_of_the_scans_is_told_once_and_dated(of, brand, rows):
    parcel = a_parcel(of, brand, carrier="aftership")

    after = seen(of, parcel, *[a_tracking(MOVING, ahead=LOST)] * 3)
    version = seen(
        of, parcel, a_tracking(MOVING, ahead=LOST), source="push:aftership"
    ).version

    assert after.meaning == LOST.meaning
    assert after.events[-1].stamp == MOVING.stamp
    assert version == after.version
    assert stored(rows) == [
        ("in_transit", "pull:aftership", True),
        ("exception", "head:aftership", True),
    ]


def test_a_scan_that_shows_it_takes_its_place(of, brand, rows):
    parcel = a_parcel(of, brand, carrier="aftership")
    word = Event(None, Meaning(Status.DELIVERED, "delivered"), "Delivered")
    scan = an_event(Status.DELIVERED, "delivered", at=NOW, city="Hanoi")

    seen(of, parcel, a_tracking(MOVING, ahead=word), a_tracking(MOVING, scan))

    assert held_of(of, parcel).shipment.events == (MOVING, scan)
    assert ("delivered", "head:aftership", False) in stored(rows)
