import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pages.parcels import NOW, brand, render_page, shipment

from track_service.services.page import tracking_page
from track_service.templating import engine
from track_service.templating.colours import (
    BLACK,
    ENOUGH,
    NIGHT,
    PAPER,
    WHITE,
    contrast,
    hex_colour,
    on,
    palette,
)
from track_service.templating.links import local_path, mail_link, phone_link, web_link
from track_service.templating.look import brand_css

COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@given(primary=COLOURS, accent=COLOURS, wished=COLOURS)
def test_every_theme_can_be_read(primary, accent, wished):
    seen = palette({"primary": primary, "accent": accent, "on_primary": wished})

    assert contrast(seen.on_primary, seen.primary) >= ENOUGH
    assert contrast(seen.on_accent, seen.accent) >= ENOUGH
    assert contrast(seen.ink, PAPER) >= ENOUGH
    assert contrast(seen.ink_dark, NIGHT) >= ENOUGH


def test_contrast_is_that_of_wcag():
    assert contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.01)
    assert on("#ffd400") == BLACK


def test_a_wish_that_reads_well_is_kept():
    assert palette({"primary": "#14532d", "on_primary": "#FFE"}).on_primary == "#ffffee"


@pytest.mark.parametrize("value", ["red", "#12", "#12345g", "#1234567", "", None, 7])
def test_what_is_no_hex_colour_is_none(value):
    assert hex_colour(value) is None


def colours(scheme):
    css = (engine.static_folder() / "page.css").read_text(encoding="utf-8")
    light, dark = css.split("* { box-sizing")[0].split("@media (prefers-color-scheme")
    return {
        name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", body))
        for name, body in re.findall(
            r"(:root|\.tone-\w+) \{([^}]*)\}", light if scheme == "light" else dark
        )
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_tone_can_be_read_in_light_and_dark(scheme):
    seen = colours(scheme)
    root = seen.pop(":root")

    assert len(seen) == 6
    for ink in ("ink", "soft"):
        assert contrast(root[ink], root["card"]) >= ENOUGH
        assert contrast(root[ink], root["ground"]) >= ENOUGH
    for tone in seen.values():
        assert contrast(tone["tone-ink"], tone["tone-ground"]) >= 7
        assert contrast(tone["tone"], tone["tone-ground"]) >= ENOUGH
        assert contrast(tone["tone"], root["card"]) >= ENOUGH
    assert root["card"] == (PAPER if scheme == "light" else NIGHT)


def test_a_brands_style_sheet_changes_its_address_with_its_colours():
    def css(theme):
        parcel = shipment(brand=brand(theme=theme))
        return tracking_page(parcel, now=NOW, carrier_label="GHN").brand.css

    assert css({"primary": "#111111"}) != css({"primary": "#222222"})
    assert css({}).startswith("/brand/tre-viet.css?v=")
    assert "--brand: #1f3a5f;" in brand_css(brand(theme={}))


def test_a_brands_own_template_goes_first_and_extends_the_common_one(
    tmp_path, monkeypatch
):
    for name in ("pages", "mail"):
        (tmp_path / name).symlink_to(engine.templates_folder() / name)
    (tmp_path / "static").symlink_to(engine.static_folder())
    own = tmp_path / "brands" / "tre-viet" / "pages"
    own.mkdir(parents=True)
    (own / "tracking.html").write_text(
        '{% extends "default/pages/tracking.html" %}'
        "{% block footer %}<footer>Bamboo grows.</footer>{% endblock %}"
    )
    monkeypatch.setattr(engine, "templates_folder", lambda: tmp_path)

    def html(code):
        parcel = shipment(brand=brand(code=code))
        return render_page(tracking_page(parcel, now=NOW, carrier_label="GHN"))

    assert "<footer>Bamboo grows.</footer>" in html("tre-viet")
    assert "Your parcel is on the way." in html("tre-viet")
    assert "Bamboo grows" not in html("other")
    assert "Bamboo grows" not in html("../brands/tre-viet")


def test_only_safe_addresses_are_linked():
    assert web_link("https://help.example/a?b=1") == "https://help.example/a?b=1"
    for bad in (
        "javascript:alert(1)",
        "//x.example",
        "/x",
        "https://",
        "http://[",
        None,
    ):
        assert web_link(bad) is None
    assert local_path("/media/a.png") == "/media/a.png"
    for bad in ("//x.example/a.png", "/\\x", "https://x.example/a.png", "a.png", None):
        assert local_path(bad) is None
    assert mail_link("a+b@x.example") == "mailto:a+b@x.example"
    assert mail_link("a@x.example?cc=b@y.example") is None
    assert phone_link("+84 (28) 7300") == "tel:+84287300"
    assert phone_link(None) is None
