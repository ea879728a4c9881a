"""What is done to every reading, whichever carrier's it is."""

from datetime import datetime, timedelta

import pytest

from track_service.carriers.base import StatusMap, read
from track_service.carriers.ghn import Ghn
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.tracking import Event, Precision, Stamp, Tracking
from track_service.http import Answer

MOVING = Meaning(Status.IN_TRANSIT, "moving")
BEGUN = datetime(2026, 1, 1, 9, 0)  # noqa: DTZ001


def _scan(minutes):
    local = BEGUN + timedelta(minutes=minutes)
    return Event(Stamp(local, timedelta(), Precision.MINUTE), MOVING)


@pytest.mark.parametrize(("told", "left"), [(500, 500), (501, 500), (4_000, 500)])
def test_of_more_scans_than_any_journey_has_the_newest_are_read(told, left):
    class Endless(Ghn):
        @staticmethod
        def parse(answer):
            scans = [_scan(minutes) for minutes in range(told)]
            return [Tracking("VT0001", tuple(reversed(scans)))]

    (tracking,) = read(Endless, Answer(b"{}"))

    assert len(tracking.events) == left
    assert tracking.complete is (told == left)
    newest = max(event.stamp.local for event in tracking.events)
    assert newest == BEGUN + timedelta(minutes=told - 1)


@pytest.mark.parametrize(
    ("told", "meaning"),
    [
        pytest.param("DELIVERING", MOVING, id="a word in other capitals"),
        pytest.param("dl", UNKNOWN, id="a short code in other capitals"),
        pytest.param("LOST", UNKNOWN, id="a word that means two things"),
        pytest.param(None, UNKNOWN, id="nothing told"),
    ],
)
def test_only_a_word_is_known_in_any_capitals(told, meaning):
    lost, back = Meaning(Status.EXCEPTION, "lost"), Meaning(Status.RETURNING)
    codes = {"delivering": MOVING, "DL": lost, "Lost": lost, "lost": back, "None": back}

    assert StatusMap(codes).read(None, told) == meaning


def test_what_is_told_first_is_looked_up_first_in_whatever_capitals():
    near = Meaning(Status.OUT_FOR_DELIVERY, "with_courier")
    table = StatusMap({"MOVING/NEAR": near, "MOVING": MOVING, "0": near})

    assert table.read("MOVING/near", "MOVING") == near
    assert table.read("MOVING/far", "MOVING") == MOVING
    assert table.read(0) == near
