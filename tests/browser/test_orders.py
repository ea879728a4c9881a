"""The page of an order, at every stage, as a browser shows it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.orders import HEADLINES, ORDERS, handed_over
from tests.browser.test_access import OPTIONS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def orders(served):
    return handed_over(served.of, served.parcels["pending"].brand)


@pytest.fixture
def link(site, orders):
    return lambda name, language="en": f"{site.url}/t/{orders[name]}?lang={language}"


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("name", ORDERS)
def test_an_order_is_told_calmly_lightly_and_fits(site, tab, link, name, language):
    watched = tab()
    page = watched.page

    with page.expect_response("**/watching") as told:
        page.goto(link(name, language))

    assert told.value.status == 204
    assert (watched.said, watched.violations()) == ([], [])
    assert {asked.url.startswith(f"{site.url}/") for asked in watched.asked} == {True}
    assert page.evaluate("document.documentElement.lang") == language
    assert len(watched.got[0].body()) < 12_000
    assert watched.weight() < 50_000
    assert "Example" not in page.content()
    if language == "en":
        headline = page.locator("h1").inner_text()
        assert headline.replace("\N{NO-BREAK SPACE}", " ") == HEADLINES[name]
    for width in (280, 390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.locator("h1").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_at_any_stage(tab, link, scheme, width):
    page = tab(width=width, color_scheme=scheme, reduced_motion="reduce").page

    wrong = {}
    for name in ORDERS:
        page.goto(link(name))
        found = Axe().run(page, options=OPTIONS).response["violations"]
        wrong[name] = [(one["id"], one["nodes"][0]["target"]) for one in found]

    assert {name: told for name, told in wrong.items() if told} == {}


def test_without_script_an_order_s_page_says_the_same(tab, link):
    with_script, without = tab().page, tab(java_script_enabled=False).page

    for name in ORDERS:
        for page in (with_script, without):
            page.goto(link(name))
        said = without.locator("body").inner_text().split()
        more = with_script.locator("body").inner_text()
        assert said == more.replace("Tell me when it moves", "").split()
        assert len(said) > 30


def test_each_of_several_parcels_opens_its_own_page(tab, link):
    page = tab().page
    page.goto(link("parcels"))

    page.get_by_role("link", name="Your parcel is out for delivery.").click()

    assert page.locator("h1").inner_text() == "Your parcel is out for delivery."
    assert page.get_by_role("heading", name="Other parcels of your order").is_visible()


def test_a_parcel_that_we_cannot_ask_for_leads_where_its_shop_said(tab, link):
    page = tab().page
    page.goto(link("linked"))

    way = page.get_by_role("link", name="See where it is").first

    assert way.get_attribute("href") == "https://own.example/77"
    assert way.get_attribute("rel") == "noopener noreferrer nofollow"
