"""A brand's look is data: what is wrong is refused, or falls away where it is stored."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pages.parcels import NOW, brand, render_page, shipment, without_icon

from track_service.services.page import tracking_page
from track_service.templating.look import brand_css
from track_service.templating.theme import FONTS, Theme, WrongTheme, check, theme

WHOLE = {
    "primary": "#14532d",
    "on_primary": "#ffffff",
    "accent": "#166534",
    "scheme": "light",
    "font": "serif",
    "radius": 4,
    "header": "plain",
    "logo_path": "/brand/tre-viet/logo?v=1",
    "links": [
        {"label": {"en": "Shop", "vi": "Cửa hàng"}, "href": "https://treviet.example"},
        {"label": "Tre Việt", "href": "https://treviet.example/we?a=1&b=2"},
    ],
    "footer": [{"label": "Returns", "href": "https://treviet.example/returns"}],
    "social": {"facebook": "https://facebook.com/treviet"},
    "support": {
        "zalo": "0912345678",
        "chat": "https://treviet.example/chat",
        "messenger": "treviet.shop",
        "whatsapp": "+84912345678",
    },
    "faq": [{"question": {"en": "How?", "vi": "Sao?"}, "answer": "So.\n\nOr so."}],
    "hide_carrier": True,
    "hide_location": False,
}


def html(document, **more):
    parcel = shipment(brand=brand(theme=document))
    return render_page(tracking_page(parcel, now=NOW, carrier_label="GHN", **more))


def test_a_whole_theme_is_taken():
    check(WHOLE)

    own = theme(WHOLE)
    assert (own.scheme, own.font, own.radius, own.header) == (
        "light",
        "serif",
        4,
        "plain",
    )
    assert theme({}) == Theme()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("colour", "#123456"),
        ("primary", "red"),
        ("scheme", "sepia"),
        ("scheme", ["light"]),
        ("font", "Comic Sans"),
        ("font", {}),
        ("radius", 29),
        ("radius", -1),
        ("radius", "4px"),
        ("radius", True),
        ("header", "none"),
        ("hide_carrier", "yes"),
        ("hide_location", 1),
        ("faq", [{"question": "Q", "answer": "A"}] * 13),
        ("faq", [{"question": "Q"}]),
        ("faq", [{"question": "Q" * 201, "answer": "A"}]),
        ("faq", [{"question": "Q", "answer": "A" * 2001}]),
        ("faq", [{"question": "Q", "answer": {}}]),
        ("faq", [{"question": "Q", "answer": "a\x00b"}]),
        ("logo_path", "https://cdn.example/logo.png"),
        ("links", {"label": "Shop", "href": "https://x.example"}),
        ("links", [{"label": "Shop", "href": "https://x.example"}] * 5),
        ("links", [{"label": "Shop"}]),
        ("links", [{"label": "", "href": "https://x.example"}]),
        ("links", [{"label": {}, "href": "https://x.example"}]),
        ("links", [{"label": "x" * 41, "href": "https://x.example"}]),
        ("links", [{"label": "a\nb", "href": "https://x.example"}]),
        ("links", [{"label": "Shop", "href": "javascript:alert(1)"}]),
        ("footer", [{"label": "Shop", "href": "//x.example"}]),
        ("footer", ["https://x.example"]),
        ("social", {"myspace": "https://x.example"}),
        ("social", {"facebook": "@shop"}),
        ("support", {"chat": "data:text/html,x"}),
        ("support", {"zalo": "https://zalo.me/1"}),
        ("support", {"zalo": 912345678}),
        ("support", {"messenger": "a/b"}),
        ("support", {"whatsapp": "call me"}),
        ("support", {"fax": "1"}),
        ("support", []),
    ],
)
def test_what_a_theme_may_not_hold_is_refused_with_its_key(key, value):
    with pytest.raises(WrongTheme, match=f"^{key}: "):
        check({key: value})


def test_words_that_cannot_be_read_are_refused_with_their_contrast():
    with pytest.raises(WrongTheme, match=r"contrast of 1\.4 to #ffd400; 4\.5 is"):
        check({"primary": "#ffd400", "on_primary": "#ffffff"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["label", "href", "chat", "x"]), inner)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*WHOLE, "else"]), JSON))
def test_no_stored_theme_breaks_a_page_or_leaves_its_place(document):
    text = html(document)
    css = brand_css(brand(theme=document))

    assert not re.search(r"<script>|javascript:|data:", without_icon(text))
    assert css.count("{") == css.count("}") == brand_css(brand()).count("{")


def test_links_and_ways_are_shown_in_the_readers_language():
    english, vietnamese = html(WHOLE, language="en"), html(WHOLE, language="vi")

    for label, text in (("Shop", english), ("Cửa hàng", vietnamese)):
        assert (
            f'href="https://treviet.example" rel="noopener noreferrer">{label}<' in text
        )
    for text in (english, vietnamese):
        assert ">Tre Việt</a>" in text
        assert 'href="https://treviet.example/we?a=1&amp;b=2"' in text
        assert (
            '"https://facebook.com/treviet" rel="noopener noreferrer">Facebook' in text
        )
        for href in (
            "https://zalo.me/0912345678",
            "https://treviet.example/chat",
            "https://m.me/treviet.shop",
            "https://wa.me/84912345678",
        ):
            assert f'href="{href}"' in text


def test_ways_of_support_stand_in_the_brands_order():
    look = tracking_page(
        shipment(brand=brand(theme=WHOLE)), now=NOW, carrier_label="GHN"
    ).brand

    assert [way.label for way in look.support] == [
        "Help centre",
        "Zalo",
        "Chat with us",
        "Messenger",
        "WhatsApp",
        "care@treviet.example",
        "+84 28 7300 1234",
    ]


def test_a_brand_without_links_has_no_empty_place_for_them():
    text = html({})

    assert "<footer" not in text
    assert 'class="links"' not in text


@pytest.mark.parametrize(
    ("scheme", "when", "meta"),
    [
        ("auto", "(prefers-color-scheme: dark)", "light dark"),
        ("light", "not all", "light"),
        ("dark", "all", "dark"),
    ],
)
def test_a_brand_may_be_light_or_dark_whatever_the_reader_has(scheme, when, meta):
    css = brand_css(brand(theme={"scheme": scheme}))

    assert css.count(f"@media {when} {{") == 2
    assert css.count("prefers-color-scheme") == (2 if scheme == "auto" else 0)
    assert f'<meta name="color-scheme" content="{meta}">' in html({"scheme": scheme})


def test_font_corners_and_header_are_the_brands():
    css = brand_css(brand(theme=WHOLE))

    assert f"--font: {FONTS['serif']};" in css
    assert "--radius: 4px;" in css
    assert "--radius-small: 2px;" in css
    assert "--top: var(--card);" in css
    assert "--top:" not in brand_css(brand(theme={}))
