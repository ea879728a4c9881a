import json
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.eta.make import HANOI, MONDAY, forecaster, run, trip

DAY = timedelta(days=1)


def resumed(told, *, without=()):
    """A forecaster that goes on from another's dump."""
    dumped = {name: of for name, of in told.dump().items() if name not in without}
    again = forecaster()
    again.load(json.loads(json.dumps(dumped)))
    return again


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.5, 12), min_size=1, max_size=40), st.integers(0, 39))
def test_one_that_goes_on_from_its_dump_forecasts_the_same(spans, cut):
    told, again = forecaster(), forecaster()
    for n, span in enumerate(spans):
        start = MONDAY + n * DAY / 3
        if n == cut:
            again = resumed(again)
        for one in (told, again):
            one.depart(n, trip(start, promised=4, ordered_at=start - DAY))
            one.seen("", start)
            if n % 4:
                one.arrive(n, start + span * DAY)

    late = trip(MONDAY + 60 * DAY, promised=3, to=HANOI)
    assert again.predict(late) == told.predict(late)


def test_a_dump_without_the_open_parcels_predicts_the_same():
    told = forecaster()
    end = run(told, lambda n: 2 + n % 3, days=40)
    told.depart("open", trip(end))
    again = resumed(told, without=("open",))

    assert again.predict(trip(end, promised=3)) == told.predict(trip(end, promised=3))
    assert told.knows("open")
    assert not again.knows("open")


def test_of_a_parcel_that_is_let_go_nothing_is_learnt():
    told, other = forecaster(), forecaster()
    for one in (told, other):
        one.depart(1, trip(MONDAY))
    told.forget(1)
    told.arrive(1, MONDAY + 20 * DAY)

    assert told.known_by(trip(MONDAY)) is None
    assert told.dump()["lanes"] == other.dump()["lanes"]
