"""What carriers commit to: each of ours once, with days that can be and a source."""

from importlib.resources import files

import pytest

from track_service.carriers import carriers
from track_service.core.committed import committed, usual
from track_service.core.legs import Leg

HELD = files("track_service.core").joinpath("committed.tsv").read_text(encoding="utf-8")
ROWS = [line.split("\t") for line in HELD.splitlines()[1:]]


def test_each_row_names_a_carrier_of_ours_once_and_who_says_so():
    codes = [code for code, *_ in ROWS]

    assert sorted(set(codes) - set(carriers())) == []
    assert len(codes) == len(set(codes))
    for _, days, kind, source in ROWS:
        assert 1 <= float(days) <= 10
        assert kind in {"working", "total"}
        said = any(word in source for word in ("http", "report"))
        assert said or source.removeprefix("as ") in codes


def test_days_of_the_calendar_come_to_fewer_working_days():
    assert committed("canada_post") == 7
    assert committed("evri") == pytest.approx(3 * 5.4 / 7)
    assert committed("no such carrier") is None


def test_of_who_comes_the_same_day_half_a_day_is_usual():
    assert usual("ahamove", Leg.HANDED_OVER) == 0.5
    assert usual("canada_post", Leg.HANDED_OVER) == pytest.approx(7 * 0.46)
