from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import flask_migrate
import pytest
import responses
from cryptography.fernet import Fernet
from sqlalchemy import text

from tests import databases
from track_service.app import create_app, service
from track_service.clock import Clock
from track_service.config import Settings
from track_service.http import Guarded
from track_service.services import brands
from track_service.services.minting import Mint
from track_service.store.db import db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET_KEY = Fernet.generate_key().decode()
ACCOUNTS = {
    "ups": {"client_id": "id", "client_secret": "secret"},
    "fedex": {"client_id": "id", "client_secret": "secret"},
    "dhl_unified": {"api_key": "key"},
    "ghn": {"token": "token"},
    "ghtk": {"token": "token", "push_hash": "hash"},
    "viettelpost": {"push_token": "push-token"},
}


class Hands:
    """A clock whose hands the test moves; `wall` and `now` go together."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def clock(self) -> Clock:
        return Clock(self.now, self.now, self.sleep, lambda: 0.5)


class Counting:
    """A mint that strikes numbered names, so that tests can tell them."""

    def __init__(self) -> None:
        self._struck = 0

    def secret(self) -> str:
        self._struck += 1
        return f"secret{self._struck:016}"

    def name(self) -> str:
        self._struck += 1
        return f"name-{self._struck}"

    def mint(self) -> Mint:
        return Mint(self.secret, self.name)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a database on both kinds, on one only where it is marked so."""
    if "database_kind" in metafunc.fixturenames:
        only = {"postgres": ["postgresql"], "sqlite": ["sqlite"]}
        marks = [mark for mark in only if metafunc.definition.get_closest_marker(mark)]
        kinds = only[marks[0]] if marks else ["sqlite", "postgresql"]
        metafunc.parametrize("database_kind", kinds, scope="session")


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def hands() -> Hands:
    return Hands(NOW)


@pytest.fixture
def answers():
    """HTTP to carriers; an unregistered call fails, an unused answer fails as well."""
    with responses.RequestsMock(assert_all_requests_are_fired=True) as mock:
        yield mock


@pytest.fixture
def guarded():
    """The client for tenants' URLs, to which every host is a public one."""
    made = Guarded(resolve=lambda _host, _port: ["93.184.215.14"])
    yield made
    made.close()


@pytest.fixture(scope="session")
def migrated(database_kind, tmp_path_factory) -> Callable[[], str]:
    """Return a maker of fresh, migrated databases of one kind."""
    return databases.maker(database_kind, tmp_path_factory, _migrate)


def _migrate(url: str) -> None:
    app = create_app(Settings(secret_keys=(SECRET_KEY,), database_url=url))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


@pytest.fixture
def settings(migrated) -> Settings:
    return Settings(
        secret_keys=(SECRET_KEY,),
        database_url=migrated(),
        base_url="https://track.example",
        metrics_token="metrics-token",
        accounts=ACCOUNTS,
    )


@pytest.fixture
def app(settings, hands):
    app = create_app(settings, clock=hands.clock(), mint=Counting().mint())
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def of(app):
    """The wired parts."""
    return service(app)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def made(of):
    """A brand that sends, with its key and hook secret."""
    brand = brands.new_brand(
        "acme",
        "Acme",
        zone="Europe/Berlin",
        sending=True,
        mail_from="shop@acme.example",
        support_email="help@acme.example",
    )
    with of.database.write() as session:
        done = brands.add(session, brand, now=of.clock.now(), mint=of.mint)
        session.commit()
    return done


@pytest.fixture
def brand(made):
    return made.brand


@pytest.fixture
def key(made) -> str:
    return made.key


@pytest.fixture
def rows(of):
    """Run a read-only query and return its rows."""

    def run(query: str, **values):
        with of.database.read() as session:
            return session.execute(text(query), values).all()

    return run
