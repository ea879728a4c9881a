"""Blocks that a brand writes itself: whatever stands in them, the page stays ours."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.pages.parcels import NOW, brand, render_page, shipment

from track_service.services.page import tracking_page
from track_service.templating.blocks import LONGEST, clean
from track_service.templating.render import render_simple
from track_service.templating.theme import WrongTheme, check


def html(**blocks):
    parcel = shipment(brand=brand(theme={"blocks": blocks}))
    return render_page(tracking_page(parcel, now=NOW, carrier_label="GHN"))


def test_a_block_shows_what_the_page_holds_in_place_of_ours():
    text = html(
        footer="<p>{{ brand.name }} · {{ parcel.order }}</p>",
        links='<a href="https://treviet.example">Home</a>',
        more="{% for item in items %}<b>{{ item.title }}</b>{% endfor %}",
    )

    assert "<p>Tre Việt · TV-20418</p>" in text
    assert '<a href="https://treviet.example" rel="noopener noreferrer">Home' in text
    assert "<b>Bamboo desk lamp</b><b>Linen cushion cover</b>" in text


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__ }}",
        "{{ brand.__init__.__globals__ }}",
        "{{ brand['__class__'] }}",
        "{{ brand|attr('__class__') }}",
        "{{ range(9) }}",
        "{{ brand.name.upper() }}",
        "{{ 'a' * 999999999 }}",
        "{{ 9 ** 999999999 }}",
        "{{ 'a' ~ 'b' }}",
        "{% set a = 1 %}",
        "{% include 'pages/base.html' %}",
        "{% extends 'pages/base.html' %}",
        "{% import 'pages/icons.html' as i %}",
        "{% macro a() %}{{ a() }}{% endmacro %}",
        "{% for a in 'aaaa' %}{% endfor %}",
        "{% for a in items or 'aaaa' %}{% endfor %}",
        "{% for a in brand.blocks.footer %}{% endfor %}",
        "{{ brand.blocks }}",
        "{% for a in items recursive %}{{ loop(items) }}{% endfor %}",
        "{% for a in steps %}{% for b in steps %}{% for c in steps %}{% endfor %}"
        "{% endfor %}{% endfor %}",
        "{{ brand.name|safe }}",
        "{{ 'x'|join('yy')|join('zz') }}",
        "{{ '%999999999d'|format(1) }}",
        "{% filter upper %}a{% endfilter %}",
        "{% autoescape false %}{{ brand.name }}{% endautoescape %}",
        "{{ lipsum }}{{",
        "{% if %}",
        "x" * (LONGEST + 1),
        "{{ " + "not " * 1500 + "a }}",
        "{{ " + "not " * 250 + "a }}",
        "<![foo[bar]]>",
        7,
    ],
)
def test_what_a_block_may_not_hold_is_refused_with_its_key(source):
    with pytest.raises(WrongTheme, match="blocks"):
        check({"blocks": {"footer": source}})


def test_only_named_blocks_are_the_brands():
    for name in ("state", "arrival", "care", "main", "scripts", ""):
        with pytest.raises(WrongTheme, match="blocks"):
            check({"blocks": {name: "x"}})


@pytest.mark.parametrize(
    "source",
    [
        "{{ care.facts }}",
        "{{ keep.share }}",
        "{{ nothing }}",
        "{{ parcel.nothing }}",
        "{% for a in parcel %}{% endfor %}",
        "{% for a in brand.name %}x{% endfor %}",
        "<!{% if true %}[foo[bar]]>{% endif %}",
        "{% for a in steps %}{% for b in steps %}"
        + "x" * 3000
        + "{% endfor %}{% endfor %}",
    ],
)
def test_a_block_that_fails_leaves_ours_in_its_place(source):
    check({"blocks": {"footer": source}})

    assert html(footer=source) == html()


def test_a_block_fails_alone_where_a_page_holds_less():
    of = brand(theme={"blocks": {"footer": "{{ parcel.order }}", "more": "<p>Hi</p>"}})

    text = render_simple("pages/not_found.html", brand=of)

    assert "<p>Hi</p>" in text
    assert "TV-20418" not in text


HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<svg onload=alert(1)>",
    '<img src=x onerror="alert(1)">',
    '<img src="https://evil.example/pixel">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\nscript:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    '<a href="//evil.example">x</a>',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example">',
    '<form action="https://evil.example"><input name="a"></form>',
    '<iframe src="https://evil.example"></iframe>',
    '<link rel="stylesheet" href="//evil.example/x.css">',
    "<style>body{display:none}</style>",
    '<p style="position:fixed" id="main" onclick=alert(1)>x</p>',
    "</main></body></html>",
    "<!--",
    "<![CDATA[",
    "<p <p <a href='",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\0<script\0>alert(1)</script>",
    "<textarea><p>",
    "🎁" * 100,
]


class Reader(HTMLParser):
    """Reads what a browser would: elements with attributes, all closed."""

    def __init__(self):
        super().__init__()
        self.seen, self.open = [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in {"br", "hr", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@given(
    st.lists(st.sampled_from(HOSTILE) | st.text(max_size=30), max_size=6).map("".join)
)
def test_whatever_a_block_puts_out_only_lays_out_text(text):
    reader = Reader()
    reader.feed(clean(text))
    reader.close()

    assert reader.open == []
    for tag, attributes in reader.seen:
        assert re.fullmatch(
            "a|b|br|div|em|h2|h3|hr|i|img|li|nav|ol|p|section|small|span|strong|ul", tag
        )
        assert attributes.keys() <= {"href", "rel", "src", "alt", "loading", "class"}
        link = attributes.get("href", "/")
        assert re.match(r"https?://|/[^/\\]|/$", link)
        assert re.match(r"/[^/\\]", attributes.get("src", "/x"))


@given(st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=4).map("".join))
def test_a_hostile_block_leaves_the_page_whole(text):
    plain, seen = html(more="<p>x</p>"), html(more=text)

    for tag in ("script", "form", "iframe", "link", "meta", "style", "base", "svg"):
        assert len(re.findall(rf"<{tag}\b", seen)) == len(
            re.findall(rf"<{tag}\b", plain)
        )
    assert seen.count("</main>") == seen.count("</html>") == 1
    assert "evil.example" not in re.sub(r">[^<]*<", "><", seen)
