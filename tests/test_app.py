import gc
import logging
import runpy
import weakref
from contextlib import ExitStack
from dataclasses import replace

import pytest
from flask import request
from sqlalchemy import text
from structlog.testing import capture_logs

from tests import make, wire
from track_service.app import create_app, migrations_folder, service
from track_service.services.poll import poll_one
from track_service.store.db import db


@pytest.fixture
def made_with(settings):
    """Make apps of changed settings."""
    made = []

    def run(**changes):
        made.append(create_app(replace(settings, **changes)))
        return made[-1]

    yield run
    for app in made:
        with app.app_context():
            db.engine.dispose()


def test_neither_sandbox_nor_demo_is_ever_mounted(app):
    rules = {rule.rule for rule in app.url_map.iter_rules()}

    assert not [rule for rule in rules if "demo" in rule or "sandbox" in rule]
    assert {"/healthz", "/readyz", "/metrics", "/t/<token>"} <= rules


def test_every_carrier_with_an_account_is_asked_by_its_own_client(of, settings):
    assert list(of.desk.carriers) == list(settings.accounts)


def test_only_a_daily_budget_is_paced(made_with):
    accounts = {
        "ghn": {"token": "t", "per_day": "100"},
        "ghtk": {"token": "t", "per_day": "0"},
        "ups": {"client_id": "i", "client_secret": "s"},
    }

    assert service(made_with(accounts=accounts)).desk.per_day == {"ghn": 100}


def test_every_polling_thread_can_have_a_connection_and_others_too(made_with):
    of = service(made_with(poll_threads=45))

    with ExitStack() as held:
        sessions = [held.enter_context(of.database.read()) for _ in range(55)]
        told = [session.scalar(text("SELECT 1")) for session in sessions]

    assert told == [1] * 55


@pytest.mark.parametrize(("per_day", "calls"), [("100", 1), ("0", 3)])
def test_where_calls_are_counted_by_the_day_none_is_spent_on_a_retry(
    made_with, brand, answers, per_day, calls
):
    of = service(made_with(accounts={"ghn": {"token": "t", "per_day": per_day}}))
    parcel = make.a_parcel(of, brand)
    answers.post(wire.GHN, status=503)

    poll_one(of.desk, parcel.id)

    assert len(answers.calls) == calls


def test_without_a_mail_server_there_is_no_mail_channel(of):
    assert "webhook" in of.post.channels
    assert "email" not in of.post.channels


def test_other_hosts_are_refused_where_ours_are_named(made_with):
    client = made_with(allowed_hosts=("track.example",)).test_client()

    def asked(path):
        hosts = ("track.example", "evil.example", "localhost")
        return [client.get(path, headers={"Host": h}).status_code for h in hosts]

    assert asked("/robots.txt") == [200, 404, 404]
    assert asked("/healthz") == [200, 200, 200]  # probes ask an address


def test_where_no_host_is_named_ours_and_this_machine_s_own_are_answered(client):
    hosts = ("track.example", "localhost:8000", "127.0.0.1:80", "[::1]", "10.0.0.7", "")

    asked = [
        client.get("/robots.txt", headers={"Host": host}).status_code for host in hosts
    ]

    assert asked == [200, 200, 200, 200, 404, 404]


@pytest.mark.parametrize(("proxies", "expected"), [(0, "localhost"), (1, "a.example")])
def test_a_proxy_is_believed_where_there_is_one(made_with, proxies, expected):
    app = made_with(trusted_proxies=proxies)
    hosts = []
    app.before_request(lambda: hosts.append(request.host))

    app.test_client().get("/healthz", headers={"X-Forwarded-Host": "a.example"})

    assert hosts == [expected]


@pytest.mark.parametrize(("proxies", "warnings"), [(0, 1), (1, 0)])
def test_a_proxy_that_is_not_known_is_warned_of_once(made_with, proxies, warnings):
    client = made_with(trusted_proxies=proxies).test_client()

    with capture_logs() as lines:
        for _ in range(2):
            client.get("/healthz", headers={"X-Forwarded-For": "192.0.2.7"})

    told = [one for one in lines if "TRACK_TRUSTED_PROXIES" in one["event"]]
    assert len(told) == warnings


def test_an_error_of_the_database_names_no_token(made_with, of, brand, caplog):
    parcel = make.a_parcel(of, brand)
    app = made_with()
    with of.database.write() as session:
        session.execute(text("ALTER TABLE shipment RENAME TO gone"))
        session.commit()

    with caplog.at_level(logging.ERROR):
        answer = app.test_client().get(f"/t/{parcel.token}")

    assert answer.status_code == 500
    assert parcel.token not in answer.text
    assert "sqlalchemy" in caplog.text
    assert f"parameters: ('{parcel.token}'" not in caplog.text
    assert "parameters hidden" in caplog.text


def test_other_servers_get_the_app_by_the_environment(settings, monkeypatch):
    monkeypatch.setenv("TRACK_SECRET_KEYS", " ".join(settings.secret_keys))
    monkeypatch.setenv("TRACK_DATABASE_URL", settings.database_url)

    app = runpy.run_module("track_service.wsgi")["app"]

    assert app.test_client().get("/readyz").status_code == 200
    with app.app_context():
        db.engine.dispose()


def test_the_migrations_lie_where_the_app_looks():
    assert (migrations_folder() / "env.py").is_file()


def test_an_app_that_nobody_holds_is_let_go(settings):
    app = create_app(settings)
    with app.app_context():
        db.engine.dispose()
    held = weakref.ref(app)

    del app
    gc.collect()

    assert held() is None
