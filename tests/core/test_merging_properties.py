"""What no order, repetition or splitting of answers may change."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.history import History
from tests.core.make import told

from track_service.core.status import Meaning, Status
from track_service.core.timeline import Change, current, in_order
from track_service.core.tracking import Event, Place, Precision, Stamp

# A place has one offset; a carrier states it, or not, or the day alone, or nothing.
# Where it names no place, it writes in one zone.
OFFSETS = {"": 7, "Hanoi": 7, "London": 0, "Denver": -7}
MEANINGS = [
    Meaning(Status.IN_TRANSIT),
    Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
    Meaning(Status.OUT_FOR_DELIVERY),
    Meaning(Status.ATTEMPT_FAILED, "refused"),
    Meaning(Status.EXCEPTION, "lost"),
    Meaning(Status.DELIVERED),
    Meaning(Status.DELIVERED, "cod_settled"),
    Meaning(Status.RETURNING),
    Meaning(Status.CANCELLED),
    Meaning(Status.UNKNOWN),
]


@st.composite
def events(draw):
    city = draw(st.sampled_from(sorted(OFFSETS)))
    minute = timedelta(minutes=draw(st.sampled_from([0, 1, 1439, 1440])))
    seconds = timedelta(seconds=draw(st.sampled_from([0, 30])))
    local = datetime(2026, 3, 2) + minute + seconds  # noqa: DTZ001
    stamp = draw(
        st.sampled_from(
            [
                Stamp(local, timedelta(hours=OFFSETS[city])),
                Stamp(local, None, Precision.MINUTE),
                Stamp.day(local.date()),
                None,
            ]
        )
    )
    words = draw(st.sampled_from([None, "A", "B"]))
    code = draw(st.sampled_from([None, "X9"]))
    meaning = draw(st.sampled_from(MEANINGS))
    return Event(stamp, meaning, code, words, Place(city or None))


some_events = st.lists(events(), max_size=12)


@st.composite
def tellings(draw):
    """The same scans, told in two ways: split, repeated and mixed at will."""
    scans = draw(some_events)
    return _answers(draw, scans), _answers(draw, scans)


def _answers(draw, scans):
    again = draw(st.lists(st.sampled_from(scans), max_size=6)) if scans else []
    mixed = draw(st.permutations(scans + again))
    cuts = sorted(draw(st.lists(st.integers(0, len(mixed)), max_size=4)))
    bounds = zip([0, *cuts], [*cuts, len(mixed)], strict=True)
    sources = st.sampled_from(["pull:ghn", "push:ghn"])
    return [(told(*mixed[a:b], complete=False), draw(sources)) for a, b in bounds]


@given(tellings())
@settings(max_examples=300)
def test_a_history_depends_on_what_was_told_not_on_how(two):
    one, other = (History().take_all(answers) for answers in two)

    assert one.keys == other.keys
    assert [e.key for e in in_order(one.events)] == [
        e.key for e in in_order(other.events)
    ]
    assert current(one.events) == current(other.events)


@given(some_events, st.sampled_from(["pull:ghn", "push:ghn"]), st.booleans())
def test_taking_an_answer_twice_adds_nothing(scans, source, complete):
    history = History()
    history.take(told(*scans, complete=complete), source)

    assert history.take(told(*scans, complete=complete), source) == Change()


@given(some_events, some_events, st.randoms())
def test_the_latest_complete_answer_leaves_only_older_scans_beside_its_own(
    first, latest, chance
):
    history = History()
    history.take(told(*first))
    history.take(told(*latest))
    again = History()
    again.take(told(*chance.sample(first, len(first))))
    again.take(told(*chance.sample(latest, len(latest))))

    assert again.keys == history.keys
    assert history.take(told(*latest)) == Change()


@given(some_events, st.randoms())
def test_the_condition_is_the_same_in_any_order(scans, chance):
    mixed = chance.sample(scans, len(scans))

    assert current(mixed) == current(scans)
    assert in_order(mixed) == in_order(scans)
