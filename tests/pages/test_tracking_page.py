import re
from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from jinja2 import Environment, meta, nodes
from tests.pages.parcels import (
    COD,
    NOW,
    OUT,
    PRIVATE,
    ROAD,
    STATES,
    brand,
    day_window,
    order,
    render_page,
    scan,
    shipment,
    without_icon,
)

from track_service.core.journey import is_money
from track_service.core.parcel import Customer, Item
from track_service.core.status import SUB_STATUSES, Meaning, Status
from track_service.services.order_page import OrderPage
from track_service.services.page import TrackingPage, page_language, tracking_page
from track_service.templating.engine import bound, static_folder, templates_folder
from track_service.templating.look import brand_css
from track_service.templating.render import SimplePage, render_simple

LABEL = "Giao Hàng Nhanh"
LINK = "https://ghn.example/?order_code=GHN8R4KQ2"
EVERY_MEANING = [
    Meaning(status, sub)
    for status, subs in SUB_STATUSES.items()
    for sub in (None, *subs)
]


def page(parcel, **more):
    return tracking_page(
        parcel, now=NOW, carrier_label=LABEL, **({"carrier_url": LINK} | more)
    )


def html(parcel, **more):
    return render_page(page(parcel, **more))


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("name", STATES)
def test_every_state_renders_small_whole_and_without_inline_code(name, language):
    text = html(STATES[name], language=language)

    assert f'<html lang="{language}" dir="ltr">' in text
    assert text.count("<h1") == 1
    assert len(text.encode()) < 14_000
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>|javascript:", text)
    assert '<meta name="robots" content="noindex' in text


@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_condition_of_the_taxonomy_has_words(language):
    for meaning in EVERY_MEANING:
        event = scan(meaning.status, meaning.sub)
        parcel = shipment(meaning.status, meaning.sub, events=(event,))
        seen = page(parcel, language=language)

        assert seen.state.headline
        assert "{" not in seen.state.headline + seen.state.what_next
        assert is_money(meaning) or seen.days[0].scans[0].text
        assert len(seen.steps) == 5
        assert render_page(seen)


def test_nothing_is_fetched_from_another_origin():
    items = (Item("Lamp", image_url="https://elsewhere.example/lamp.jpg"),)
    text = without_icon(html(shipment(order=order(items=items))))

    fetched = re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="([^"]*)"', text)
    assert fetched
    assert all(url.startswith("/") and not url.startswith("//") for url in fetched)


@pytest.mark.parametrize("name", STATES)
def test_the_link_opens_no_personal_word(name):
    talkative = scan(
        Status.UNKNOWN,
        code="Q1",
        description="Left with TRẦN THỊ BÍCH NGỌC, call 0912 345 678 (ngoc@private.example)",
    )
    parcel = STATES[name]
    text = html(replace(parcel, events=(*parcel.events, talkative)))

    assert "Left with …, call … (…)" in text
    for word in PRIVATE:
        assert word.casefold() not in text.casefold()


def test_who_signed_is_not_shown_though_the_carrier_words_name_them():
    words = scan(
        Status.UNKNOWN, code="Q1", description="Signed: M. Lê 2025-11-22 14:05"
    )
    text = html(shipment(events=(words,), signed_by="M. Lê"))

    assert "Lê" not in text
    assert "Signed: … 2025-11-22 14:05" in text


def test_a_name_is_struck_out_as_a_word_only():
    words = scan(Status.UNKNOWN, code="Q1", description="An arrived, scanned by hand")
    someone = order(customer=Customer(name="An"))

    assert "… arrived, scanned by hand" in html(
        shipment(events=(words,), order=someone)
    )


def test_a_postcode_is_not_shown():
    event = replace(OUT, place=replace(OUT.place, postal="700000"))

    assert "700000" not in html(shipment(events=(event,)))


def test_hostile_words_stay_words():
    evil = "<script>alert(1)</script>\"'{{ 7*7 }}{brand}"
    parcel = shipment(
        brand=brand(name=evil, support_url="javascript:alert(1)"),
        order=order(number=evil, items=(Item(evil, variant=evil, image_url="//evil"),)),
        number=evil,
        events=(scan(Status.UNKNOWN, description=evil, city=evil),),
    )

    text = render_page(
        tracking_page(
            parcel, now=NOW, carrier_label=evil, carrier_url="javascript:alert(1)"
        )
    )

    assert "<script>" not in text
    assert "javascript:" not in text
    assert "//evil" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 8
    assert "{{ 7*7 }}{brand}" in text


