from datetime import timedelta

import pytest

from track_service.web.console.shown import span


@pytest.mark.parametrize(
    ("time", "told"),
    [
        (timedelta(), "0 min"),
        (timedelta(seconds=-5), "0 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(days=1, minutes=5), "1 d 5 min"),
        (timedelta(days=9, hours=23), "9 d 23 h"),
        (timedelta(days=12, hours=23), "12 d"),
    ],
)
def test_a_span_is_told_in_its_greatest_units(time, told):
    assert span(time) == told
