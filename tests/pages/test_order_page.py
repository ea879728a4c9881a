"""The page of an order that no carrier has yet, or that comes in several parcels."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pages.orders import LINK, ORDERS, ordered
from tests.pages.parcels import (
    NOW,
    PRIVATE,
    STATES,
    brand,
    order,
    render_order,
    shipment,
)

from track_service.core.ahead import Ahead
from track_service.core.handover import Stage
from track_service.core.ordered import Untracked
from track_service.core.parcel import Item
from track_service.services.order_page import is_parcel_alone, order_page

EXPECTED = {
    "placed": ("waiting", "Tre Việt has your order."),
    "unstaged": ("waiting", "Tre Việt has your order."),
    "confirmed": ("waiting", "Your order is confirmed."),
    "promised": ("waiting", "Your order is confirmed."),
    "packed": ("waiting", "Your order is packed."),
    "late": ("attention", "Tre Việt is still preparing your order."),
    "overdue": ("attention", "Tre Việt is still preparing your order."),
    "handed_over": ("moving", "Tre Việt has sent your order."),
    "linked": ("moving", "Tre Việt has sent your order."),
    "cancelled": ("ended", "Your order is cancelled."),
}


def page(of, *parcels, **more):
    return order_page(of, [(one, "GHN") for one in parcels], now=NOW, **more)


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("name", ORDERS)
def test_every_stage_renders_small_whole_and_without_inline_code(name, language):
    text = render_order(page(ORDERS[name], language=language))

    assert f'<html lang="{language}" dir="ltr">' in text
    assert text.count("<h1") == 1
    assert len(text.encode()) < 10_000
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>|javascript:", text)
    assert not any(private in text for private in PRIVATE)
    assert "Bamboo desk lamp" in text


@pytest.mark.parametrize("name", ORDERS)
def test_a_stage_is_told_in_plain_words(name):
    state = page(ORDERS[name]).state

    assert (state.tone, state.headline) == EXPECTED[name]
    assert state.ask == (None if state.calm else "brand")


def test_what_is_said_to_be_unusual_was_learnt():
    told = {name: page(ORDERS[name]).state.what_next for name in ("late", "overdue")}

    assert told["late"].startswith("It takes longer than usual.")
    assert told["overdue"].startswith("No carrier has it yet.")


def test_the_steps_tell_how_far_it_is_and_since_when():
    steps = page(ORDERS["packed"]).steps

    assert [(s.label, s.state, s.when) for s in steps] == [
        ("Ordered", "done", "Thu 20 Nov"),
        ("Confirmed", "done", "Thu 20 Nov"),
        ("Packed", "current", "Thu 20 Nov"),
        ("Handed over", "upcoming", None),
    ]


def test_what_is_late_is_stuck_where_it_is():
    assert [s.state for s in page(ORDERS["late"]).steps] == [
        "done",
        "done",
        "stuck",
        "upcoming",
    ]


@pytest.mark.parametrize("name", ORDERS)
def test_a_day_is_told_only_where_the_shop_gave_one(name):
    arrival = page(ORDERS[name]).arrival

    promised = {"promised": "Tuesday 25 November", "overdue": "Friday 21 November"}
    assert arrival.value == promised.get(name)
    assert arrival.is_late == (name == "overdue")


def test_a_parcel_that_nobody_can_be_asked_for_is_linked_as_the_shop_did():
    text = render_order(page(ORDERS["linked"]))

    assert f'<a href="{LINK}" rel="noopener noreferrer nofollow">See where' in text
    assert "Own courier" in text
    assert "OWN-77" in text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example", "ftp://x.example", "", None, "x"]
)
def test_only_a_link_to_the_web_is_shown(url):
    seen = page(ordered(Stage.HANDED_OVER, untracked=(Untracked("C", "1", url),)))

    assert seen.linked[0].href is None
    assert "See where it is" not in render_order(seen)


def test_several_parcels_are_listed_with_what_is_in_none():
    lamp, mug = Item("Lamp", 1), Item("Mug", 2)
    whole = ordered(Stage.HANDED_OVER, order=order(items=(lamp, mug)))
    one = shipment(order=order(items=(lamp,)), token="0n3")
    other = replace(STATES["delivered"], order=order(items=(replace(mug, quantity=1),)))

    seen = page(whole, one, other)

    assert seen.state.headline == "Your order comes in 2 parcels."
    assert [p.href for p in seen.parcels] == ["/t/0n3", "/t/t0k"]
    assert [(i.title, i.quantity) for i in seen.unshipped] == [("Mug", 1)]
    assert (seen.steps, seen.items) == ((), ())
    assert "Not sent yet" in render_order(seen)


def test_the_parcel_in_most_trouble_colours_the_whole():
    delivered = STATES["delivered"]
    tones = {
        name: page(ORDERS["handed_over"], delivered, STATES[name]).state.tone
        for name in ("pending", "in_transit", "lost", "delivered")
    }

    assert tones == {
        "pending": "moving",
        "in_transit": "moving",
        "lost": "attention",
        "delivered": "done",
    }


def test_what_a_cancelled_order_left_in_a_parcel_is_said_to_be_missing_nowhere():
    seen = page(ORDERS["cancelled"], shipment())

    assert seen.state.headline == "Your order is cancelled."
    assert len(seen.parcels) == 1
    assert seen.unshipped == ()


def test_an_only_parcel_says_it_all():
    assert is_parcel_alone(ORDERS["handed_over"], [shipment()])
    assert not is_parcel_alone(ORDERS["handed_over"], [])
    assert not is_parcel_alone(ORDERS["handed_over"], [shipment(), shipment()])
    assert not is_parcel_alone(ORDERS["linked"], [shipment()])
    assert not is_parcel_alone(ORDERS["cancelled"], [shipment()])


def test_a_shop_of_one_language_offers_no_other():
    quiet = ordered(brand=brand(languages=("en",)))

    assert page(quiet).languages == ()
    assert [choice.code for choice in page(ordered()).languages] == ["en", "vi"]


@given(
    stage=st.sampled_from([None, *Stage]),
    promised=st.none() | st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    untracked=st.lists(
        st.builds(
            Untracked,
            st.none() | st.text(max_size=30),
            st.none() | st.text(max_size=30),
            st.none() | st.text(max_size=30),
        ),
        max_size=2,
    ),
    title=st.text(max_size=500),
)
def test_whatever_a_shop_tells_is_shown_safely(stage, promised, untracked, title):
    of = ordered(
        stage,
        promised_on=promised,
        untracked=tuple(untracked),
        order=order(items=(Item(title),)),
    )

    text = render_order(page(of))

    assert text.count("<h1") == 1
    assert "<script>" not in text


FORESEEN = Ahead(date(2025, 11, 25), date(2025, 11, 28), date(2025, 11, 26), 2, 3)


def test_before_there_is_a_parcel_our_estimate_says_what_it_rests_on():
    told = page(ordered(outlook=FORESEEN)).arrival

    assert (told.label, told.note, told.is_late) == ("Our estimate", None, False)
    assert told.basis == (
        "Tre Việt usually sends an order within 2 working days."
        " It is then on its way for about 3 days."
    )


def test_the_shop_s_own_day_is_shown_before_ours_until_it_is_over():
    day = date(2025, 11, 27)
    own = page(ordered(outlook=FORESEEN, promised_on=day)).arrival
    over = page(ordered(outlook=FORESEEN, promised_on=date(2025, 11, 20))).arrival
    past = page(ordered(outlook=replace(FORESEEN, until=date(2025, 11, 21)))).arrival

    assert (own.label, own.basis) == ("Promised for", None)
    assert (over.label, over.is_late) == ("Our estimate", True)
    assert over.note.startswith("Later than promised (Thursday 20 November)")
    assert past.value is None
