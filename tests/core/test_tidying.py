from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.make import scan

from track_service.core.status import Status
from track_service.core.tidying import clean, dated, tidy
from track_service.core.tracking import Event, Place, Stamp, Tracking, Window

TEXTS = st.none() | st.text(
    st.characters(codec=None) | st.sampled_from("\0 \ud800\u0390ßİﬃ|"), max_size=700
)
PLACES = st.builds(Place, TEXTS, TEXTS, TEXTS, TEXTS)


@given(code=TEXTS, words=TEXTS, place=PLACES)
def test_whatever_is_written_can_be_stored_and_tidying_twice_changes_nothing(
    code, words, place
):
    event = Event(None, scan(Status.UNKNOWN).meaning, code, words, place)

    once = tidy(event)

    assert tidy(once) == once
    texts = [once.code, once.description, once.place.city, once.place.region]
    for text in [*texts, once.place.postal, once.place.country, once.key]:
        assert text is None or ("\0" not in text and text.encode())
    assert len(once.key) <= 320
    assert len(once.description or "") <= 500


def test_what_is_fine_stays_as_it_is():
    event = scan(Status.DELIVERED, code="D", description="Đã giao", city="Đà Nẵng")

    assert tidy(event) == event


def test_a_country_is_two_letters_or_none():
    told = {"vn": "VN", "VN": "VN", "Vietnam": None, "\0V": None, "ß": None, "1A": None}

    for stated, kept in told.items():
        event = Event(None, scan(Status.DELIVERED).meaning, place=Place(country=stated))
        assert tidy(event).place.country == kept


def test_a_text_is_cut_to_what_a_column_holds():
    assert clean("  a" * 9, 4) == "a  a"
    assert clean("\0 \t", 9) is None
    assert clean("half \ud800 character", 99) == "half ? character"
    assert clean(None, 9) is None


def test_a_name_that_grows_in_lower_case_is_cut_shorter():
    event = Event(None, scan(Status.DELIVERED).meaning, place=Place("\u0390" * 999))

    assert tidy(event).place.city == "\u0390" * 40


@pytest.mark.parametrize("year", [1, 1970, 9999])
@pytest.mark.parametrize("offset", [None, timedelta(hours=7), timedelta(hours=-5)])
def test_a_year_that_stands_for_no_time_is_none(year, offset):
    never, then = (
        Stamp(datetime(y, 12, 31, 23, 59), offset)  # noqa: DTZ001
        for y in (year, 2026)
    )
    event = scan(Status.DELIVERED)

    told = dated(
        Tracking(
            "N1",
            (Event(never, event.meaning), Event(then, event.meaning)),
            window=Window(then, never),
            delivered_at=never,
        )
    )

    assert [e.stamp for e in told.events] == [None, then]
    assert (told.window, told.delivered_at) == (None, None)
    real = Tracking("N1", told.events, window=Window(then, then), delivered_at=then)
    assert dated(real) == real
