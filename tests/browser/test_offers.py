"""A page that offers products: how light it is, and what can be tapped in a frame."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from PIL import Image
from tests.browser.site import serving
from tests.browser.storefronts import IFRAME, filled
from tests.browser.test_access import OPTIONS
from tests.browser.test_numbers import MOST_BYTES, MOST_REQUESTS, own_weight

from track_service.core.goods import Product
from track_service.core.selling import Wishes
from track_service.services import brands, embedding
from track_service.store import catalogue, selling, shoppers

pytestmark = pytest.mark.browser

NAMES = tuple(f"Bamboo tray {n}" for n in range(6))
ON = Wishes(is_on=True, holdout=Decimal(0), picks=NAMES)


@pytest.fixture
def offering(site):
    """A parcel of the shop while its pages offer six products."""
    parcel, now = site.parcels["delivered"], site.of.clock.now()
    goods = [
        Product(name, name, url=f"https://treviet.example/{n}", told_at=now)
        for n, name in enumerate(NAMES)
    ]
    with site.of.database.write() as session:
        catalogue.tell(session, parcel.brand.id, goods)
        brands.set_logo(session, parcel.brand, _logo())
        shoppers.key(session, parcel.brand.id, fresh="key")
        selling.wish(session, parcel.brand.id, ON)
        session.commit()
    yield parcel
    with site.of.database.write() as session:
        selling.wish(session, parcel.brand.id, replace(ON, is_on=False))
        brands.change(
            session, parcel.brand, mint=site.of.mint, theme={"logo_path": None}
        )
        embedding.allow(session, parcel.brand, ())
        session.commit()


def _logo():
    drawn = BytesIO()
    Image.new("RGB", (240, 80), "#14532d").save(drawn, "PNG")
    return drawn.getvalue()


def test_six_products_a_logo_and_open_feedback_leave_the_first_view_light(
    site, tab, offering
):
    watched = tab(reduced_motion="reduce")

    watched.page.goto(f"{site.link('delivered')}&offers=6", wait_until="networkidle")

    page = watched.page
    assert page.locator("#offers li").count() == 6
    assert page.locator("#rate .stars button").count() == 5
    assert page.locator(".brand img").evaluate("logo => logo.naturalWidth") == 240
    assert own_weight(watched) <= MOST_BYTES
    assert len(watched.asked) <= MOST_REQUESTS
    assert {asked.url.startswith(f"{site.url}/") for asked in watched.asked} == {True}
    assert Axe().run(page, options=OPTIONS).response["violations"] == []
    assert watched.said == []


def test_an_objection_in_a_frame_is_noted_and_shown_in_a_new_tab(site, tab, offering):
    storefront = Flask("storefront")
    token = f"{offering.token}?offers=framed"
    frame = filled(IFRAME, {"https://track.example": site.url, "TOKEN": token})
    storefront.get("/")(lambda: frame)
    with serving(storefront) as shop:
        with site.of.database.write() as session:
            embedding.allow(session, offering.brand, (shop,))
            session.commit()
        page = tab(width=900).page
        page.goto(shop)
        framed = page.frame_locator("iframe")

        with page.context.expect_page() as opened:
            framed.get_by_role("button", name="Do not personalise these").click()

        after = opened.value
        after.wait_for_load_state()
        assert after.url.startswith(f"{site.url}/t/{offering.token}")
        assert after.evaluate("window.top === window")
        assert after.get_by_role("button", name="Suggest what fits me").is_visible()
        assert framed.locator("#offers").is_visible()
