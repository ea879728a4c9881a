"""What a brand hides is nowhere: carrier, number and links; places of scans."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.pages.parcels import NOW, STATES, brand, render_page, scan, shipment

from track_service.core.delay import ConcernKind
from track_service.core.detail import Detail, Mile
from track_service.core.status import Status
from track_service.services.ask_page import state_alone
from track_service.services.mail import notice_mail
from track_service.services.page import tracking_page
from track_service.services.sharing import shared_page
from track_service.services.texting import facts, line
from track_service.templating.catalog import languages
from track_service.templating.render import render, render_mail

CARRIER = ("Zebra Kurier", "zebra.example", "GHN8R4KQ2", "FIRST99")
PLACES = ("Hà Nội", "Đà Nẵng", "Hồ Chí Minh", "Tokyo")
DETAIL = Detail(
    first_mile=Mile("Zebra Kurier", "FIRST99"), proof_url="https://zebra.example/p"
)
PARCELS = [
    replace(
        one,
        detail=DETAIL,
        events=tuple(
            replace(e, description=f"Zebra Kurier: {e.place.city}") for e in one.events
        ),
    )
    for one in STATES.values()
]


def told(parcel, language, theme):
    """Return all that shoppers are shown and sent of a parcel, as one text."""
    parcel = replace(parcel, brand=brand(theme=theme, languages=tuple(languages())))
    more = {"now": NOW, "carrier_label": CARRIER[0], "language": language}
    page = tracking_page(
        parcel,
        carrier_url="https://zebra.example/t",
        others=[(replace(parcel, token="other"), CARRIER[0])],
        blind=True,
        proven=True,
        **more,
    )
    mail = notice_mail(
        parcel,
        ConcernKind.EXCEPTION,
        page_url="https://track.example/t/x",
        others=[(ConcernKind.ATTEMPT_FAILED, None, replace(parcel, carrier="ups"))],
        **more,
    )
    letter = render_mail(mail)
    return "\n".join(
        (
            render_page(page),
            render("pages/shared.html", shared_page(page)),
            letter.html,
            letter.text,
            letter.subject,
            line(parcel, mail, ""),
            str(facts(parcel, mail)),
            str(state_alone(parcel, **more)),
        )
    )


@pytest.mark.parametrize("language", sorted(languages()))
def test_hidden_carrier_and_places_are_nowhere_in_any_state(language):
    for parcel in PARCELS:
        hidden = told(parcel, language, {"hide_carrier": True, "hide_location": True})

        assert [word for word in (*CARRIER, *PLACES, "UPS") if word in hidden] == []


def test_each_switch_hides_its_own_alone():
    parcel = PARCELS[list(STATES).index("delivered")]
    shown = told(parcel, "en", {})
    nameless = told(parcel, "en", {"hide_carrier": True})
    placeless = told(parcel, "en", {"hide_location": True})

    assert all(word in shown for word in (*CARRIER, *PLACES[:3]))
    assert not any(word in nameless for word in CARRIER)
    assert all(word in nameless for word in PLACES[:3])
    assert all(word in placeless for word in CARRIER)
    assert not any(word in placeless for word in PLACES)


def test_hidden_places_show_by_no_zone_either():
    tokyo = scan(Status.IN_TRANSIT, at="05:00", offset=timedelta(hours=9))
    parcel = shipment(brand=brand(theme={"hide_location": True}), events=(tokyo,))

    page = tracking_page(parcel, now=NOW, carrier_label="GHN")

    (only,) = page.days[0].scans
    assert (only.time, only.zone) == ("03:00", None)
    assert only.machine == "2025-11-22T03:00:00+07:00"
    assert page.has_other_zones is False
    assert "+9" not in render_page(page)


def test_who_is_sent_to_a_hidden_carrier_is_sent_to_the_shop():
    parcel = next(
        one
        for one in STATES.values()
        if tracking_page(one, now=NOW, carrier_label="Z").state.ask == "carrier"
    )
    veiled = replace(parcel, brand=brand(theme={"hide_carrier": True}))

    page = tracking_page(veiled, now=NOW, carrier_label="Zebra Kurier")

    assert page.state.ask == "brand"
    assert "Tre Việt Delivery" in render_page(page)


def test_shoppers_questions_are_answered_in_their_language_as_plain_text():
    faq = [
        {
            "question": {"en": "Can I change <it>?", "vi": "Đổi được không?"},
            "answer": "Yes.\n\nUntil it is packed.",
        }
    ]
    parcel = shipment(brand=brand(theme={"faq": faq}))

    page = tracking_page(parcel, now=NOW, carrier_label="GHN", language="vi")
    html = render_page(tracking_page(parcel, now=NOW, carrier_label="GHN"))

    (one,) = page.brand.faq
    assert (one.question, one.answer) == (
        "Đổi được không?",
        ("Yes.", "Until it is packed."),
    )
    assert "<summary>Can I change &lt;it&gt;?</summary>" in html
    assert "<p>Until it is packed.</p>" in html
