"""Pushes signed by a carrier's public keys, which are fetched when one is wanted."""

from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from sqlalchemy import text
from tests.carriers import asking
from tests.conftest import NOW
from tests.make import a_parcel, held_of
from tests.services.shipengine_key import headers, jwk

from track_service.carriers.base import Push, Trust
from track_service.carriers.shipengine import Shipengine
from track_service.services import pushed
from track_service.services.keyring import Keyring
from track_service.services.pushed import PushRefused

JWKS = "https://api.shipengine.com/jwks"
ACCOUNT = {"api_key": "key", "courier": "ups"}
NUMBER = "1Z5R89390357567127"
BODY = (
    b'{"resource_type":"API_TRACK","data":{"tracking_number":"%s","status_code":"DE",'
    b'"events":[{"occurred_at":"2026-03-02T08:00:00Z","status_code":"DE",'
    b'"description":"Delivered"}]}}' % NUMBER.encode()
)


@pytest.fixture
def desk(of):
    """The desk of a shop with a ShipEngine account, and no keys yet."""
    carrier = Shipengine(asking.client(), ACCOUNT)
    return replace(
        of.desk,
        carriers={"shipengine": carrier},
        accounts={"shipengine": ACCOUNT},
        keyring=Keyring(),
    )


@pytest.fixture
def parcel(of, brand):
    return a_parcel(of, brand, carrier="shipengine", number=NUMBER)


@pytest.fixture
def take(desk, made, hands):
    """Take a push in, signed now, and read it; return what it proved."""

    def take(body=BODY, *, kid="key-1", signed=BODY):
        hook = pushed.find_hook(desk, "shipengine", made.hook_secret)
        received = pushed.receive(
            desk, hook, Push(body, headers(signed, at=hands.at, kid=kid))
        )
        pushed.digest_push(desk, received)
        return received.trust

    return take


def test_a_push_signed_by_a_fetched_key_is_believed(of, answers, take, parcel):
    asked = answers.get(JWKS, json={"keys": [jwk("old"), jwk()]})

    assert [take() for _ in range(3)] == [Trust.SIGNED] * 3

    assert asked.call_count == 1
    assert held_of(of, parcel).shipment.meaning.status == "delivered"


def test_a_changed_body_is_refused_and_not_kept(answers, take, parcel, rows):
    answers.get(JWKS, json={"keys": [jwk()]})

    with pytest.raises(PushRefused):
        take(BODY.replace(b"DE", b"IT"))

    assert rows("SELECT COUNT(*) FROM raw_answer") == [(0,)]


@pytest.mark.parametrize(
    "failure",
    [
        {"status": 500},
        {"body": requests.ConnectionError("nobody there")},
        {"body": b"<html>"},
        {"json": {"keys": []}},
        {"json": {"keys": [{"n": "AQAB"}]}},
        {"json": []},
    ],
    ids=["server error", "no connection", "HTML", "no key", "nameless", "a list"],
)
def test_where_no_keys_can_be_had_the_push_is_kept_and_the_carrier_asked(
    of, answers, take, parcel, rows, failure
):
    asked = answers.get(JWKS, **failure)
    with of.database.write() as session:
        later = {"later": f"{NOW + timedelta(days=1):%Y-%m-%d %H:%M:%S.%f}"}
        session.execute(text("UPDATE poll SET poll_after = :later"), later)
        session.commit()

    assert [take(), take()] == [Trust.URL_ONLY] * 2

    assert asked.call_count == 1
    assert rows("SELECT COUNT(*) FROM raw_answer") == [(1,)]
    assert held_of(of, parcel).shipment.meaning.status == "pending"
    ((due,),) = rows("SELECT poll_after FROM poll WHERE shipment_id = :i", i=parcel.id)
    assert str(due)[:19] == f"{NOW:%Y-%m-%d %H:%M:%S}"


def test_keys_are_tried_for_again_after_a_minute(answers, take, parcel, hands):
    answers.get(JWKS, status=503)
    assert take() is Trust.URL_ONLY
    answers.replace("GET", JWKS, json={"keys": [jwk()]})

    hands.forward(seconds=59)
    assert take() is Trust.URL_ONLY
    hands.forward(seconds=1)
    assert take() is Trust.SIGNED


def test_a_new_key_is_fetched_and_an_invented_one_is_no_way_to_make_us_ask(
    answers, take, parcel, hands
):
    answers.get(JWKS, json={"keys": [jwk()]})
    take()
    hands.forward(minutes=2)
    answers.replace("GET", JWKS, json={"keys": [jwk(), jwk("key-2")]})
    asked = answers.registered()[0]

    assert take(kid="key-2") is Trust.SIGNED
    for _ in range(3):
        with pytest.raises(PushRefused):
            take(kid="invented")

    assert asked.call_count == 1


def test_a_key_that_was_taken_back_is_trusted_for_a_day_at_most(
    answers, take, parcel, hands
):
    answers.get(JWKS, json={"keys": [jwk()]})
    assert take() is Trust.SIGNED
    answers.replace("GET", JWKS, status=503)

    hands.forward(hours=23, minutes=59)
    assert take() is Trust.SIGNED
    hands.forward(minutes=1)
    assert take() is Trust.URL_ONLY
    answers.replace("GET", JWKS, json={"keys": [jwk("key-2")]})
    hands.forward(minutes=1)
    with pytest.raises(PushRefused):
        take()


def test_without_an_account_no_key_is_fetched(desk, made, hands):
    hook = pushed.find_hook(desk, "shipengine", made.hook_secret)
    unasked = replace(desk, carriers={}, accounts={})

    received = pushed.receive(unasked, hook, Push(BODY, headers(BODY, at=hands.at)))

    assert received.trust is Trust.URL_ONLY
