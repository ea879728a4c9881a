from collections import Counter
from datetime import timedelta

import pytest
from tests.sandbox.shop import START, make_parcel

from track_service.sandbox import CARRIERS, Did, Kind, Sandbox
from track_service.sandbox.numbers import (
    fedex_check,
    mod10_check,
    s10_check,
    ups_check,
)


@pytest.fixture
def crowd():
    return Sandbox(seed=11, now=lambda: START).populate(800, start=START)


def check_digit_holds(carrier: str, number: str) -> bool:
    match carrier:
        case "ups":
            return ups_check(number[2:-1]) == number[-1]
        case "fedex":
            return fedex_check(number[:-1]) == number[-1]
        case "usps":
            return mod10_check(number[:-1]) == number[-1]
        case "royal_mail":
            return s10_check(number[2:-3]) == number[-3]
        case "dhl_unified" if len(number) == 10:
            return int(number[:-1]) % 7 == int(number[-1])
        case "dhl_unified":
            return mod10_check(number[:-1]) == number[-1]
    return True


@pytest.mark.parametrize(
    ("carrier", "number"),
    [
        ("ups", "1Z5R89390357567127"),
        ("ups", "1Z999AA10123456784"),
        ("fedex", "986578788855"),
        ("usps", "9400111202555842332669"),
        ("royal_mail", "RR473124829GB"),
        ("dhl_unified", "00340434161094015902"),
        ("dhl_unified", "3318810025"),
    ],
)
def test_the_check_digits_are_the_carriers(carrier, number):
    off = number.replace(number[4], "7" if number[4] != "7" else "3", 1)

    assert check_digit_holds(carrier, number)
    assert not check_digit_holds(carrier, off)


def test_a_crowd_has_valid_numbers_none_of_them_twice(crowd):
    assert all(check_digit_holds(p.carrier, p.number) for p in crowd)
    assert len({p.number for p in crowd}) == 800


def test_a_crowd_covers_carriers_journeys_markets_and_states(crowd):
    states = Counter(p.until(START)[-1].did if p.until(START) else None for p in crowd)

    assert {p.carrier for p in crowd} == set(CARRIERS)
    assert {p.kind for p in crowd} == {kind.value for kind in Kind}
    assert {p.market for p in crowd} == {"us", "uk", "de", "vn"}
    assert None in states
    assert set(Did) - set(states) <= {
        Did.NOVEL,
        Did.CUSTOMS,
        Did.CLEARED,
        Did.DAMAGED,
        Did.PICKED_UP,
    }
    assert states[Did.DELIVERED] > 100


def test_steps_follow_each_other_in_time(crowd):
    for parcel in crowd:
        instants = [step.at for step in parcel.steps]
        assert instants == sorted(set(instants))


def test_deliveries_come_by_day_and_never_on_a_sunday(crowd):
    handed = [
        step.local for p in crowd for step in p.steps if step.did is Did.DELIVERED
    ]

    assert {at.weekday() for at in handed} == {0, 1, 2, 3, 4, 5}
    assert all(8 <= at.hour <= 17 for at in handed)


def test_some_promises_are_broken_and_smooth_ones_kept(crowd):
    def late(kind):
        return [
            step.local.date() > p.promised_on
            for p in crowd
            if p.kind == kind
            for step in p.steps
            if step.did is Did.DELIVERED
        ]

    assert not any(late("smooth"))
    assert not any(late("early"))
    assert sum(late("weather")) > len(late("weather")) / 2


def test_the_expected_day_moves_once_something_delays_the_parcel():
    parcel = make_parcel("ups", Kind.WEATHER)
    delay = next(step for step in parcel.steps if step.did is Did.DELAYED)
    out = next(step for step in parcel.steps if step.did is Did.OUT_FOR_DELIVERY)

    assert parcel.expected_on(delay.at - timedelta(minutes=1)) == parcel.promised_on
    assert parcel.expected_on(delay.at) == out.local.date()
    assert parcel.expected_on(out.at) == out.local.date()
    assert parcel.expected_on(parcel.steps[-1].at) is None
    assert parcel.expected_on(parcel.steps[0].at - timedelta(minutes=1)) is None


def test_a_stalled_parcel_keeps_to_its_old_promise():
    parcel = make_parcel("fedex", Kind.STALLED)

    assert parcel.steps[-1].did is Did.ARRIVED
    assert parcel.expected_on(START + timedelta(days=60)) == parcel.promised_on


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        (Kind.SMOOTH, Did.DELIVERED),
        (Kind.SECOND_ATTEMPT, Did.DELIVERED),
        (Kind.ATTEMPTS_RETURNED, Did.RETURNED),
        (Kind.REFUSED, Did.RETURNED),
        (Kind.DAMAGED, Did.RETURNED),
        (Kind.PICKUP, Did.COLLECTED),
        (Kind.LOST, Did.LOST),
        (Kind.CANCELLED, Did.CANCELLED),
        (Kind.NEVER_SHIPPED, Did.LABEL),
    ],
)
def test_each_journey_ends_as_its_name_says(kind, end):
    assert make_parcel("ups", kind).steps[-1].did is end


def test_the_same_seed_makes_the_same_crowd_and_another_seed_another():
    first = Sandbox(seed=5, now=lambda: START)
    again = Sandbox(seed=5, now=lambda: START)
    other = Sandbox(seed=6, now=lambda: START)

    crowd = first.populate(40, start=START)

    assert again.populate(40, start=START) == crowd
    assert other.populate(40, start=START) != crowd
    assert first.credentials("ups") == again.credentials("ups")


def test_a_parcel_that_customs_hold_is_held_at_the_start():
    sandbox = Sandbox(seed=3, now=lambda: START)

    parcel = sandbox.hold(start=START)

    last = parcel.until(START)[-1]
    assert (last.did, last.detail) == (Did.DELAYED, "customs")
