"""Health for machines; the figures only for who knows the token."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from tests import wire
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, seen

from track_service.app import create_app
from track_service.core.status import Status
from track_service.services.poll import poll_due
from track_service.store.db import db

TOKEN = {"Authorization": "Bearer metrics-token"}


@pytest.fixture
def broken(of):
    """Take the tables away, as a database that was not migrated has none."""
    with of.database.write() as session:
        session.execute(text("ALTER TABLE shipment RENAME TO gone"))
        session.commit()


def test_the_process_is_alive_whatever_its_database_does(client, broken):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_it_is_ready_when_its_database_answers(client):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_details_are_for_who_knows_the_token(of, brand, client):
    parcel = a_parcel(of, brand)
    a_parcel(of, brand, number="N2")
    seen(of, parcel, a_tracking(an_event(Status.DELIVERED, at=NOW, city="Bonn")))

    answer = client.get("/readyz", headers=TOKEN)

    assert answer.json == {
        "status": "ok",
        "shipments": 2,
        "events": 1,
        "delivered": 1,
        "raw_answers": 0,
        "notices_sent": 0,
        "alerts_open": 0,
    }


def test_without_its_tables_it_is_not_ready(client, broken):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {"status": "database does not answer"}


def test_without_a_database_server_it_is_not_ready(settings, hands):
    nowhere = replace(
        settings, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none"
    )
    app = create_app(nowhere, clock=hands.clock())

    assert app.test_client().get("/readyz").status_code == 503
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer é"}]
)
def test_without_the_token_there_are_no_metrics(client, headers):
    assert client.get("/metrics", headers=headers).status_code == 404


def test_where_no_token_is_set_there_are_no_metrics(settings, hands):
    app = create_app(replace(settings, metrics_token=None), clock=hands.clock())

    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer None"}):
        assert app.test_client().get("/metrics", headers=headers).status_code == 404
    with app.app_context():
        db.engine.dispose()


def test_the_metrics_tell_what_happened_and_what_is_due(
    of, brand, client, answers, hands
):
    polled = a_parcel(of, brand, carrier="ups", number="1Z5R89390357567127")
    wire.ups_token(answers)
    wire.ups_says(
        answers, polled.number, wire.ups_scan(wire.NEVER_HEARD_OF, NOW, words="New")
    )
    poll_due(of.desk, "ups")
    a_parcel(of, brand, promised_on=NOW.date())
    waiting = a_parcel(of, brand, number="N2", promised_on=NOW.date())
    told_of = a_parcel(of, brand, carrier="viettelpost", number="VT1")
    seen(of, told_of, a_tracking(), source="push:viettelpost")
    hands.forward(days=1, minutes=10)
    held = an_event(Status.EXCEPTION, "damaged", at=hands.at, city="Bonn")
    seen(of, waiting, a_tracking(held))

    answer = client.get("/metrics", headers=TOKEN)

    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    told = answer.text.splitlines()
    for line in (
        'track_polls_total{carrier="ups",result="ok"} 1.0',
        'track_scans_total{carrier="ups",status="unknown"} 1.0',
        'track_unknown_codes{carrier="ups",code="QQ"} 1.0',
        'track_shipments{carrier="ghn",status="pending"} 1.0',
        'track_shipments{carrier="ghn",status="exception"} 1.0',
        'track_concerns_open{kind="exception"} 1.0',
        'track_notices_now{audience="shopper",channel="email",state="owed"} 1.0',
        'track_due{carrier="ghn"} 1.0',
        'track_due_age_seconds{carrier="ghn"} 87000.0',
    ):
        assert line in told
    assert 'track_due{carrier="viettelpost"}' not in answer.text