def test_a_hostile_theme_reaches_no_style_sheet():
    theme = {
        "primary": "red;} body{display:none",
        "accent": "#12",
        "logo_path": "//x/y",
        "font": "x; } body { display: none",
        "radius": "1px} body{display:none",
        "scheme": ") { } body { display: none } @media (",
        "links": [{"label": "<b>", "href": "javascript:alert(1)"}],
        "social": {"facebook": "data:text/html,x"},
        "support": {"chat": "//evil", "zalo": "../../evil"},
    }

    assert brand_css(brand(theme=theme)) == brand_css(brand(theme={}))
    look = page(shipment(brand=brand(theme=theme))).brand
    assert (look.logo, look.links, look.social) == (None, (), ())
    assert "evil" not in str(look.support)


def test_a_logo_of_our_own_origin_is_shown():
    parcel = shipment(brand=brand(theme={"logo_path": "/media/tre-viet.png"}))

    assert '<img src="/media/tre-viet.png" alt="Tre Việt"' in html(parcel)


def test_templates_use_only_names_that_the_contract_offers():
    def used(template):
        env = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
        env.filters["bound"] = bound
        source = (templates_folder() / template).read_text(encoding="utf-8")
        # Of the environment, and macros.
        known = {
            "asset",
            "direction",
            "gettext",
            "glyph",
            "things",
            "followed",
            "own",
            "timeline",
            "self",
        }
        parsed = env.parse(source)
        parts = [part.template.value for part in parsed.find_all(nodes.Include)]
        here = meta.find_undeclared_variables(parsed) - known
        return here.union(*map(used, parts))

    offered = {f.name for f in fields(TrackingPage)}
    simple = {f.name for f in fields(SimplePage)}
    ordered = {f.name for f in fields(OrderPage)}

    assert used("pages/tracking.html") <= offered
    assert used("pages/base.html") <= offered & simple
    assert used("pages/not_found.html") <= simple
    assert used("pages/order.html") <= ordered
    assert offered - {"language"} <= used("pages/tracking.html")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Today, 4 March, 14:00", "Today, 4_March, 14:00"),
        ("Hôm nay, 4 tháng 3, 14:00", "Hôm nay, 4_tháng_3, 14:00"),
        ("Thu 26 Mar – Fri 27 Mar", "Thu_26_Mar – Fri_27_Mar"),
    ],
)
def test_a_days_number_stays_beside_its_month(text, kept):
    assert bound(text) == kept.replace("_", "\N{NO-BREAK SPACE}")


def test_every_field_of_the_contract_has_a_help_text():
    both = (*fields(TrackingPage), *fields(OrderPage))
    assert all(len(f.metadata["help"]) > 4 for f in both)


def test_the_courier_collects_and_the_page_says_how_much():
    out = page(STATES["out_for_delivery"])
    on_the_way = page(shipment(order=COD))
    done = page(replace(STATES["delivered"], order=COD))

    assert out.state.actions == (
        "Be reachable: the courier may call.",
        "Have ₫350,000 ready to pay.",
    )
    assert on_the_way.state.actions == ()
    assert on_the_way.parcel.cod == "₫350,000"
    assert done.parcel.cod is None


@pytest.mark.parametrize("name", ["exception", "lost", "returning", "returned"])
def test_nothing_is_to_be_paid_for_a_parcel_that_will_not_come(name):
    seen = page(replace(STATES[name], order=COD))

    assert seen.parcel.cod is None
    assert "₫350,000" not in render_page(seen)


def test_an_amount_without_a_currency_is_a_bare_number():
    parcel = shipment(order=order(cod_amount=Decimal("12.50"), currency=None))

    assert page(parcel, language="vi").parcel.cod == "12,5"


def test_what_the_shopper_must_do_is_said():
    wait = page(STATES["available_for_pickup"]).state

    assert wait.headline == "Your parcel is ready for pick-up."
    assert wait.actions[0].startswith("Collect it, and bring your tracking number")


@pytest.mark.parametrize(
    ("name", "tone"),
    [
        ("pending", "waiting"),
        ("in_transit", "moving"),
        ("late", "attention"),
        ("attempt_failed", "attention"),
        ("exception", "problem"),
        ("delivered", "done"),
        ("delivered_late", "done"),
        ("returned", "ended"),
    ],
)
def test_the_band_has_the_tone_of_the_state(name, tone):
    assert page(STATES[name]).state.tone == tone


def test_a_number_that_the_carrier_does_not_know_yet_is_no_alarm():
    seen = page(STATES["not_found"])

    assert seen.state.headline == "Giao Hàng Nhanh does not know this parcel yet."
    assert seen.checks.note is None


def test_a_scan_that_nobody_can_read_is_news_in_the_carriers_words():
    words = scan(Status.UNKNOWN, code="ZX9", description="Cân lại")
    seen = page(shipment(Status.UNKNOWN, events=(words,)))

    assert seen.state.headline == "Giao Hàng Nhanh has news of your parcel."
    assert seen.days[0].scans[0].quote == "Cân lại"


