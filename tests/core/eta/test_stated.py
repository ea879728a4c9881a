"""A carrier's date is worth what its dates were worth before."""

import json
from datetime import date, timedelta

from track_service.core.eta.stated import Stated

MONDAY = date(2026, 3, 2)


def on(days):
    return MONDAY + timedelta(days=days)


def learnt(offs, *, day=9500.0):
    stated = Stated()
    for off in offs:
        stated.add("ghn", "near", off, day=day)
    return stated


def test_a_date_means_the_days_on_which_such_parcels_came():
    told = learnt([0] * 10 + [2] * 80 + [5] * 10).read(
        "ghn", "near", MONDAY, seen=MONDAY
    )

    assert (told.start, told.on, told.until) == (on(0), on(2), on(2))
    assert round(told.chance_after(MONDAY), 3) == 0.9
    assert round(told.chance_after(on(2)), 3) == 0.1


def test_too_few_dates_and_other_legs_tell_nothing():
    assert learnt([2] * 29).read("ghn", "near", MONDAY, seen=MONDAY) is None
    assert learnt([2] * 99).read("ghn", "out", MONDAY, seen=MONDAY) is None
    assert learnt([2] * 99).read("spx", "near", MONDAY, seen=MONDAY) is None


def test_what_has_not_come_by_then_comes_later():
    stated = learnt([0] * 50 + [3] * 50)

    told = stated.read("ghn", "near", MONDAY, seen=on(1))

    assert (told.start, told.until, told.chance_after(on(0))) == (on(3), on(3), 1.0)
    assert stated.read("ghn", "near", MONDAY, seen=on(4)) is None


def test_old_dates_fade():
    stated = learnt([5] * 40, day=9000.0)
    for _ in range(40):
        stated.add("ghn", "near", 0, day=9900.0)

    assert stated.read("ghn", "near", MONDAY, seen=MONDAY).until == MONDAY


def test_it_goes_on_from_what_it_kept():
    stated, other = learnt([0, 1, 1, 4] * 20), Stated()
    other.load(json.loads(json.dumps(stated.dump())))

    kept = other.read("ghn", "near", MONDAY, seen=MONDAY)

    assert kept == stated.read("ghn", "near", MONDAY, seen=MONDAY)
