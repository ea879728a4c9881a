import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.core.eta.make import HANOI, HUE, MONDAY, trip

from track_service.core.eta.lanes import USUAL, Lanes
from track_service.core.eta.trip import Spot, Trip, kilometres

DA_NANG = Spot("VN", "DN", "55000", 16.07, 108.22)


def taught(*lessons):
    """Lanes that saw 200 parcels of each (trip, working days)."""
    lanes = Lanes()
    for n in range(200):
        for parcel, took in lessons:
            lanes.add(parcel, took, day=9000 + n / 2)
        lanes.solve()
    return lanes


def test_without_history_the_carrier_s_word_is_all_there_is():
    lanes = Lanes()

    assert lanes.expected(trip(), day=9000) == pytest.approx(USUAL)
    assert lanes.expected(trip(committed=2.0), day=9000) == pytest.approx(2)
    assert lanes.known_by(trip(), day=9000) is None


def test_each_lane_is_told_by_its_own_parcels():
    lanes = taught((trip(), 6.0), (trip(to=HANOI), 1.0))

    assert lanes.expected(trip(), day=9100) == pytest.approx(6, rel=0.1)
    assert lanes.expected(trip(to=HANOI), day=9100) == pytest.approx(1, rel=0.1)
    assert lanes.known_by(trip(), day=9100) == "postal code"


@pytest.mark.parametrize(
    ("to", "level"),
    [
        pytest.param(replace(HUE, postal="53999"), "sender", id="a new postal code"),
        pytest.param(DA_NANG, "sender", id="a new region"),
        pytest.param(Spot("LA"), "carrier", id="a new country"),
    ],
)
def test_a_new_lane_falls_back_on_what_is_known_beside_it(to, level):
    lanes = taught((trip(), 6.0))

    assert lanes.expected(trip(to=to), day=9100) > USUAL
    assert lanes.known_by(trip(to=to), day=9100) == level


def test_a_parcel_of_which_nothing_is_known_is_told_by_its_carrier():
    lanes = taught((trip(), 6.0))

    assert lanes.known_by(Trip(MONDAY, "acme"), day=9100) == "carrier"
    assert lanes.known_by(Trip(MONDAY, "other"), day=9100) is None


def test_two_services_of_a_lane_are_told_apart_and_none_is_told_by_both():
    slow, fast = (trip(service=named) for named in ("economy", "express"))
    lanes = taught((slow, 6.0), (fast, 1.5))
    new = replace(slow, destination=DA_NANG)

    days = [lanes.expected(one, day=9100) for one in (slow, trip(), fast)]
    assert days == [pytest.approx(n, rel=0.15) for n in (6, 3, 1.5)]
    assert lanes.expected(replace(slow, service="drone"), day=9100) == days[1]
    assert lanes.expected(new, day=9100) > 1.5 * lanes.expected(
        replace(new, service="express"), day=9100
    )
    assert lanes.known_by(trip(), day=9100) == "postal code"
    plain = replace(slow, origin=Spot("VN"), destination=Spot("VN"))
    assert lanes.known_by(plain, day=9100) == "service"


def test_figures_of_a_version_that_knew_no_services_count_on():
    lanes, again = taught((trip(), 6.0)), Lanes()
    line, groups, _ = json.loads(json.dumps(lanes.dump()))
    assert groups.pop(2) == []
    again.load([line, [[[[k[0], "", *k[1:]], s] for k, s in g] for g in groups]])

    assert again.expected(trip(), day=9100) == lanes.expected(trip(), day=9100)
    assert again.dump()[:2] == lanes.dump()[:2]


def test_a_new_word_of_a_carrier_shifts_no_lane_that_is_known():
    lanes = taught((trip(), 6.0))
    lanes.load(json.loads(json.dumps(lanes.dump())))
    known = lanes.expected(trip(), day=9100)

    assert lanes.expected(trip(committed=0.5), day=9100) == known
    lanes.add(trip(committed=0.5), 6.0, day=9100)
    assert lanes.expected(trip(), day=9100) == pytest.approx(known, rel=0.02)
    other = replace(trip(committed=0.5), carrier="other")
    assert lanes.expected(other, day=9100) < 0.5 * known


def test_a_later_promise_tells_of_a_longer_trip():
    lanes = taught((trip(promised=3), 2.0), (trip(promised=14), 8.0))

    short, long = (
        lanes.expected(trip(MONDAY + timedelta(days=9), promised=n), day=9100)
        for n in (4, 12)
    )

    assert short < 0.6 * long


def test_distances_follow_the_globe():
    assert kilometres(HANOI, HUE) == pytest.approx(541, abs=5)
    assert kilometres(HANOI, Spot("VN")) is None


def test_parcels_of_which_little_is_known_teach_what_they_can():
    lanes = taught((Trip(MONDAY, "acme"), 9.0))

    assert lanes.expected(Trip(MONDAY, "acme"), day=9100) == pytest.approx(9, rel=0.1)
    assert lanes.known_by(Trip(MONDAY, "acme"), day=9100) == "country"
