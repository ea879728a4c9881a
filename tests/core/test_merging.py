from dataclasses import replace

import pytest
from tests.core.history import History
from tests.core.make import MONDAY, TUESDAY, bare, known, scan, stamp, told

from track_service.core.status import Meaning, Status
from track_service.core.timeline import Change, merge
from track_service.core.tracking import Place, Problem, Stamp, Trouble

S = Status
NOON, ONE, TWO = (stamp(MONDAY, hour) for hour in (12, 13, 14))
PULL, PUSH = "pull:ghn", "push:ghn"


def test_what_is_not_known_is_added_oldest_first():
    old, new = scan(S.PICKED_UP, when=NOON), scan(S.IN_TRANSIT, when=ONE)

    change = merge(known(old), told(new, old), source=PULL)

    assert change == Change(added=(new,))
    assert merge([], told(new, old), source=PULL).added == (old, new)


def test_the_same_answer_again_changes_nothing():
    events = scan(S.PICKED_UP, when=NOON), scan(S.IN_TRANSIT, when=ONE)

    assert merge(known(*events), told(*events), source=PULL) == Change()


def test_a_scan_in_other_words_is_the_same_scan():
    known_as = scan(S.DELIVERED, description="Delivered", code="5")
    reworded = scan(S.DELIVERED, description="Đã giao", code="D")

    assert merge(known(known_as), told(reworded), source=PULL) == Change()
    assert len(merge([], told(known_as, reworded), source=PULL).added) == 1


def test_a_push_and_a_poll_that_tell_one_scan_make_one_event():
    pushed = scan(S.DELIVERED, when=NOON)
    polled = replace(pushed, description="from the history")

    assert merge(known(pushed, source=PUSH), told(polled), source=PULL) == Change()


def placeless(event):
    return replace(event, place=Place())


EXACT = scan(S.DELIVERED, when=NOON)
VAGUE = [
    pytest.param(scan(S.DELIVERED, when=bare(MONDAY)), id="local minute"),
    pytest.param(scan(S.DELIVERED, when=Stamp.day(MONDAY)), id="day"),
    pytest.param(scan(S.DELIVERED, stamp=None), id="no time"),
    pytest.param(placeless(scan(S.DELIVERED, when=NOON)), id="no place"),
    pytest.param(placeless(scan(S.DELIVERED, stamp=None)), id="no time, no place"),
]


@pytest.mark.parametrize("vague", VAGUE)
def test_a_vaguer_twin_tells_nothing_whichever_comes_first(vague):
    after = merge(known(EXACT, source=PUSH), told(vague), source=PULL)
    before = merge(known(vague, source=PUSH), told(EXACT), source=PULL)

    assert after == Change()
    assert before == Change(added=(EXACT,), withdrawn=frozenset({vague.key}))
    assert merge([], told(vague, EXACT), source=PULL).added == (EXACT,)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(scan(S.DELIVERED, when=bare(MONDAY, 13)), id="another minute"),
        pytest.param(scan(S.DELIVERED, when=Stamp.day(TUESDAY)), id="another day"),
        pytest.param(scan(S.IN_TRANSIT, when=bare(MONDAY)), id="another meaning"),
        pytest.param(scan(S.DELIVERED, when=bare(MONDAY), city="Hue"), id="elsewhere"),
        pytest.param(
            placeless(scan(S.DELIVERED, when=bare(MONDAY, 13))), id="no place, later"
        ),
        pytest.param(
            placeless(scan(S.IN_TRANSIT, when=NOON)), id="no place, another meaning"
        ),
    ],
)
def test_what_disagrees_is_another_scan(other):
    assert merge(known(EXACT, source=PUSH), told(other), source=PULL).added == (other,)


def test_each_of_two_scans_may_say_more_than_the_other():
    with_place = scan(S.DELIVERED, when=bare(MONDAY))
    with_offset = placeless(scan(S.DELIVERED, when=NOON))

    assert len(merge([], told(with_place, with_offset), source=PULL).added) == 2
    assert merge([], told(with_place, with_offset, EXACT), source=PULL).added == (
        EXACT,
    )


