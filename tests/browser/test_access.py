"""Everybody can read the page: axe-core's rules, keyboard, large letters."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.parcels import STATES, registered, themed

pytestmark = pytest.mark.browser

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}

# What a keyboard can reach, each by where it leads or what it says.
NAMED = "(one = document.activeElement) => one.getAttribute('href') ?? one.innerText"
TO_REACH = f"""() => [...document.querySelectorAll('a, button, summary, input')]
  .filter((one) => one.checkVisibility())
  .map((one) => ({NAMED})(one))"""


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "vi")])
def test_axe_finds_nothing_wrong_in_any_state(site, tab, scheme, language):
    page = tab(color_scheme=scheme, reduced_motion="reduce").page

    wrong = {}
    for state in STATES:
        page.goto(site.link(state, language))
        wrong[state] = _told(Axe().run(page, options=OPTIONS))

    assert {state: told for state, told in wrong.items() if told} == {}


def test_axe_sees_what_is_wrong(site, tab):
    page = tab().page
    page.goto(site.link("pending"))
    page.evaluate("document.documentElement.removeAttribute('lang')")

    assert [rule for rule, *_ in _told(Axe().run(page, options=OPTIONS))] == [
        "html-has-lang"
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_on_a_wide_screen(site, tab, scheme):
    page = tab(width=1280, color_scheme=scheme, reduced_motion="reduce").page
    page.goto(site.link("attempt_failed"))

    assert _told(Axe().run(page, options=OPTIONS)) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_where_a_link_shows_no_parcel(site, tab, scheme):
    page = tab(color_scheme=scheme).page
    page.goto(f"{site.url}/t/no-such-token")

    assert page.locator("h1").inner_text() == "This link shows no parcel."
    assert _told(Axe().run(page, options=OPTIONS)) == []


THEMES = {
    "plain": {
        "primary": "#8a3324",
        "scheme": "light",
        "font": "serif",
        "radius": 0,
        "header": "plain",
        "links": [{"label": "Kitchen", "href": "https://shop.example/kitchen"}],
        "footer": [{"label": "Returns", "href": "https://shop.example/returns"}],
    },
    "night": {
        "primary": "#0f5f59",
        "accent": "#f2b84b",
        "scheme": "dark",
        "radius": 28,
        "social": {"youtube": "https://www.youtube.com/@shop.example"},
        "support": {"chat": "https://shop.example/chat", "whatsapp": "+442079460000"},
    },
    "glaring": {"primary": "#ffe600", "accent": "#ff00ff", "header": "plain"},
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", THEMES)
def test_axe_finds_nothing_wrong_in_any_theme(site, tab, name, scheme):
    link = themed(site, f"{name}-{scheme}", THEMES[name])
    watched = tab(color_scheme=scheme, reduced_motion="reduce")
    for width in (390, 1280):
        watched.page.set_viewport_size({"width": width, "height": 844})
        watched.page.goto(link)

        assert _told(Axe().run(watched.page, options=OPTIONS)) == []
        assert watched.page.evaluate("document.body.scrollWidth") <= width
    assert watched.said == []
    assert watched.violations() == []
    assert {asked.url.startswith(f"{site.url}/") for asked in watched.asked} == {True}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_beside_other_parcels(site, tab, scheme):
    late = site.parcels["late"]
    registered(site.of, late.brand, "late", number=f"LATE{scheme}")
    page = tab(color_scheme=scheme, reduced_motion="reduce").page

    page.goto(site.link("late"))

    page.get_by_role("heading", name="Other parcels of your order").wait_for()
    assert _told(Axe().run(page, options=OPTIONS)) == []


def test_the_keyboard_reaches_the_content_first_and_all_else_in_its_order(site, tab):
    page = tab().page
    page.goto(site.link("delayed"))

    reached = []
    for _ in range(len(page.evaluate(TO_REACH))):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(f"({NAMED})()"))

    assert reached[0] == "#main"
    assert reached == page.evaluate(TO_REACH)


def test_what_is_focused_is_seen(site, tab):
    page = tab().page
    page.goto(site.link("delayed"))

    for _ in page.evaluate(TO_REACH):
        page.keyboard.press("Tab")
        outline, height = page.evaluate(
            """() => {
              const at = document.activeElement;
              const { height } = at.getBoundingClientRect();
              return [getComputedStyle(at).outlineStyle, height];
            }"""
        )
        assert outline != "none"
        assert height >= 24


def _told(found):
    return [
        (wrong["id"], node["target"], node["failureSummary"])
        for wrong in found.response["violations"]
        for node in wrong["nodes"]
    ]
