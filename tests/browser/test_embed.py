"""Our pages inside a shop's own, as Shopify, WooCommerce, Haravan and plain HTML are."""

import pytest
from flask import Flask, Response
from tests.browser.site import serving
from tests.browser.storefronts import (
    IFRAME,
    PAGES,
    PLAIN_HTML,
    REVIEWS,
    STRICT,
    THEME_CSS,
    filled,
    of_platforms,
)
from tests.conftest import NOW

from track_service.core.moderation import State
from track_service.services import embedding
from track_service.store import reviews
from track_service.store.reviews import New

pytestmark = pytest.mark.browser


@pytest.fixture
def shop(site):
    """A storefront on an origin of its own, which may embed the brand's pages."""
    with serving(_storefront(site)) as address:
        _allow(site, address)
        yield address
        _allow(site)


@pytest.mark.parametrize("platform", PAGES)
def test_a_parcel_fits_into_a_page_of_each_platform(site, tab, shop, platform):
    watched = tab(width=900)
    page = watched.page

    page.goto(f"{shop}/{platform}/element")

    framed = page.frame_locator("track-service-order iframe")
    framed.get_by_role("heading", name="on the way", level=1).wait_for()
    page.wait_for_function("document.querySelector('iframe').offsetHeight > 200")
    assert page.locator("track-service-order > a").count() == 0
    inside = next(frame for frame in page.frames if "/embed/t/" in frame.url)
    assert inside.evaluate("document.documentElement.lang") == "en"
    assert inside.evaluate("document.querySelector('header')") is None
    page.wait_for_function(
        "(h) => document.querySelector('iframe').offsetHeight === h",
        arg=inside.evaluate("document.body.offsetHeight"),
    )
    assert inside.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    assert (watched.violations(), page.context.cookies()) == ([], [])


def test_the_snippets_of_the_docs_show_the_look_up_in_their_language(site, tab, shop):
    watched = tab(width=900)
    page = watched.page
    for platform, language in (("shopify", "en"), ("haravan", "vi")):
        page.goto(f"{shop}/{platform}/own")

        page.wait_for_function("document.querySelector('iframe').offsetHeight > 200")
        inside = next(frame for frame in page.frames if "/embed/" in frame.url)
        assert inside.evaluate("document.documentElement.lang") == language
        assert inside.locator("#number").input_value() == ""
        assert page.locator("track-service-order > a").count() == 0
        assert watched.violations() == []


def test_the_frame_is_as_high_as_what_the_reader_opens(site, tab, shop):
    page = tab(width=900).page
    page.goto(f"{shop}/plain/element")
    page.wait_for_function("document.querySelector('iframe').offsetHeight > 200")
    before = page.locator("iframe").bounding_box()["height"]
    inside = next(frame for frame in page.frames if "/embed/t/" in frame.url)

    inside.evaluate("document.querySelector('main').style.paddingBottom = '300px'")

    page.wait_for_function(
        "(h) => document.querySelector('iframe').offsetHeight >= h + 290", arg=before
    )


def test_a_plain_frame_works_without_any_script(site, tab, shop):
    page = tab(width=900, java_script_enabled=False).page

    page.goto(f"{shop}/haravan/iframe")

    framed = page.frame_locator("iframe")
    assert "on the way" in framed.locator("h1").inner_text()


def test_an_origin_that_is_not_allowed_keeps_its_link(site, tab, shop):
    _allow(site, "https://another.example")
    watched = tab(width=900)

    watched.page.goto(f"{shop}/shopify/element")

    watched.page.wait_for_function("document.querySelector('iframe') !== null")
    watched.page.wait_for_load_state("networkidle")
    assert any("frame-ancestors" in said for said in watched.said)
    assert watched.page.locator("track-service-order > a").is_visible()
    assert watched.page.locator("iframe").bounding_box()["height"] == 0


def test_no_other_page_can_be_framed_even_by_an_allowed_origin(site, tab, shop):
    watched = tab(width=900)

    watched.page.goto(f"{shop}/plain/page")

    watched.page.wait_for_load_state("networkidle")
    assert any("frame-ancestors 'none'" in said for said in watched.said)
    assert all("/t/" not in frame.url for frame in watched.page.frames)


def test_a_message_of_somebody_else_changes_nothing(site, tab, shop):
    page = tab(width=900).page
    page.goto(f"{shop}/plain/element")
    page.wait_for_function("document.querySelector('iframe').offsetHeight > 200")
    before = page.locator("iframe").bounding_box()["height"]

    page.evaluate("window.postMessage({ trackServiceHeight: 5000 }, '*')")
    page.evaluate("new Promise((done) => setTimeout(done))")

    assert page.locator("iframe").bounding_box()["height"] == before


def test_a_page_without_script_keeps_the_shops_link(site, tab, shop):
    page = tab(width=900, java_script_enabled=False).page

    page.goto(f"{shop}/woocommerce/element")

    assert page.get_by_role("link", name="Track your parcel").is_visible()


def test_the_look_up_knows_the_order_and_opens_it_in_a_new_tab(site, tab, shop):
    watched = tab(width=900)
    page = watched.page
    page.goto(f"{shop}/woocommerce/own")
    framed = page.frame_locator("track-service-order iframe")
    order = site.parcels["in_transit"].order
    page.wait_for_function("document.querySelector('iframe').offsetHeight > 200")
    assert framed.locator("#number").input_value() == order.number
    assert all(
        order.number not in asked.url.partition("#")[0] for asked in watched.asked
    )
    framed.locator("#factor").fill(order.customer.email)

    with page.context.expect_page() as opened:
        framed.locator("form.form button").click()

    opened.value.wait_for_load_state()
    assert opened.value.url.startswith(f"{site.url}/")
    assert opened.value.evaluate("window.top === window && window.opener === null")


def test_a_product_s_page_shows_what_its_buyers_say(site, tab, shop):
    with site.of.database.write() as session:
        new = New("tea/green", 4, "Fresh", "M. E.", state=State.PUBLISHED)
        reviews.add(session, site.parcels["in_transit"].id, new, now=NOW)
        session.commit()
    watched = tab(width=900)

    watched.page.goto(f"{shop}/shopify/reviews")

    framed = watched.page.frame_locator("track-service-reviews iframe")
    framed.get_by_text("Fresh").wait_for()
    watched.page.wait_for_function("document.querySelector('iframe').offsetHeight > 99")
    assert framed.locator(".average").inner_text().startswith("4.0")
    assert watched.page.locator("track-service-reviews > a").count() == 0
    assert watched.violations() == []


def _storefront(site):
    app = Flask("storefront")
    parcel = site.parcels["in_transit"]
    examples = {
        "https://track.example": site.url,
        "TOKEN": parcel.token,
        "acme": parcel.brand.code,
        "TEA-1": "tea/green",
    }
    own = of_platforms(parcel.order.number)
    ways = {
        "element": PLAIN_HTML,
        "reviews": REVIEWS,
        "iframe": IFRAME,
        "page": IFRAME.replace("/embed/t/", "/t/"),
    }

    @app.get("/theme.css")
    def theme():
        return Response(THEME_CSS, mimetype="text/css")

    @app.get("/<platform>/<way>")
    def page(platform, way):
        snippet = own[platform] if way == "own" else ways[way]
        html = PAGES[platform].replace("{snippet}", filled(snippet, examples))
        policy = STRICT.format(home=site.url)
        return Response(html, headers={"Content-Security-Policy": policy})

    return app


def _allow(site, *origins):
    with site.of.database.write() as session:
        embedding.allow(session, site.parcels["in_transit"].brand, origins)
        session.commit()
