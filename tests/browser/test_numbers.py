"""What the first view of a page costs, and that everybody can read it in each language."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.parcels import STATES
from tests.browser.test_access import OPTIONS

from track_service.templating.catalog import languages

pytestmark = pytest.mark.browser

MOST_BYTES, MOST_REQUESTS = 45_000, 5


def own_weight(watched):
    """Bytes over the wire, heads included, without pictures of products."""
    sizes = [got.request.sizes() for got in watched.got if "/picture" not in got.url]
    return sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)


@pytest.mark.parametrize("state", ["delivered", "delayed"])
def test_the_first_view_is_light(site, tab, state):
    watched = tab()

    watched.page.goto(site.link(state), wait_until="networkidle")

    assert own_weight(watched) <= MOST_BYTES
    assert len(watched.asked) <= MOST_REQUESTS
    assert {asked.url.startswith(f"{site.url}/") for asked in watched.asked} == {True}


def test_without_scripts_a_page_is_whole(site, tab):
    watched = tab(java_script_enabled=False)

    watched.page.goto(site.link("delivered"), wait_until="networkidle")

    page = watched.page
    assert page.locator("h1").inner_text() == "Your parcel has been delivered."
    assert page.get_by_role("heading", name="Tracking history").is_visible()
    assert not any(asked.url.endswith(".js") for asked in watched.asked)
    shared = page.get_by_role("link", name="Share without personal data")
    assert page.goto(shared.get_attribute("href").replace(ORIGIN, site.url)).ok
    assert page.locator("h1").inner_text() == "Your parcel has been delivered."


ORIGIN = "http://127.0.0.1:8000"  # the configured address of the served app


@pytest.mark.parametrize("language", sorted({*languages()} - {"en", "vi"}))
def test_every_state_reads_and_fits_in_each_language(site, tab, language):
    watched = tab(width=320, reduced_motion="reduce", locale=language)
    page = watched.page

    wrong = {}
    for state in STATES:
        page.goto(site.link(state, language))
        assert page.evaluate("document.documentElement.lang") == language
        found = Axe().run(page, options=OPTIONS).response["violations"]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong[state] = [rule["id"] for rule in found] + (
            ["too wide"] if wide > 0 else []
        )

    assert {state: rules for state, rules in wrong.items() if rules} == {}
    assert watched.said == []


@pytest.mark.parametrize("width", [390, 1280])
def test_from_right_to_left_nothing_breaks(site, tab, width):
    page = tab(width=width, reduced_motion="reduce").page
    page.goto(site.link("delayed"))

    before = page.locator(".step-when").first.bounding_box()["x"]
    page.evaluate("document.documentElement.dir = 'rtl'")
    after = page.locator(".step-when").first.bounding_box()["x"]

    assert after < before or width == 1280  # on a wide screen the steps turn about
    steps = [step.bounding_box()["x"] for step in page.locator(".steps li").all()]
    assert steps == sorted(steps, reverse=True)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert Axe().run(page, options=OPTIONS).response["violations"] == []
