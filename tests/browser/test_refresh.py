"""An open page keeps itself fresh, quietly, and only while somebody looks at it."""

import pytest
from sqlalchemy import text
from tests.browser.parcels import (
    HUB,
    LABEL,
    LEFT,
    OUT,
    PICKED,
    S,
    registered,
    scan,
)
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
# A form that some script of the page opened, and what it did not fill in.
FORM = """
document.querySelector("main").insertAdjacentHTML("beforeend",
  "<form><textarea></textarea></form><p class=untouched>Anything else?</p>");
"""
LONG = tuple(
    scan(S.IN_TRANSIT, day=1 + n // 4, at=f"{8 + n % 4:02}:00", city=f"Depot {n}")
    for n in range(12)
)


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


def test_a_reader_keeps_focus_place_and_open_details(site, tab, parcel):
    page = _opened(site, tab, parcel).page
    page.set_viewport_size({"width": 390, "height": 300})
    link = page.locator("main a").last
    link.evaluate("(a) => { window.link = a; a.focus(); a.scrollIntoView(); }")
    before = link.bounding_box()["y"]
    seen(site.of, parcel, a_tracking(LABEL, PICKED))

    page.clock.run_for(MINUTE)

    page.get_by_role("heading", name="has your parcel.", level=1).wait_for()
    assert page.evaluate("document.activeElement === window.link")
    assert abs(link.bounding_box()["y"] - before) <= 1


def test_what_is_half_filled_or_opened_outlives_the_news(site, tab, parcel):
    page = _opened(site, tab, parcel).page
    page.evaluate(FORM)
    page.locator("main textarea").fill("Nobody came")
    page.evaluate("document.activeElement.blur()")
    seen(site.of, parcel, a_tracking(LABEL, PICKED))

    page.clock.run_for(MINUTE)

    page.get_by_role("heading", name="has your parcel.", level=1).wait_for()
    assert page.locator("main textarea").input_value() == "Nobody came"
    assert page.locator("main p.untouched").count() == 0


def test_what_the_reader_opened_stays_open(site, tab, parcel):
    seen(site.of, parcel, a_tracking(*LONG))
    page = _opened(site, tab, parcel).page
    page.locator("main details summary").click()
    seen(site.of, parcel, a_tracking(*LONG, OUT))

    page.clock.run_for(MINUTE)

    page.get_by_role("heading", name="out for delivery", level=1).wait_for()
    assert page.locator("main details").evaluate("(one) => one.open")


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


def test_a_service_that_is_away_is_asked_less_and_less(site, tab, parcel):
    watched = _opened(site, tab, parcel)
    page = watched.page
    before = page.locator("main").inner_html()
    page.route("**/t/**", lambda route: route.abort())

    for minutes in (1, 2, 4):
        page.clock.run_for((minutes - 1) * MINUTE)
        asked = watched.calls("GET", parcel.token)
        with page.expect_request(_link(site, parcel)):
            page.clock.run_for(MINUTE)
        # Whoever asks after the page is answered after it.
        page.evaluate("fetch(location.href).catch(() => {})")
        assert watched.calls("GET", parcel.token) == asked + 2

    assert page.locator("main").inner_html() == before
    assert all("net::" in said for said in watched.said)


def test_a_page_that_comes_back_in_front_is_fresh_at_once(site, tab, parcel):
    watched = tab()
    page = watched.page
    page.add_init_script(
        HIDE.replace("window.inFront = false", "window.inFront = true")
    )
    page.clock.install()
    page.goto(_link(site, parcel))
    page.evaluate(SHOW.replace("true", "false"))
    page.clock.run_for(30 * MINUTE)
    assert watched.calls("GET", parcel.token) == 1
    seen(site.of, parcel, a_tracking(LABEL, PICKED))

    page.evaluate(SHOW)

    page.get_by_role("heading", name="has your parcel.", level=1).wait_for()


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
