"""What is told beside the scans: kept whole, added to, bounded, and read again."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from track_service.core.detail import NOTHING, Detail, Mile, PickupPoint, document, read
from track_service.core.parsed import document as parsed
from track_service.core.tidying import tidy_detail
from track_service.core.tracking import Tracking

POINT = PickupPoint("Corner Shop", ("Elm Street 1", "12345 Bonn"), ("Mo–Fr 8–18",))
FULL = Detail(
    pickup=POINT,
    collect_by=date(2026, 3, 9),
    proof_url="https://pod.example/1.jpg",
    first_mile=Mile("China Post", "RX1"),
    last_mile=Mile("GLS", None),
)
TEXTS = st.text(max_size=400)


def texts_of(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for one in value for text in texts_of(one)]
    return [value] if isinstance(value, str) else []


MILES = st.none() | st.builds(Mile, TEXTS, TEXTS)


def test_a_document_is_read_as_what_was_written():
    assert read(document(FULL)) == FULL
    assert read(document(NOTHING)) == NOTHING


def test_a_later_answer_adds_and_takes_nothing_away():
    first = Detail(pickup=POINT, last_mile=Mile("GLS", "1"))
    later = Detail(collect_by=date(2026, 3, 9), last_mile=Mile("GLS", "2"))

    both = first.and_then(later)

    assert both == Detail(
        pickup=POINT, collect_by=date(2026, 3, 9), last_mile=Mile("GLS", "2")
    )
    assert both.and_then(NOTHING) == both


def test_a_parsed_document_tells_of_it_only_where_the_answer_does():
    whole, bare = parsed("ups", [Tracking("1", detail=FULL), Tracking("2")])["results"]

    assert whole["pickup_point"]["address"] == ["Elm Street 1", "12345 Bonn"]
    assert whole["collect_by"] == "2026-03-09"
    assert whole["last_mile"] == {"carrier": "GLS", "number": None}
    assert set(whole) - set(bare) == set(document(FULL))


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "http://pod.example/1.jpg",
        "https://pod.example/" + "a" * 600,
        "https://pod.example/1\0.jpg",
    ],
)
def test_a_link_that_is_not_safe_or_not_whole_is_left_out(link):
    assert tidy_detail(replace(FULL, proof_url=link)).proof_url is None


@given(
    st.builds(
        Detail,
        pickup=st.none()
        | st.builds(
            PickupPoint,
            TEXTS,
            st.lists(TEXTS, max_size=30).map(tuple),
            st.lists(TEXTS, max_size=30).map(tuple),
        ),
        collect_by=st.none() | st.dates(),
        proof_url=st.none() | TEXTS,
        first_mile=MILES,
        last_mile=MILES,
    )
)
def test_whatever_a_carrier_tells_can_be_stored_and_stays_the_same(told):
    tidy = tidy_detail(told)

    assert tidy_detail(tidy) == tidy
    assert "\0" not in "".join(texts_of(document(tidy)))
    assert tidy.pickup is None or len(tidy.pickup.lines) <= 14
    assert read(document(tidy)) == tidy
