from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from tests.core.make import MONDAY, bare, scan, stamp

from track_service.core.status import UNKNOWN, Status
from track_service.core.tracking import Event, Place, Precision, Stamp, offset_text


def test_a_stamp_keeps_the_local_time_and_knows_the_instant():
    noon = stamp(MONDAY)

    assert noon.at == datetime(2026, 3, 2, 5, tzinfo=UTC)
    assert noon.text == "2026-03-02T12:00:00+07:00"


def test_a_time_without_offset_is_no_instant():
    assert bare(MONDAY).at is None
    assert bare(MONDAY).text == "2026-03-02T12:00:00"


def test_a_day_stays_a_day():
    day = Stamp.day(date(2026, 3, 2))

    assert (day.at, day.text) == (None, "2026-03-02")
    assert Stamp(day.local, timedelta(hours=7), Precision.DAY).at is None


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="naive"):
        Stamp.aware(datetime(2026, 3, 2))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(420, "+07:00"), (-210, "-03:30"), (0, "+00:00")],
)
def test_offsets_are_written_with_sign_and_minutes(minutes, text):
    assert offset_text(timedelta(minutes=minutes)) == text


def test_a_key_holds_time_meaning_and_place_but_no_words():
    event = scan(Status.DELIVERED, "signed", description="Signed by DOE")

    assert event.key == "2026-03-02T05:00Z|delivered.signed|hanoi,VN"
    assert scan(Status.DELIVERED, "signed", description="Other").key == event.key


def test_a_key_takes_the_time_as_far_as_it_is_stated():
    assert scan(Status.DELIVERED, when=bare(MONDAY)).key.startswith("2026-03-02T12:00|")
    assert scan(Status.DELIVERED, when=Stamp.day(MONDAY)).key.startswith("2026-03-02|")
    assert scan(Status.DELIVERED, stamp=None).key.startswith("-|")


def test_where_the_meaning_is_unknown_the_code_stands_for_it():
    event = Event(None, UNKNOWN, code="X9", place=Place(postal="10000"))

    assert event.key == "-|?X9|10000,"


def test_one_instant_has_one_key_in_any_zone():
    utc = Stamp.aware(datetime(2026, 3, 2, 5, tzinfo=UTC))
    tokyo = Stamp.aware(datetime(2026, 3, 2, 14, tzinfo=timezone(timedelta(hours=9))))

    assert (
        scan(Status.PICKED_UP, when=utc).key == scan(Status.PICKED_UP, when=tokyo).key
    )