def test_a_carrier_that_cannot_be_reached_is_told_with_what_we_know():
    hours_ago = NOW - timedelta(hours=5)
    failing = {"trouble": "server_error", "seen_at": hours_ago}

    once = page(shipment(failures=1, **failing)).checks
    often = page(shipment(failures=2, **failing)).checks
    blind = page(shipment(seen_at=None), blind=True).checks

    assert once.note is None
    assert once.checked == "5 hours ago"
    assert often.note == (
        "We cannot reach Giao Hàng Nhanh at the moment."
        " You see what it told us 5 hours ago."
    )
    assert blind.note == (
        "We cannot reach Giao Hàng Nhanh at the moment. We keep trying."
    )


def test_what_a_carrier_settles_with_the_shop_is_not_the_shoppers():
    settled = scan(Status.DELIVERED, "cod_settled", at="11:00", city="Hà Nội")
    delivered = STATES["delivered"]
    seen = page(replace(delivered, events=(*delivered.events, settled)))

    assert seen == page(delivered)


def test_after_the_end_only_the_last_scan_is_told():
    checks = page(replace(STATES["delivered"], trouble="auth", failures=9)).checks

    assert checks.last_scan == "Sat 22 Nov, 10:20, TP. Hồ Chí Minh"
    assert (checks.checked, checks.note) == (None, None)


def states(parcel):
    return [(step.key, str(step.state)) for step in page(parcel).steps]


def test_progress_stands_at_the_hub_where_the_parcel_is():
    assert states(shipment()) == [
        ("packed", "done"),
        ("handed_over", "done"),
        ("on_the_way", "current"),
        ("out_for_delivery", "upcoming"),
        ("delivered", "upcoming"),
    ]
    assert page(shipment()).steps[2].note == "Đà Nẵng"
    assert html(shipment()).count('aria-current="step"') == 1


def test_progress_marks_where_it_went_wrong():
    assert states(STATES["attempt_failed"])[3] == ("out_for_delivery", "stuck")
    assert page(STATES["attempt_failed"]).steps[3].note == "Attempt failed"
    lost_early = shipment(Status.EXCEPTION, "lost", events=ROAD)
    assert states(lost_early)[2] == ("on_the_way", "stuck")
    assert states(STATES["cancelled"])[0] == ("packed", "stuck")


def test_progress_ends_at_the_counter_or_goes_back():
    assert [k for k, _ in states(STATES["available_for_pickup"])][3:] == [
        "ready",
        "collected",
    ]
    back = states(STATES["returned"])
    assert [k for k, _ in back][3:] == ["returning", "returned"]
    assert {s for _, s in back} == {"done"}


def test_a_parcel_that_was_delivered_is_done_at_every_step():
    assert {s for _, s in states(STATES["delivered"])} == {"done"}


def test_the_reader_then_the_customer_then_the_brand_choose_the_language():
    speaks = order(customer=Customer(locale="vi-VN"))

    assert page_language(shipment(), None) == "en"
    assert page_language(shipment(order=speaks), None) == "vi"
    assert page_language(shipment(order=speaks), "en") == "en"
    assert page_language(shipment(order=speaks), "../../etc") == "vi"
    assert page_language(shipment(brand=brand(languages=("vi",))), "en") == "vi"
    assert page_language(shipment(brand=brand(languages=("xx",))), "xx") == "en"


def test_the_page_links_to_itself_in_its_other_language():
    text = html(shipment())

    assert 'href="?lang=vi" hreflang="vi" lang="vi"' in text
    assert "Tiếng Việt" in text
    assert page(shipment(brand=brand(languages=("vi",)))).languages == ()


def test_an_unknown_link_says_nothing_about_any_parcel():
    plain = render_simple("pages/not_found.html", language="vi")
    branded = render_simple("pages/not_found.html", brand=brand())

    assert "Liên kết này không hiển thị kiện hàng nào." in plain
    assert "Tre Việt" in branded
    assert "noindex" in plain


def test_the_style_sheet_is_small():
    assert len((static_folder() / "page.css").read_bytes()) < 16_000


def test_a_window_of_days_is_shown_in_both_languages():
    parcel = shipment(window=day_window(24, 26), promised_on=date(2025, 11, 26))

    assert page(parcel).arrival.value == "Mon 24 Nov – Wed 26 Nov"
    assert page(parcel, language="vi").arrival.value == "T2, 24/11 – T4, 26/11"


def test_a_date_does_not_break_between_number_and_month():
    assert "Monday 24\N{NO-BREAK SPACE}November</p>" in html(shipment())
