from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from track_service.core.severity import Severity
from track_service.core.sla import USUAL, Hours, Sla

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Sla({Severity.HIGH: timedelta(hours=8)}, Hours(9, 17))


def local(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=BERLIN)


def test_without_hours_the_clock_runs_day_and_night():
    start = datetime(2026, 3, 6, 20, tzinfo=UTC)

    due = USUAL.due(start, Severity.CRITICAL, zone=BERLIN)

    assert due == datetime(2026, 3, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        pytest.param(local(2, 9), local(2, 17), id="a whole day"),
        pytest.param(local(2, 6), local(2, 17), id="before opening"),
        pytest.param(local(2, 15), local(3, 15), id="over a night"),
        pytest.param(local(6, 16), local(9, 16), id="over a weekend"),
        pytest.param(local(7, 12), local(9, 17), id="on a Saturday"),
        pytest.param(local(27, 13), local(30, 13), id="over the change to summer time"),
    ],
)
def test_with_hours_it_runs_while_people_work(start, due):
    assert OFFICE.due(start.astimezone(UTC), Severity.HIGH, zone=BERLIN) == due


def test_a_severity_without_a_span_has_the_usual_one():
    start = local(2, 9).astimezone(UTC)

    assert OFFICE.due(start, Severity.CRITICAL, zone=BERLIN) == local(2, 13)
