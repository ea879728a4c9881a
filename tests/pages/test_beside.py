"""What the page tells beside the scans: where it waits, its proof and its legs."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.pages.parcels import NOW, ROAD, STATES, TODAY, render_page, scan, shipment

from track_service.core.detail import Detail, Mile, PickupPoint
from track_service.core.status import Status
from track_service.services.page import tracking_page

POINT = PickupPoint("Corner Shop", ("Elm Street 1", "12345 Bonn"), ("Mo–Fr 8–18",))
PHOTO = "https://pod.example/1.jpg"


def page(parcel, **more):
    return tracking_page(parcel, now=NOW, carrier_label="GHN", **more)


def waiting(days=None, **more):
    by = None if days is None else TODAY + timedelta(days=days)
    detail = Detail(pickup=POINT, collect_by=by)
    ready = scan(Status.AVAILABLE_FOR_PICKUP, "ready")
    return shipment(
        Status.AVAILABLE_FOR_PICKUP, "ready", events=(*ROAD, ready), detail=detail
    )


def test_where_a_parcel_waits_is_told_with_its_hours_and_its_last_day():
    told = page(waiting(5))
    html = render_page(told)

    assert told.pickup.name == "Corner Shop"
    assert told.pickup.by == "Thursday 27 November"
    for text in ("Elm Street 1", "12345 Bonn", "Mo–Fr 8–18", "Thursday 27 November"):
        assert text in html


def test_a_parcel_that_does_not_wait_shows_no_point():
    delivered = replace(STATES["delivered"], detail=waiting(5).detail)

    assert page(delivered).pickup is None


@pytest.mark.parametrize(
    ("days", "tone", "headline", "action"),
    [
        (
            None,
            "attention",
            "Your parcel is ready for pick-up.",
            "Collect it, and bring your tracking number and an identity document.",
        ),
        (
            5,
            "attention",
            "Your parcel is ready for pick-up.",
            "Collect it by Thursday 27 November, and bring your tracking number and an"
            " identity document.",
        ),
        (
            1,
            "problem",
            "Collect your parcel now: it waits until Sunday 23 November only.",
            "Collect it by Sunday 23 November, and bring your tracking number and an"
            " identity document.",
        ),
        (
            -1,
            "problem",
            "Your parcel is ready for pick-up.",
            "Ask GHN today whether it is still there.",
        ),
    ],
)
def test_the_nearer_its_last_day_the_more_urgent(days, tone, headline, action):
    state = page(waiting(days)).state

    assert (state.tone, state.headline) == (tone, headline)
    assert state.actions == (action,)


def test_the_proof_of_delivery_opens_after_the_second_factor_alone():
    parcel = replace(STATES["delivered"], detail=Detail(proof_url=PHOTO))

    shut, opened = page(parcel), page(parcel, proven=True)

    assert PHOTO not in render_page(shut)
    assert "Name, address and the proof of delivery are for you" in render_page(shut)
    assert f'href="{PHOTO}" rel="noopener noreferrer nofollow"' in render_page(opened)


def test_a_parcel_on_its_way_has_no_proof():
    parcel = shipment(detail=Detail(proof_url=PHOTO))

    assert PHOTO not in render_page(page(parcel, proven=True))


def test_other_carriers_legs_are_told_with_their_numbers_and_pages():
    detail = Detail(first_mile=Mile("Small & Fast", None), last_mile=Mile("ups", "1Z9"))

    told = page(shipment(detail=detail))
    html = render_page(told)

    first, last = told.legs
    assert (first.label, first.carrier, first.href) == (
        "Sent with",
        "Small & Fast",
        None,
    )
    assert (last.label, last.carrier, last.number) == ("Handed on to", "UPS", "1Z9")
    assert last.href == "https://www.ups.com/track?tracknum=1Z9"
    assert "Small &amp; Fast" in html
    assert f'href="{last.href}"' in html


def test_a_leg_under_the_parcels_own_number_is_no_other_leg():
    detail = Detail(last_mile=Mile("GHN", shipment().number))

    assert page(shipment(detail=detail)).legs == ()


def test_markup_in_a_point_is_shown_as_text():
    detail = Detail(pickup=PickupPoint("<b>x</b>", ("<script>",)))
    html = render_page(page(replace(waiting(), detail=detail)))

    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_a_year_that_is_not_this_one_is_told():
    detail = Detail(pickup=POINT, collect_by=date(2026, 1, 2))

    told = page(replace(waiting(), detail=detail))

    assert "2026" in told.pickup.by
