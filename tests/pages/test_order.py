"""A page shows the rest of its order: other parcels, and what is not sent yet."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.pages.parcels import NOW, STATES, order, render_page, shipment

from track_service.core.parcel import Item
from track_service.services.page import tracking_page
from track_service.services.rest import unshipped

LAMP, MUG = Item("Lamp", 1, sku="L1"), Item("Mug", 3, variant="Blue")


def of(*items):
    return shipment(order=order(items=items))


def page(parcel, *others, **more):
    named = [(other, "GHN") for other in others]
    return tracking_page(parcel, now=NOW, carrier_label="GHN", others=named, **more)


def test_another_parcel_tells_its_state_its_date_and_what_is_in_it():
    lost = replace(STATES["lost"], token="0th3r")
    seen = page(shipment(), STATES["in_transit"], lost)

    first, second = seen.others
    assert (first.tone, first.headline) == ("moving", "Your parcel is on the way.")
    assert first.when == "Expected: Mon 24 Nov – Tue 25 Nov"
    assert first.items[0] == "Bamboo desk lamp ×\N{NARROW NO-BREAK SPACE}1"
    assert (second.tone, second.headline, second.when) == (
        "problem",
        "GHN has lost your parcel.",
        None,
    )
    assert '<a href="/t/0th3r">GHN has lost your parcel.</a>' in render_page(seen)


def test_an_order_of_one_parcel_speaks_of_no_other():
    text = render_page(page(of(LAMP), ordered=[LAMP]))

    assert "Other parcels" not in text
    assert "Not sent yet" not in text


def test_what_is_in_no_parcel_is_not_sent_yet():
    parcel, other = of(replace(MUG, quantity=1)), of(LAMP)
    seen = page(parcel, other, ordered=[LAMP, MUG])

    (left,) = seen.unshipped
    assert (left.title, left.variant, left.quantity) == ("Mug", "Blue", 2)
    assert "These are in no parcel yet." in render_page(seen)


def test_without_a_whole_order_nothing_is_said_to_be_missing():
    assert page(of(LAMP)).unshipped == ()


ITEMS = st.lists(
    st.builds(
        Item,
        st.sampled_from(["a", "b"]),
        st.integers(1, 4),
        sku=st.sampled_from([None, "1", "2"]),
    ),
    max_size=6,
)


@given(ordered=ITEMS, packed=ITEMS)
def test_no_more_is_left_than_was_ordered_and_nothing_of_what_is_packed(
    ordered, packed
):
    left = unshipped(ordered, [of(*packed)])

    assert unshipped(ordered, []) == tuple(ordered)
    assert unshipped(ordered, [of(*ordered)]) == ()
    total = sum(item.quantity for item in ordered)
    rest = sum(item.quantity for item in left)
    assert max(0, total - sum(item.quantity for item in packed)) <= rest <= total
