"""Carriers' pushes over HTTP: each answer tells no more than it must."""

import json

import pytest
from tests import wire
from tests.conftest import NOW
from tests.make import a_parcel, held_of

JSON = "application/json"


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
