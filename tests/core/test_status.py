import pytest

from track_service.core.status import (
    ENDED_BADLY,
    SUB_STATUSES,
    Meaning,
    Status,
)


def test_every_status_has_its_words_and_a_place_of_its_own():
    assert set(SUB_STATUSES) == set(Status)
    assert len({status.rank for status in Status}) == len(Status)


def test_a_meaning_takes_only_words_of_the_taxonomy():
    assert Meaning(Status.DELIVERED, "signed").sub == "signed"
    with pytest.raises(ValueError, match="delivered has no sub-status 'lost'"):
        Meaning(Status.DELIVERED, "lost")
    with pytest.raises(ValueError, match="no cause 'bad luck'"):
        Meaning(Status.EXCEPTION, "held", "bad luck")


def test_ends_and_beginnings_are_known():
    assert {s for s in Status if s.is_final} == {
        Status.DELIVERED,
        Status.RETURNED,
        Status.CANCELLED,
        Status.EXPIRED,
    }
    assert not Status.PICKED_UP.before_hand_over
    assert Status.INFO_RECEIVED.before_hand_over
    assert all(sub in SUB_STATUSES[status] for status, sub in ENDED_BADLY)
