"""Our own estimate: shown only where nobody tells better, and as what it is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.pages.parcels import NOW, day_window, render_page, shipment

from track_service.core.legs import Leg
from track_service.core.outlook import Outlook
from track_service.services.page import tracking_page
from track_service.store.history import Promised


def outlook(first=24, last=26, **more):
    kept = {
        "leg": Leg.HANDED_OVER,
        "made_at": NOW,
        "quiet_at": NOW + timedelta(days=2),
        "stalled_at": NOW + timedelta(days=4),
        "window": day_window(first, last),
        "on": date(2025, 11, first),
        "usual": (2.8, 5.1),
        "known_by": "lane",
        "shown": True,
    }
    return Outlook(**(kept | more))


def arrival(parcel, shown=(), language="en"):
    page = tracking_page(
        parcel, now=NOW, carrier_label="GHN", shown=shown, language=language
    )
    return page.arrival


def test_where_nobody_tells_a_date_the_page_shows_ours_as_an_estimate():
    parcel = shipment(promised_on=None, outlook=outlook(slower=1.2))

    shown = arrival(parcel)

    assert shown.label == "Our estimate"
    assert shown.value == "Mon 24 Nov – Wed 26 Nov"
    assert shown.basis == (
        "From here, parcels like this take 3–\N{WORD JOINER}5 days. This week they run 1 day slower."
    )


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        pytest.param({"window": day_window(25)}, "Expected", id="the carrier's date"),
        pytest.param(
            {"promised_on": date(2025, 11, 24)}, "Promised for", id="the shop's"
        ),
    ],
)
def test_the_carrier_s_and_the_shop_s_dates_go_before_ours(fields, label):
    parcel = shipment(**{"promised_on": None, "outlook": outlook()} | fields)

    shown = arrival(parcel)

    assert (shown.label, shown.basis) == (label, None)


def test_once_the_carrier_s_date_is_over_ours_takes_its_place():
    parcel = shipment(promised_on=None, window=day_window(20), outlook=outlook())

    assert arrival(parcel).label == "Our estimate"


def test_what_was_not_put_into_the_ledger_is_not_shown():
    parcel = shipment(promised_on=None, outlook=outlook(shown=False))

    assert arrival(parcel).label is None


def test_an_estimate_that_moved_says_from_where_and_why():
    told = [
        Promised(day_window(22, 23), "predicted"),
        Promised(day_window(24, 26), "x"),
    ]
    parcel = shipment(promised_on=None, outlook=outlook(reason="silence"))

    assert arrival(parcel, told).note == (
        "Our first estimate was Sat 22 Nov – Sun 23 Nov; now it is"
        " Mon 24 Nov – Wed 26 Nov, as no news has come since."
    )


def test_by_the_carrier_s_commitment_alone_it_says_so():
    parcel = shipment(promised_on=None, outlook=outlook(known_by=None))

    assert arrival(parcel).basis == (
        "We go by what is usual at GHN, until we know more."
    )


def test_beside_a_promise_at_risk_the_page_says_when_we_expect_it():
    risky = outlook(25, 26, risky=True, shown=False)
    parcel = shipment(promised_on=date(2025, 11, 24), outlook=risky)

    shown = arrival(parcel)

    assert shown.label == "Promised for"
    assert shown.note == ("It may come later: we expect it Tue 25 Nov – Wed 26 Nov.")


@pytest.mark.parametrize("language", ["vi", "de", "es", "fr"])
def test_it_is_told_in_the_reader_s_language(language):
    parcel = shipment(promised_on=None, outlook=outlook(slower=2))
    offered = replace(parcel.brand, languages=("en", language))
    parcel = replace(parcel, brand=offered)

    html = render_page(
        tracking_page(parcel, now=NOW, carrier_label="GHN", language=language)
    )
    shown = arrival(parcel, language=language)

    assert shown.label in html
    assert "Our estimate" not in html
    assert "{" not in (shown.basis or "")
