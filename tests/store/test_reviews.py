"""Reviews and feedback as stored: once, whoever sends them twice or at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, seen

from track_service.core.moderation import Reason, State
from track_service.core.reviews import Asking
from track_service.core.status import Status
from track_service.store import erasing, feedback, reviews
from track_service.store.feedback import Of, Said
from track_service.store.reviews import New

DAY = timedelta(days=1)


@pytest.fixture
def parcel(of, brand):
    scan = an_event(Status.DELIVERED, at=NOW - DAY)
    return seen(of, a_parcel(of, brand), a_tracking(scan))


def delivery(parcel):
    return Of(parcel.id, "ghn", "Huế", (NOW - DAY).date(), None)


def say(of, parcel, said):
    with of.database.write() as session:
        told = feedback.say(session, delivery(parcel), said, now=NOW)
        session.commit()
    return told


def add(of, parcel, new):
    with of.database.write() as session:
        done = reviews.add(session, parcel.id, new, now=NOW)
        session.commit()
    return done


def test_a_tap_and_the_form_after_it_are_one(of, parcel, rows):
    say(of, parcel, Said(stars=4))

    told = say(of, parcel, Said(likely=9, text="Nice courier"))

    assert told == Said(4, 9, None, "Nice courier")
    assert rows("SELECT stars, likely FROM feedback") == [(4, 9)]


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.builds(
            Said,
            st.none() | st.integers(1, 5),
            st.none() | st.integers(0, 10),
            st.none() | st.booleans(),
        ),
        max_size=6,
    )
)
def test_whatever_is_said_again_counts_once(of, parcel, rows, all_said):
    for said in all_said * 2:
        say(of, parcel, said)

    assert rows("SELECT count(*) FROM feedback") in ([(0,)], [(1,)])


def test_two_at_once_count_once(of, parcel, rows):
    tea = New("tea", 5)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda stars: say(of, parcel, Said(stars)), (1, 2, 3, 4)))
        added = list(pool.map(lambda _: add(of, parcel, tea), range(4)))

    assert sorted(added) == [False, False, False, True]
    assert rows("SELECT count(*) FROM feedback") == [(1,)]
    assert rows("SELECT count(*) FROM review") == [(1,)]


def test_ops_are_told_of_an_unhappy_shopper_once(of, parcel):
    say(of, parcel, Said(stars=1))

    with of.database.write() as session:
        first = feedback.take_alert(session, parcel.id, now=NOW)
        again = feedback.take_alert(session, parcel.id, now=NOW)

    assert (first, again) == (True, False)


def test_only_published_reviews_are_counted(of, brand, parcel):
    add(of, parcel, New("tea", 5, state=State.PUBLISHED))
    add(of, parcel, New("cup", 1, "Broken"))

    with of.database.write() as session:
        (waiting,) = reviews.listed(session, brand.id, state=State.PENDING)
        before = reviews.histogram(session, brand.id, "cup")
        foreign = reviews.lock(session, [waiting.id], [0])
        reviews.decide(session, waiting.id, State.PUBLISHED, reason=None, now=NOW + DAY)
        after = reviews.histogram(session, brand.id, "cup")

    assert (before, after) == ({}, {1: 1})
    assert foreign == []


def test_what_its_writer_keeps_private_is_never_published(of, brand, parcel):
    private = New("tea", 5, "Mine", state=State.REJECTED, reason=Reason.NO_CONSENT)
    add(of, parcel, private)

    with of.database.write() as session:
        (one,) = reviews.listed(session, brand.id)

        assert reviews.lock(session, [one.id], [brand.id]) == []


def test_erasure_takes_words_and_names_and_leaves_stars(of, brand, parcel, rows):
    say(of, parcel, Said(2, text="My neighbour Lan took it"))
    add(of, parcel, New("tea", 4, "Good for my mother", "Mai"))
    with of.database.write() as session:
        reviews.plan(session, parcel.id, due_at=NOW)
        erasing.erase(session, parcel.id, now=NOW)
        session.commit()

    assert rows("SELECT stars, text FROM feedback") == [(2, None)]
    assert rows("SELECT stars, text, name FROM review") == [(4, None, None)]
    assert rows("SELECT due_at FROM review_ask") == [(None,)]
    assert say(of, parcel, Said(5)) is None
    assert add(of, parcel, New("cup", 5)) is False


def test_words_and_names_are_sealed(of, parcel, rows):
    say(of, parcel, Said(2, text="My neighbour"))
    add(of, parcel, New("tea", 4, "For my mother", "Mai L."))

    ((said,),) = rows("SELECT text FROM feedback")
    ((text, name),) = rows("SELECT text, name FROM review")

    assert "neighbour" not in said
    assert "mother" not in text
    assert "Mai L." not in name


def test_a_parcel_is_asked_for_once_and_once_more(of, brand, parcel):
    with of.database.write() as session:
        reviews.wish(session, brand.id, Asking(True, 3, {"tea": 14}))
        assert reviews.asking_brands(session) == [brand.id]
        assert reviews.wishes(session, brand.id).of_category == {"tea": 14}
        since = NOW - 90 * DAY
        ids = reviews.unplanned(session, brand.id, since=since, limit=9)
        for shipment_id in ids:
            reviews.plan(session, shipment_id, due_at=NOW)
        again = reviews.unplanned(session, brand.id, since=since, limit=9)
        taken = [
            reviews.take_due(session, now=NOW + days * DAY, limit=9)
            for days in (0, 6, 7, 30)
        ]

    assert (ids, again) == ([parcel.id], [])
    assert taken == [[(parcel.id, 0)], [], [(parcel.id, 1)], []]
