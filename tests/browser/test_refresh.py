"""An open page keeps itself fresh, quietly, and only while somebody looks at it."""

import pytest
from sqlalchemy import text
from tests.browser.parcels import HUB, LABEL, LEFT, PICKED, registered
from tests.make import a_tracking, seen

pytestmark = pytest.mark.browser

MINUTE = 60_000
# What a tab in the background says of itself; the test brings it to the front.
HIDE = """
window.inFront = false;
Object.defineProperty(Document.prototype, "visibilityState",
  { get: () => (window.inFront ? "visible" : "hidden") });
"""
SHOW = """
window.inFront = true;
document.dispatchEvent(new Event("visibilitychange"));
"""


@pytest.fixture
def parcel(site):
    """A parcel of this test's own, so that its news disturbs no other."""
    number = f"FRESH{_count(site)}"
    parcel = registered(site.of, _brand(site), "pending", number=number)
    return seen(site.of, parcel, a_tracking(LABEL))


def test_an_open_page_tells_that_it_is_watched(site, tab, parcel):
    watched = tab()
    page = watched.page

    with page.expect_response("**/watching") as told:
        page.goto(_link(site, parcel))

    assert told.value.status == 204
    assert told.value.request.method == "POST"


def test_news_reaches_an_open_page_within_a_minute(site, tab, parcel):
    watched = _opened(site, tab, parcel)
    page = watched.page
    seen(site.of, parcel, a_tracking(LABEL, PICKED))

    page.clock.run_for(MINUTE)

    page.get_by_role("heading", name="has your parcel.", level=1).wait_for()
    assert page.title() == "Giao Hàng Nhanh has your parcel. · Tre Việt"
    assert page.get_by_role("status").inner_text() == "Giao Hàng Nhanh has your parcel."
    assert watched.calls("POST", "/watching") == 2
    assert (watched.said, watched.violations()) == ([], [])


def test_a_page_without_news_is_left_as_it_is(site, tab, parcel):
    page = _opened(site, tab, parcel).page
    page.evaluate("window.headline = document.querySelector('h1')")

    for _ in range(2):  # at the second answer the page is done with the first
        with page.expect_response(_link(site, parcel)):
            page.clock.run_for(MINUTE)

    assert page.evaluate("window.headline.isConnected")


def test_nothing_moves_under_a_reader_who_is_using_it(site, tab, parcel):
    page = _opened(site, tab, parcel).page
    page.locator("main a").first.focus()
    seen(site.of, parcel, a_tracking(LABEL, PICKED))

    with page.expect_response(_link(site, parcel)):
        page.clock.run_for(MINUTE)
    assert page.evaluate("document.activeElement.tagName") == "A"
    assert "is expecting" in page.locator("h1").inner_text()

    page.evaluate("document.activeElement.blur()")
    page.clock.run_for(MINUTE)
    page.get_by_role("heading", name="has your parcel.", level=1).wait_for()


def test_a_hidden_page_asks_for_nothing(site, tab, parcel):
    watched = tab()
    page = watched.page
    page.add_init_script(HIDE)
    page.clock.install()
    page.goto(_link(site, parcel))

    page.clock.run_for(10 * MINUTE)
    asked = watched.calls("POST", "/watching"), watched.calls("GET", parcel.token)
    assert asked == (0, 1)

    seen(site.of, parcel, a_tracking(LABEL, PICKED, LEFT, HUB))
    page.evaluate(SHOW)
    page.get_by_role("heading", name="on the way", level=1).wait_for()
    assert watched.calls("POST", "/watching") == 1


def test_a_service_that_is_away_does_no_harm(site, tab, parcel):
    watched = _opened(site, tab, parcel)
    page = watched.page
    before = page.locator("main").inner_html()
    page.route("**/t/**", lambda route: route.abort())

    for _ in range(3):
        with page.expect_event("requestfailed"):
            page.clock.run_for(MINUTE)

    assert page.locator("main").inner_html() == before
    assert all("net::" in said for said in watched.said)


def _opened(site, tab, parcel):
    watched = tab()
    watched.page.clock.install()
    watched.page.goto(_link(site, parcel))
    return watched


def _link(site, parcel):
    return f"{site.url}/t/{parcel.token}"


def _count(site):
    with site.of.database.read() as session:
        return session.execute(text("SELECT count(*) FROM shipment")).scalar_one()


def _brand(site):
    return site.parcels["pending"].brand
