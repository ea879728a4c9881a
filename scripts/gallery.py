"""Make `docs/gallery/`: every page that shoppers see, in a real browser, on contact sheets.

`make gallery` shows the three shops of the demo, a phone and a wide screen, by day and
by night: one sheet for each, named `<brand>-<width>-<scheme>.webp`. On it a parcel's page
stands in every state, then an order's, the look-up, and what asks a shopper something.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import product
from pathlib import Path

import flask_migrate
from cryptography.fernet import Fernet
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, sync_playwright
from tests.browser.orders import handed_over
from tests.browser.parcels import DEPOT, NOW, OUT, ROAD, STATES, registered, scan
from tests.browser.site import serving
from tests.conftest import Hands
from tests.make import a_parcel, a_tracking, an_order, seen

from track_service.app import Service, create_app, service
from track_service.cli.demo.shops import open_shops
from track_service.config import Settings
from track_service.core.parcel import Brand, Item, Shipment
from track_service.core.status import Status
from track_service.sandbox import Phones
from track_service.services.review_link import invite
from track_service.services.second_factor import cookie_name, prove
from track_service.services.share_link import share_key
from track_service.store import brands

FOLDER = Path(__file__).parents[1] / "docs/gallery"
SCALES = {390: 0.62, 1280: 0.34}
COLUMNS = {390: 6, 1280: 4}
SCHEMES = ("light", "dark")
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_GAP, _TITLE = 16, 28
_TALLEST = 2600  # pixels of a page that a sheet shows


@dataclass(frozen=True, slots=True)
class _Shown:
    """A shop's links by what they show, and the cookies of a buyer who proved to be one."""

    links: Mapping[str, str]
    cookies: Mapping[str, str]


def main() -> int:
    """Make the sheets anew; fail where no browser is installed."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        print(f"no browser here: none of {', '.join(_NAMES)} is installed")  # noqa: T201
        return 1
    FOLDER.mkdir(exist_ok=True)
    with _shops() as shops, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        for code, shop in shops.items():
            for width, scheme in product(SCALES, SCHEMES):
                sheet = _sheet(_shots(browser, shop, width, scheme), width)
                path = FOLDER / f"{code}-{width}-{scheme}.webp"
                sheet.save(path, "WEBP", quality=60, method=6)
                print(f"{path.name}: {path.stat().st_size // 1024} KB")  # noqa: T201
        browser.close()
    return 0


@contextmanager
def _shops() -> Iterator[Mapping[str, _Shown]]:
    """Serve the demo's shops; give what each one shows."""
    with tempfile.TemporaryDirectory(prefix="track-gallery-") as folder:
        settings = Settings(
            secret_keys=(Fernet.generate_key().decode(),),
            database_url=f"sqlite:///{Path(folder) / 'gallery.db'}",
        )
        hands = Hands(NOW)
        app = create_app(settings, clock=hands.clock())
        with app.app_context():
            flask_migrate.upgrade()
        shops = _filled(service(app), hands)
        with serving(app) as address:
            yield {
                code: replace(
                    shop, links={name: address + to for name, to in shop.links.items()}
                )
                for code, shop in shops.items()
            }


def _filled(of: Service, hands: Hands) -> dict[str, _Shown]:
    phones = Phones(seed=1)
    phones.start()
    open_shops(of, (), phones, port=0)
    phones.stop()
    with of.database.read() as session:
        shops = [replace(shop, sending=False) for shop in brands.all_brands(session)]
    hands.forward(minutes=-20)
    parcels = {
        shop.code: {
            name: put(of, registered(of, shop, name)) for name, put in STATES.items()
        }
        for shop in shops
    }
    hands.forward(minutes=20)
    return {shop.code: _shown(of, shop, parcels[shop.code]) for shop in shops}


def _shown(of: Service, shop: Brand, states: Mapping[str, Shipment]) -> _Shown:
    late = states["late"]
    own = cookie_name(shop, late.order.number)
    return _Shown(
        {
            **{name: f"/t/{parcel.token}" for name, parcel in states.items()},
            "shared": f"/s/{share_key(states['out_for_delivery'])}",
            "no such link": "/t/none",
            "order": f"/t/{handed_over(of, shop)['parcels']}",
            "look-up": f"/b/{shop.code}/",
            "confirm": f"/t/{states['in_transit'].token}/confirm",
            "case": f"/t/{late.token}/problem",
            "feedback": f"/t/{states['delivered'].token}/feedback",
            "review": _review(of, shop),
        },
        {own: prove(shop, late.order.number, wall=of.clock.wall())},
    )


def _review(of: Service, shop: Brand) -> str:
    """Return the mailed link to review what came with a parcel."""
    order = an_order("TV-20601", items=(Item("Bamboo desk lamp", 1, sku="LAMP"),))
    parcel = a_parcel(of, shop, number="GHN8R4R01", order=order)
    seen(of, parcel, a_tracking(*ROAD, DEPOT, OUT, scan(Status.DELIVERED, at="10:20")))
    proof = invite(shop, order.number, wall=of.clock.wall())
    return f"/t/{parcel.token}/review/{proof}"


def _shots(
    browser: Browser, shop: _Shown, width: int, scheme: str
) -> Iterator[tuple[str, Image.Image]]:
    """Yield each page's name and picture, scaled down."""
    page = browser.new_page(
        viewport={"width": width, "height": 844},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    # Without their own wish shoppers read their shop's language.
    page.set_extra_http_headers({"Accept-Language": "*"})
    home = next(iter(shop.links.values()))
    for name, proof in shop.cookies.items():
        page.context.add_cookies([{"name": name, "value": proof, "url": home}])
    for name, link in shop.links.items():
        page.goto(link)
        with Image.open(BytesIO(page.screenshot(full_page=True))) as shot:
            shown = shot.convert("RGB").crop((0, 0, width, min(shot.height, _TALLEST)))
        size = (round(shown.width * SCALES[width]), round(shown.height * SCALES[width]))
        yield name, shown.resize(size, Image.Resampling.LANCZOS)
    page.close()


def _sheet(shots: Iterator[tuple[str, Image.Image]], width: int) -> Image.Image:
    """Return the pages side by side, each under its name, rows as high as they need."""
    columns, tiles = COLUMNS[width], list(shots)
    rows = [tiles[at : at + columns] for at in range(0, len(tiles), columns)]
    heights = [_TITLE + max(shot.height for _, shot in row) + _GAP for row in rows]
    step = tiles[0][1].width + _GAP
    sheet = Image.new("RGB", (_GAP + columns * step, _GAP + sum(heights)), "#8a8f98")
    pen, font, top = ImageDraw.Draw(sheet), ImageFont.load_default(18), _GAP
    for row, height in zip(rows, heights, strict=True):
        for place, (name, shot) in enumerate(row):
            left = _GAP + place * step
            pen.text((left, top), name, fill="#ffffff", font=font)
            sheet.paste(shot, (left, top + _TITLE))
        top += height
    return sheet


if __name__ == "__main__":
    sys.exit(main())
