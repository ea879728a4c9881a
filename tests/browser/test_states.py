import pytest
from tests.browser.parcels import STATES

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)
EXPECTED = {
    "pending": "We are waiting for the first scan.",
    "not_found": "Giao Hàng Nhanh does not know this parcel yet.",
    "info_received": "Giao Hàng Nhanh is expecting your parcel.",
    "picked_up": "Giao Hàng Nhanh has your parcel.",
    "in_transit": "Your parcel is on the way.",
    "out_for_delivery": "Your parcel is out for delivery.",
    "available_for_pickup": "Your parcel is ready for pick-up.",
    "attempt_failed": "The courier came, but could not reach you.",
    "exception": "Your parcel was damaged on the way.",
    "late": "Your parcel is late, but on the way.",
    "delayed": "Bad weather is delaying your parcel.",
    "stalled": "Your parcel has not moved since Tuesday 24\N{NO-BREAK SPACE}February.",
    "lost": "Giao Hàng Nhanh has lost your parcel.",
    "delivered": "Your parcel has been delivered.",
    "returning": "Your parcel is going back to Tre Việt.",
    "returned": "Your parcel is back at Tre Việt.",
    "cancelled": "This shipment is cancelled.",
    "unreachable": "Your parcel is on the way.",
}


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("state", STATES)
def test_the_page_tells_its_state_calmly_lightly_and_fits(site, tab, state, language):
    watched = tab()
    page = watched.page

    page.goto(site.link(state, language))

    assert watched.said == []
    assert watched.violations() == []
    assert {asked.url.startswith(f"{site.url}/") for asked in watched.asked} == {True}
    assert page.evaluate("document.documentElement.lang") == language
    assert len(watched.got[0].body()) < 20_000
    assert watched.weight() < 50_000
    if language == "en":
        assert page.locator("h1").inner_text() == EXPECTED[state]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert page.locator("h1").is_visible()
        assert _overflow(page) <= 0


@pytest.mark.parametrize("width", [280, 320])
def test_the_smallest_screens_and_the_largest_letters_fit(site, tab, width):
    page = tab(width=width).page

    page.goto(site.link("attempt_failed", "vi"))

    assert _overflow(page) <= 0


@pytest.mark.parametrize("language", ["en", "vi"])
def test_without_script_every_page_says_the_same(site, tab, language):
    with_script, without = tab().page, tab(java_script_enabled=False).page

    for state in STATES:
        for page in (with_script, without):
            page.goto(site.link(state, language))
        # To follow by push is a script's alone.
        with_script.evaluate("document.getElementById('push')?.remove()")
        text = without.locator("body").inner_text()
        assert text == with_script.locator("body").inner_text()
        assert len(text) > 200


def test_on_paper_nothing_is_offered_that_takes_a_tap(site, tab):
    page = tab().page
    page.goto(site.link("attempt_failed"))
    shown = page.get_by_role("heading", level=2)
    on_screen = set(shown.all_inner_texts())

    page.emulate_media(media="print")

    offered = {"Is something wrong?", "Shall we try again?", "Who it is for"}
    assert offered <= on_screen
    on_paper = {one.inner_text() for one in shown.all() if one.is_visible()}
    assert "Tracking history" in on_paper
    assert on_paper.isdisjoint(offered)


def test_the_link_opens_no_name_nor_address(site, tab):
    page = tab().page

    for state in STATES:
        page.goto(site.link(state))
        assert "Example" not in page.content()
        assert "ngoc@" not in page.content()


def _overflow(page):
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
