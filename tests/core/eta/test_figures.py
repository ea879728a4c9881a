import math

import pytest

from track_service.core.eta.levels import window
from track_service.core.eta.pace import Pace
from track_service.core.eta.rates import (
    STEPS,
    USUAL,
    Rates,
    place,
    ratio_at,
    summed,
    sums,
)
from track_service.core.eta.ridge import Ridge


@pytest.mark.parametrize("ratio", [0, 0.01, 0.05, 0.3, 1, 2.5, 10])
def test_a_place_in_the_table_is_an_age(ratio):
    assert ratio_at(place(ratio)) == pytest.approx(ratio)


def test_what_is_older_than_the_table_stands_at_its_end():
    assert int(place(1e9)) == STEPS - 1


def test_before_anything_is_known_half_arrive_as_expected():
    assert math.exp(-summed(sums(USUAL), place(1))) == pytest.approx(0.5, abs=0.01)


def test_parcels_still_open_lower_the_rate_as_those_arrived_raise_it():
    rates = Rates()
    for n in range(1000):
        rates.pass_through(0, 10.5, day=100)
        if n % 4 == 0:
            rates.arrive(10.5, day=100)
        else:
            rates.pass_through(10.5, 20, day=100)

    found = rates.given(USUAL, 1e-9, 100)

    assert found[10] == pytest.approx(250 / (500 + 375))
    assert found[5] == pytest.approx(0)


def test_old_parcels_give_way_to_the_prior():
    rates = Rates()
    for _ in range(20):
        rates.pass_through(0, 11, day=100)
        rates.arrive(10.5, day=100)

    rate = [rates.given([0.0] * STEPS, 20, day)[10] for day in (100, 190, 9000)]

    assert rate == pytest.approx([1 / 2, 1 / 3, 0])


def test_a_pace_is_as_usual_until_arrivals_fail_to_come():
    pace = Pace()
    assert pace.speed == 1

    for _ in range(100):
        pace.expect(1, day=10)
        pace.arrive(day=10)
    assert pace.speed == pytest.approx(1)

    pace.expect(100, day=11)
    slow = pace.speed
    pace.expect(0, day=40)

    assert slow < 0.8
    assert pace.speed == pytest.approx(1, abs=0.01)


def test_a_level_moves_until_it_holds_what_it_says():
    level = window()
    for n in range(4000):
        share = (n * 0.618) % 1  # of a spread that is wider than was thought
        level.settle(held=share**0.9 < level.now)

    assert level.now > 0.81
    assert level.now ** (1 / 0.9) == pytest.approx(0.8, abs=0.02)


def test_no_shock_moves_a_level_far():
    level = window()
    for _ in range(1000):
        level.settle(held=False)

    assert level.now == pytest.approx(0.88)


def test_a_line_is_found_again():
    ridge = Ridge(2, half=1e6, penalty=1e-6)
    for n in range(50):
        ridge.add([1, n], 3 + 2 * n, day=n)
    assert ridge.at([1, 10]) == 0

    ridge.solve()

    assert ridge.at([1, 100]) == pytest.approx(203)
