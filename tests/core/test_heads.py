"""What a carrier names beside its scans: one dated event, as long as it holds."""

from dataclasses import replace

import pytest
from tests.core.history import History
from tests.core.make import MONDAY, TUESDAY, WEDNESDAY, scan, stamp, told

from track_service.core.status import Meaning, Status
from track_service.core.timeline import Change, condition, current
from track_service.core.tracking import Event, Place

S = Status
PULL, PUSH = "pull:aftership", "push:aftership"
MOVING = scan(S.IN_TRANSIT, when=stamp(MONDAY))
LATER = scan(S.IN_TRANSIT, "departed_facility", stamp(TUESDAY))
LOST = Event(None, Meaning(S.EXCEPTION, "lost"), "Exception_013")
ARRIVED = Event(stamp(WEDNESDAY, 9), Meaning(S.DELIVERED, "delivered"), "Delivered")


@pytest.fixture
def history():
    return History(carrier="aftership")


def test_an_answer_is_in_the_condition_that_is_ahead_of_its_scans():
    assert condition(told(MOVING, ahead=LOST)) == LOST.meaning
    assert condition(told(MOVING)) == MOVING.meaning


def test_a_delivery_is_not_undone_by_a_word_that_no_scan_could_undo_it_with():
    answer = told(scan(S.DELIVERED), ahead=Event(None, Meaning(S.EXPIRED)))

    assert condition(answer).status is S.DELIVERED


def test_what_is_not_dated_is_true_since_the_newest_scan(history):
    change = history.take(told(MOVING, LATER, ahead=LOST), PULL)

    assert change.added[-1] == replace(LOST, stamp=LATER.stamp)
    assert change.stated == change.added[-1].key
    assert current(history.events) == LOST.meaning


@pytest.mark.parametrize("source", [PULL, PUSH])
def test_the_same_head_again_changes_nothing(history, source):
    history.take(told(MOVING, ahead=ARRIVED), PULL)

    assert history.take(told(MOVING, ahead=ARRIVED), source) == Change()


@pytest.mark.parametrize("source", [PULL, PUSH])
def test_a_head_moves_along_with_the_scans(history, source):
    history.take(told(MOVING, ahead=LOST), PULL)
    history.take(told(MOVING, LATER, ahead=LOST), source)

    assert history.events == [MOVING, LATER, replace(LOST, stamp=LATER.stamp)]


@pytest.mark.parametrize("source", [PULL, PUSH])
def test_the_scan_takes_the_place_of_the_word(history, source):
    history.take(told(MOVING, ahead=ARRIVED), PULL)
    delivery = scan(S.DELIVERED, "delivered", stamp(WEDNESDAY, 9, 1))

    history.take(told(MOVING, delivery), source)

    assert history.events == [MOVING, delivery]


def test_a_scan_of_the_very_minute_without_a_place_is_the_same_event(history):
    history.take(told(MOVING, ahead=ARRIVED), PULL)
    delivery = replace(ARRIVED, description="Delivered", place=Place())

    for _ in range(2):
        assert history.take(told(MOVING, delivery), PULL) == Change()


def test_a_word_that_is_taken_back_is_so_in_the_history(history):
    history.take(told(MOVING, ahead=LOST), PULL)
    history.take(told(MOVING), PULL)
    assert history.events == [MOVING]

    history.take(told(MOVING, ahead=LOST), PULL)
    assert current(history.events) == LOST.meaning


def test_neither_an_old_push_nor_a_part_of_an_answer_takes_a_head_back(history):
    history.take(told(MOVING, LATER, ahead=LOST), PULL)

    assert history.take(told(MOVING), PUSH) == Change()
    assert history.take(told(LATER, complete=False), PULL) == Change()


def test_no_word_is_needed_where_another_told_the_scan(history):
    pushed = scan(S.EXCEPTION, "lost", stamp(TUESDAY))
    history.take(told(pushed, complete=False), PUSH)

    assert history.take(told(MOVING, ahead=LOST), PULL) == Change(added=(MOVING,))
