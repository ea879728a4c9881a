import shutil
from dataclasses import replace

import flask_migrate
import pytest
from playwright.sync_api import sync_playwright
from tests.browser.parcels import NOW, SHOP, STATES, registered
from tests.browser.site import Site, Watched, serving
from tests.conftest import SECRET_KEY, Counting, Hands

from track_service.app import create_app, service
from track_service.config import Settings
from track_service.services import brands
from track_service.store.db import db
from track_service.store.types import KEYS

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]


@pytest.fixture(scope="session")
def browser():
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip(f"no browser here: none of {', '.join(_NAMES)} is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """One shop with a parcel in every state, served for the whole session."""
    url = f"sqlite:///{tmp_path_factory.mktemp('browser') / 'track.db'}"
    settings = Settings(secret_keys=(SECRET_KEY,), database_url=url)
    hands = Hands(NOW)
    app = create_app(settings, clock=hands.clock(), mint=Counting().mint())
    with app.app_context():
        flask_migrate.upgrade()
    of = service(app)
    parcels = _in_every_state(of, hands)
    with serving(app) as address:
        yield Site(of, address, parcels)
    with app.app_context():
        db.engine.dispose()


def _in_every_state(of, hands):
    with of.database.write() as session:
        made = brands.add(
            session, brands.new_brand(**SHOP), now=of.clock.now(), mint=of.mint
        )
        session.commit()
    parcels = {name: registered(of, made.brand, name) for name in STATES}
    hands.forward(minutes=-20)
    after = {name: put(of, parcels[name]) for name, put in STATES.items()}
    hands.forward(minutes=20)
    return {name: replace(parcel, brand=made.brand) for name, parcel in after.items()}


@pytest.fixture
def site(served):
    KEYS.use((SECRET_KEY,))  # another test's app may have put its own in place
    return served


@pytest.fixture
def tab(browser):
    """Open a tab of its own, as `tab(width=390, …)`; it is closed after the test."""
    contexts = []

    def opened(*, width=390, height=844, **more) -> Watched:
        size = {"width": width, "height": height}
        contexts.append(browser.new_context(viewport=size, **more))
        return Watched.over(contexts[-1].new_page())

    yield opened
    for context in contexts:
        context.close()
