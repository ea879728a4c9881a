"""Whatever shops and carriers send, a page is whole, safe and never an error."""

import re
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pages.parcels import (
    NOW,
    ROAD,
    brand,
    order,
    render_page,
    scan,
    shipment,
    without_icon,
)

from track_service.core.parcel import Customer, Item
from track_service.core.status import Status
from track_service.services import brands
from track_service.services.page import tracking_page
from track_service.templating.blocks import BLOCKS
from track_service.templating.look import brand_css
from track_service.templating.theme import WrongTheme, check

HOSTILE = st.sampled_from(
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "//evil.example",
        'https://evil.example/"><script>alert(1)</script>',
        "https://user:pass@evil.example\n",
        "#fff;}*{display:none",
        "red; background: url(//evil.example)",
        "</style><script>alert(1)</script>",
        "{{ ''.__class__ }}",
        "{% for a in b %}",
        "%(name)s {0} %s %d",
        "<img src=x onerror=alert(1)>",
        "'\"><b>",
        "\u202egnp.exe\u2066",
        "\x1b[31m\x7f",
        "🎁👨‍👩‍👧‍👦" * 60,
        "W" * 500,
        "",
    ]
) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=500
)
LEAF = HOSTILE | st.none() | st.booleans() | st.integers() | st.floats()
KEYS = [
    "primary", "on_primary", "accent", "scheme", "font", "radius", "header",
    "logo_path", "links", "footer", "social", "support", "blocks", "faq",
    "hide_carrier", "hide_location",
]  # fmt: skip
INNER = [
    "label", "href", "en", "vi", "chat", "zalo", "facebook", "x", "question", "answer",
    *BLOCKS,
]  # fmt: skip
THEMES = st.dictionaries(
    st.sampled_from(KEYS),
    st.recursive(
        LEAF,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(INNER), inner, max_size=4)
        ),
        max_leaves=8,
    ),
)


def html(parcel, **more):
    return render_page(tracking_page(parcel, now=NOW, carrier_label="GHN", **more))


def is_safe(text):
    """Tell whether nothing runs, nothing is asked of others, and the page is whole."""
    text = without_icon(text)
    tags = re.findall(r"<[a-zA-Z][^>]*>", text)
    runs = [t for t in tags if re.search(r"\s(?:on\w+|style)\s*=|javascript:|data:", t)]
    runs += [
        t for t in tags if re.match(r"<(?:script(?! src=\"/)|iframe|object|base)", t)
    ]
    asked = re.findall(r'<(?:link|script|img)[^>]*?(?:href|src)="([^"]*)"', text)
    local = all(re.match(r"/(?!/)", url) for url in asked)
    return not runs and local and text.count("</main>") == text.count("</html>") == 1


@settings(deadline=None)  # what is slow is the first page, not the text
@given(THEMES)
def test_a_stored_theme_of_any_shape_leaves_the_page_safe(document):
    of = brand(theme=document)

    assert is_safe(html(shipment(brand=of)))
    css = brand_css(of)
    assert css.count("{") == css.count("}") == brand_css(brand()).count("{")
    assert "evil.example" not in css


@settings(deadline=None)  # what is slow is the first page, not the text
@given(THEMES)
def test_a_theme_is_taken_or_refused_with_its_key(document):
    try:
        check(document)
        refused = None
    except WrongTheme as error:
        refused = str(error)

    if refused is None:
        assert is_safe(html(shipment(brand=brand(theme=document))))
    else:
        assert refused.partition(":")[0] in KEYS
        assert refused.partition(":")[2].strip()


@settings(deadline=None)  # what is slow is the first page, not the text
@given(title=HOSTILE, variant=HOSTILE | st.none(), quantity=st.integers(1, 10**9))
def test_items_of_any_title_stay_words(title, variant, quantity):
    items = (Item(title, quantity, variant=variant, image_url=title),)

    text = html(shipment(order=order(items=items)))

    assert is_safe(text)
    assert escape(title, quote=False)[:40].split("'")[0].split('"')[0] in text


@settings(deadline=None)  # what is slow is the first page, not the text
@given(words=HOSTILE, city=HOSTILE, number=HOSTILE, code=HOSTILE)
def test_carriers_texts_stay_words(words, city, number, code):
    told = scan(Status.UNKNOWN, description=words, city=city, code=code)

    assert is_safe(html(shipment(events=(*ROAD, told), number=number)))


@settings(deadline=None)  # what is slow is the first page, not the text
@given(locale=HOSTILE, asked=HOSTILE)
def test_any_language_is_answered_in_one_of_the_brands(locale, asked):
    of = shipment(order=order(customer=Customer(locale=locale)))

    page = tracking_page(of, now=NOW, carrier_label="GHN", language=asked)

    assert page.language in of.brand.languages


@settings(deadline=None)  # what is slow is the first page, not the text
@given(HOSTILE)
def test_a_time_zone_is_known_or_refused_with_its_name(zone):
    if zone in {"UTC", "Asia/Ho_Chi_Minh"}:
        return
    with pytest.raises(brands.WrongBrand, match="zone"):
        brands.new_brand("acme", "Acme", zone=zone)
