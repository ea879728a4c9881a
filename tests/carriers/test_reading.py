"""Times that cannot be read, and what becomes of the scans that told them."""

import pytest

from track_service.carriers.reading import (
    day_first_time,
    epoch_stamp,
    is_json,
    is_xml,
    oldest_first,
    stated_by,
    stated_time,
)
from track_service.core.status import Meaning, Status
from track_service.core.timeline import condition
from track_service.core.tracking import Event, Precision, Tracking
from track_service.http import Answer

NO_TIMES = [
    "",
    None,
    "n/a",
    "0000-00-00 00:00:00",
    "2026-02-30 10:00:00",
    "2026-03-05 24:61:00",
    "2026-03-05T10:00:00+99:99",
    "30/02/2026 10:00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "9" * 400,
    {},
]


@pytest.mark.parametrize("stated", NO_TIMES, ids=repr)
def test_what_is_no_time_is_read_as_none(stated):
    assert stated_time(stated) is None
    assert day_first_time(stated) is None
    assert stated_by(stated, "%d/%m/%Y %H:%M:%S") is None
    assert epoch_stamp(stated) is None


@pytest.mark.parametrize(
    ("stated", "read", "exactly"),
    [
        ("19/2/2026", "2026-02-19", Precision.DAY),
        ("19-02-2026 8:30", "2026-02-19T08:30:00", Precision.MINUTE),
        ("19/02/2026 08:30:12", "2026-02-19T08:30:12", Precision.SECOND),
        ("2026-02-19 08:30:12", "2026-02-19T08:30:12", Precision.SECOND),
    ],
)
def test_a_time_is_as_exact_as_it_is_stated(stated, read, exactly):
    stamp = day_first_time(stated)

    assert (stamp.text, stamp.precision) == (read, exactly)


def test_a_scan_without_a_time_is_never_the_latest_news():
    newest_first = [
        _scan(None, "a"),
        _scan("2026-03-05 12:00", "b"),
        _scan("2026-03-05 12:00", "c"),
        _scan("2026-03-04 12:00", "d"),
    ]

    assert [event.code for event in oldest_first(newest_first)] == ["a", "d", "c", "b"]


def test_a_delivery_without_a_time_still_counts():
    scans = [
        _scan("2026-03-04 12:00", "DEP"),
        _scan("2026-03-05 12:00", "ARR"),
        _scan("n/a", "DLV", Status.DELIVERED),
    ]

    told = Tracking("1", oldest_first(scans))

    assert condition(told).status is Status.DELIVERED


def _scan(time: str | None, code: str, status: Status = Status.IN_TRANSIT) -> Event:
    return Event(stated_time(time), Meaning(status), code)


@pytest.mark.parametrize(
    ("body", "as_json", "as_xml"),
    [
        (b'\xef\xbb\xbf {"a": 1}', True, False),
        (b"\n[1]", True, False),
        (b"\xef\xbb\xbf\r\n<a/>", False, True),
        (b"a=1&b={}", False, False),
        (b"", False, False),
    ],
)
def test_a_body_is_known_by_its_beginning_behind_a_byte_order_mark(
    body, as_json, as_xml
):
    assert (is_json(Answer(body)), is_xml(Answer(body))) == (as_json, as_xml)
