"""A carrier and an aggregator tell of one journey: one history, and no scan twice."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.history import History
from tests.core.make import MONDAY, bare, scan, stamp, told

from track_service.core.status import Meaning, Status
from track_service.core.timeline import Change
from track_service.core.tracking import Event, Place, Precision, Stamp

S = Status
UPS, GUEST = "pull:ups", "pull:17track"
COARSER = {
    S.INFO_RECEIVED: [S.INFO_RECEIVED, S.PENDING, S.UNKNOWN],
    S.PICKED_UP: [S.PICKED_UP, S.IN_TRANSIT, S.UNKNOWN],
    S.IN_TRANSIT: [S.IN_TRANSIT, S.UNKNOWN],
    S.OUT_FOR_DELIVERY: [S.OUT_FOR_DELIVERY, S.IN_TRANSIT],
    S.ATTEMPT_FAILED: [S.ATTEMPT_FAILED, S.EXCEPTION],
    S.DELIVERED: [S.DELIVERED],
}
SPELLINGS = {"Hanoi": ["Hanoi", "HÀ NỘI, VN", None], "Denver": ["Denver", "DENVER CO"]}
OFFSETS = {"Hanoi": timedelta(hours=7), "Denver": timedelta(hours=-7)}


@dataclass(frozen=True)
class Journey:
    """The scans as both tell them, and how many each told in an answer, in turn."""

    carriers: tuple[Event, ...]
    guests: tuple[Event, ...]
    answers: tuple[tuple[str, int], ...]


def _in_utc(local, offset):
    return Stamp((local - offset).replace(second=0), timedelta())


FORMS = {
    "offset": Stamp,
    "UTC": _in_utc,
    "bare": lambda local, _: Stamp(local, None, Precision.MINUTE),
    "bare UTC": lambda local, offset: Stamp(local - offset),
    "wrongly UTC": lambda local, _: Stamp(local, timedelta()),
    "an hour off": lambda local, offset: Stamp(local, offset + timedelta(hours=1)),
}
# By what the carrier states: what a guest may make of it that can still be compared.
FORMS_OF_GUESTS = {
    "offset": list(FORMS),
    "bare": ["offset", "bare", "wrongly UTC", "an hour off"],
}


@st.composite
def journeys(draw):
    form = draw(st.sampled_from(sorted(FORMS_OF_GUESTS)))
    other = draw(st.sampled_from(FORMS_OF_GUESTS[form]))
    # No two scans share a minute of the hour, or one's hour may be another's in UTC.
    minutes = sorted(draw(st.sets(st.integers(0, 59), min_size=1, max_size=7)))
    carriers, guests = [], []
    for hour, minute in enumerate(minutes):
        city = draw(st.sampled_from(sorted(OFFSETS)))
        at = datetime(2026, 3, 2, 6, tzinfo=UTC) + timedelta(hours=2 * hour)
        local = at.replace(minute=minute, tzinfo=None) + OFFSETS[city]
        status = draw(st.sampled_from(sorted(COARSER)))
        carriers.append(
            Event(FORMS[form](local, OFFSETS[city]), Meaning(status), place=Place(city))
        )
        spelled = draw(st.sampled_from(SPELLINGS[city]))
        word = draw(st.sampled_from(COARSER[status]))
        seconds = timedelta(seconds=draw(st.sampled_from([0, 30])))
        guest = FORMS[other](local + seconds, OFFSETS[city])
        guests.append(Event(guest, Meaning(word), "X", place=Place(spelled)))
    told_so_far = st.integers(0, len(minutes))
    answers = st.tuples(st.sampled_from([UPS, "push:ups", GUEST]), told_so_far)
    return Journey(tuple(carriers), tuple(guests), tuple(draw(st.lists(answers))))


@given(journeys())
def test_no_interleaving_of_two_tellers_doubles_a_scan(journey):
    history, carriers, guests = History("ups"), 0, 0
    for source, count in journey.answers:
        if source == GUEST:
            guests = max(guests, count)
            history.take(told(*journey.guests[:guests]), source)
        else:
            carriers = max(carriers, count)
            history.take(told(*journey.carriers[:carriers]), source)

    assert history.keys == {
        e.key for e in (*journey.carriers[:carriers], *journey.guests[carriers:guests])
    }


NOON = scan(S.PICKED_UP, when=stamp(MONDAY))


@pytest.mark.parametrize("order", [(UPS, GUEST), (GUEST, UPS)])
def test_a_time_that_an_aggregator_rounds_is_the_carriers(order):
    told_at = replace(NOON.stamp, local=NOON.stamp.local.replace(second=40))
    exact = replace(NOON, stamp=told_at)
    rounded = replace(NOON, stamp=stamp(MONDAY, 12, 1), place=Place())
    history = History("ups")

    for source in order:
        history.take(told(exact if source == UPS else rounded), source)

    assert history.events == [exact]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(scan(S.IN_TRANSIT, when=stamp(MONDAY, 12, 1)), id="next minute"),
        pytest.param(scan(S.DELIVERED, when=stamp(MONDAY)), id="more than was said"),
        pytest.param(scan(S.IN_TRANSIT, when=bare(MONDAY, 4)), id="another hour"),
    ],
)
def test_what_an_aggregator_tells_beside_the_carrier_is_kept(other):
    history = History("ups")
    history.take(told(NOON), UPS)

    assert history.take(told(other), GUEST) == Change(added=(other,))
    assert history.take(told(NOON), UPS) == Change()


def test_what_the_carrier_took_back_an_aggregator_does_not_bring_back():
    history, gone = History("ups"), scan(S.DELIVERED, when=stamp(MONDAY, 15))
    history.take(told(NOON, gone), UPS)
    history.take(told(NOON), UPS)

    history.take(told(replace(gone, place=Place()), complete=False), GUEST)

    assert history.events == [NOON]


def test_two_scans_of_one_minute_outlive_the_guest_that_told_one_of_them():
    history, twin = History("ups"), replace(NOON, place=Place("Hue"))
    history.take(told(NOON), GUEST)

    for _ in range(2):
        history.take(told(NOON, twin), UPS)

    assert history.keys == {NOON.key, twin.key}
