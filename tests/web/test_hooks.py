"""Carriers' pushes over HTTP: each answer tells no more than it must."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import text
from tests import wire
from tests.conftest import NOW
from tests.make import a_parcel, held_of

from track_service.app import create_app
from track_service.services.pushed import read_left_over
from track_service.store.db import db

JSON = "application/json"
SIGNED = {"Authorization": "push-token"}


@pytest.fixture
def push(client, made):
    def push(code, body, *, secret=None, **more):
        url = f"/hooks/carriers/{code}/{secret or made.hook_secret}"
        return client.post(url, data=body, buffered=True, **more)

    return push


@pytest.fixture
def kept(rows):
    return lambda: rows("SELECT COUNT(*) FROM raw_answer WHERE push")[0][0]


def test_a_push_is_kept_and_recorded(of, brand, push, kept):
    parcel = a_parcel(of, brand, carrier="viettelpost", number="VT0001")

    body = wire.viettel_push("VT0001", 501, NOW, token="push-token")
    answer = push("viettelpost", body)

    assert (answer.status_code, answer.json) == (200, {"success": True})
    assert held_of(of, parcel).shipment.meaning.status == "delivered"
    assert kept() == 1


def test_a_header_may_carry_the_secret(of, brand, push):
    parcel = a_parcel(of, brand, carrier="viettelpost", number="VT0001")
    body = json.dumps({"ORDER_NUMBER": "VT0001", "ORDER_STATUS": 501})

    push("viettelpost", body, headers={"Authorization": "push-token"})

    assert held_of(of, parcel).shipment.meaning.status == "delivered"


@pytest.mark.parametrize(
    ("code", "secret"),
    [
        pytest.param("ghn", "wrong", id="secret"),
        pytest.param("pigeon", None, id="carrier"),
        pytest.param("fedex", None, id="one that never tells"),
    ],
)
def test_a_wrong_address_is_not_found(push, kept, code, secret):
    answer = push(code, b'{"OrderCode": "1"}', secret=secret)

    assert answer.status_code == 404
    assert kept() == 0


def test_a_refused_signature_is_unauthorized_and_counted(of, push, kept):
    body = wire.viettel_push("VT0001", 501, NOW, token="wrong")

    assert push("viettelpost", body).status_code == 401

    assert kept() == 0
    told = {"carrier": "viettelpost", "result": "refused"}
    assert of.counters.total("track_pushes", **told) == 1


def test_the_hash_in_ghtks_address_is_checked(of, brand, push, kept):
    parcel = a_parcel(of, brand, carrier="ghtk", number="S9.Q1.700100201")
    body = wire.ghtk_push(parcel.number, 5, NOW)

    refused = push("ghtk", body, query_string={"hash": "wrong"})
    taken = push("ghtk", body, query_string={"hash": "hash"})

    assert (refused.status_code, taken.status_code) == (401, 200)
    assert kept() == 1


def test_more_than_a_megabyte_is_too_large(push, kept):
    assert push("viettelpost", b" " * 1_000_001).status_code == 413
    assert kept() == 0


def test_a_body_nobody_can_read_is_taken_all_the_same(push, kept):
    """An error would make the carrier send it for days, then none any more."""
    answer = push("viettelpost", b"<html>", headers={"Authorization": "push-token"})

    assert answer.status_code == 200
    assert kept() == 1


def test_the_same_push_again_changes_nothing(of, brand, push, rows):
    a_parcel(of, brand, carrier="viettelpost", number="VT0001")
    body = wire.viettel_push("VT0001", 500, NOW, token="push-token")

    answers = [push("viettelpost", body).status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    assert rows("SELECT COUNT(*) FROM event") == [(1,)]


def test_a_hook_is_posted_to_alone(client, made):
    assert client.get(f"/hooks/carriers/ghn/{made.hook_secret}").status_code == 405


def test_the_answer_goes_before_the_body_is_read(of, brand, client, made, rows, kept):
    a_parcel(of, brand, carrier="viettelpost", number="VT0001")
    body = wire.viettel_push("VT0001", 500, NOW, token="push-token")

    answer = client.post(f"/hooks/carriers/viettelpost/{made.hook_secret}", data=body)

    assert (answer.status_code, answer.json) == (200, {"success": True})
    assert kept() == 1
    assert rows("SELECT COUNT(*) FROM event") == [(0,)]
    answer.close()  # as a server does when the answer is out
    assert rows("SELECT COUNT(*) FROM event") == [(1,)]


def test_a_reading_that_stumbles_spoils_no_answer(of, brand, push, rows, hands):
    a_parcel(of, brand, carrier="viettelpost", number="VT0001")
    body = wire.viettel_push("VT0001", 500, NOW, token="push-token")
    with of.database.write() as session:
        session.execute(text("ALTER TABLE event RENAME TO lost"))
        session.commit()

    assert push("viettelpost", body).status_code == 200

    with of.database.write() as session:
        session.execute(text("ALTER TABLE lost RENAME TO event"))
        session.commit()
    hands.forward(minutes=2)
    assert read_left_over(of.desk) == 1
    assert rows("SELECT COUNT(*) FROM event") == [(1,)]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("sf", {"return_code": "0000", "return_msg": "OK"}),
        ("jtexpress", {"code": "1", "msg": "success", "data": None}),
        ("ghn", {"success": True}),
    ],
)
def test_a_carrier_hears_what_it_wants_to_hear(push, code, told):
    answer = push(code, b"{}")

    assert (answer.status_code, answer.json) == (200, told)
    assert answer.content_type == JSON


def test_a_refusal_is_in_the_carriers_shape_too(settings, hands, made, kept):
    account = {"jtexpress": {"api_account": "a", "private_key": "k"}}
    app = create_app(replace(settings, accounts=account), clock=hands.clock())
    body = json.dumps({"bizContent": "{}", "digest": "wrong"})

    url = f"/hooks/carriers/jtexpress/{made.hook_secret}"
    answer = app.test_client().post(url, data=body)

    assert answer.status_code == 401
    assert answer.json == {"code": "145003030", "msg": "signature", "data": None}
    assert kept() == 0
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_carrier_that_tries_the_address_first_is_told_that_we_are_there(
    client, made, kept, method
):
    url = f"/hooks/carriers/lalamove/{made.hook_secret}"

    assert client.open(url, method=method).status_code == 200
    assert client.open(f"{url}x", method=method).status_code == 404
    assert kept() == 0


def test_who_sends_too_much_is_told_to_come_later(of, push, kept, hands):
    """A tenth of 200 MB may come at once: 20 of these bodies."""
    bodies = [b"%07d" % n + b" " * 999_000 for n in range(22)]

    told = [push("ghn", body).status_code for body in bodies]

    assert told == [200] * 20 + [503] * 2
    assert kept() == 20
    assert of.counters.total("track_pushes", carrier="ghn", result="too_much") == 2
    late = push("ghn", bodies[-1])
    assert late.headers["Retry-After"] == "600"
    assert push("viettelpost", b"{}", headers=SIGNED).status_code == 200
    hands.forward(hours=1)
    assert push("ghn", bodies[-1]).status_code == 200