def test_unknown_scans_of_two_codes_stay_two():
    with_place = scan(S.UNKNOWN, code="X1", when=NOON)
    other = placeless(scan(S.UNKNOWN, code="X2", when=NOON))

    assert len(merge([], told(with_place, other), source=PULL).added) == 2


def test_two_exact_scans_may_share_one_vague_twin():
    vague = scan(S.IN_TRANSIT, when=Stamp.day(MONDAY))
    one, two = scan(S.IN_TRANSIT, when=ONE), scan(S.IN_TRANSIT, when=TWO)

    assert merge([], told(vague, one, two), source=PULL).added == (one, two)


def test_a_complete_answer_of_the_same_source_takes_a_scan_back():
    kept, gone = scan(S.PICKED_UP, when=NOON), scan(S.DELIVERED, when=ONE)

    change = merge(known(kept, gone), told(kept), source=PULL)

    assert change == Change(withdrawn=frozenset({gone.key}))


KEPT, GONE = scan(S.PICKED_UP, when=ONE), scan(S.DELIVERED, when=TWO)


@pytest.mark.parametrize(
    ("seen", "source"),
    [
        pytest.param(told(KEPT), PUSH, id="a push"),
        pytest.param(told(KEPT), "pull:17track", id="another source"),
        pytest.param(told(KEPT, complete=False), PULL, id="a part of the history"),
        pytest.param(told(), PULL, id="no scans at all"),
        pytest.param(told(scan(S.PICKED_UP, stamp=None)), PULL, id="nothing dated"),
        pytest.param(
            told(KEPT, problem=Problem(Trouble.SERVER_ERROR, "sorry")),
            PULL,
            id="a failure",
        ),
    ],
)
def test_nothing_else_takes_a_scan_back(seen, source):
    assert merge(known(KEPT, GONE), seen, source=source).withdrawn == frozenset()


def test_scans_older_than_the_answer_were_dropped_not_taken_back():
    old, undated = scan(S.INFO_RECEIVED, when=NOON), scan(S.PENDING, stamp=None)

    assert merge(known(old, undated, KEPT), told(KEPT), source=PULL) == Change()


def test_a_scan_told_less_exactly_is_not_taken_back():
    vague = scan(S.DELIVERED, when=bare(MONDAY, 14))

    assert merge(known(KEPT, GONE), told(KEPT, vague), source=PULL) == Change()


def test_a_withdrawn_scan_that_shows_up_again_stands_again():
    history = History()
    history.take(told(KEPT, GONE))
    history.take(told(KEPT))

    change = history.take(told(KEPT, GONE))

    assert change == Change(restored=frozenset({GONE.key}))
    assert history.keys == {KEPT.key, GONE.key}


def test_a_withdrawn_scan_told_less_exactly_stands_again_as_it_was():
    history = History()
    history.take(told(KEPT, GONE))
    history.take(told(KEPT))

    vague = scan(S.DELIVERED, when=bare(MONDAY, 14))
    change = history.take(told(vague), PUSH)

    assert change == Change(restored=frozenset({GONE.key}))


def test_of_marked_twins_the_exactest_stands_again():
    vague = scan(S.DELIVERED, when=Stamp.day(MONDAY))
    marked = [
        *known(placeless(GONE), withdrawn=True),
        *known(GONE, withdrawn=True),
        *known(vague, withdrawn=True),
    ]

    for told_again in (vague, scan(S.DELIVERED, stamp=None)):
        change = merge(marked, told(told_again), source=PUSH)

        assert change == Change(restored=frozenset({GONE.key}))
    timeless = scan(S.DELIVERED, stamp=None)
    again = merge(known(timeless, withdrawn=True), told(timeless), source=PUSH)
    assert again.restored == {timeless.key}


def test_a_scan_whose_code_became_known_replaces_the_unknown_one():
    unknown = scan(S.UNKNOWN, code="X9", when=TWO)
    read = replace(unknown, meaning=Meaning(S.DELIVERED))

    change = merge(known(KEPT, unknown), told(KEPT, read), source=PULL)

    assert (change.added, change.withdrawn) == ((read,), {unknown.key})
