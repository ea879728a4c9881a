"""Zalo: templates, its codes, its tokens that serve once, its events."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs

import pytest
import requests

from track_service.channels.base import (
    Callback,
    CallbackRefused,
    Cost,
    DeliveryError,
    Fate,
    Outlets,
    UnknownOutcome,
)
from track_service.channels.zalo_zns import ZaloZns
from track_service.store.pairs import DbPairs

SEND = "https://business.openapi.zalo.me/message/template"
STATUS = "https://business.openapi.zalo.me/message/status"
OAUTH = "https://oauth.zaloapp.com/v4/oa/access_token"
TEMPLATES = {
    "late": {
        "template_id": "312345",
        "params": {"order_code": {"type": "code", "value": "order"}},
    }
}
SETTINGS = {
    "app_id": "4711",
    "app_secret": "app-secret",
    "oa_id": "oa-1",
    "oa_secret": "oa-secret",
    "refresh_token": "first",
    "templates": json.dumps(TEMPLATES),
}


class KeptPairs:
    """Pairs in memory; the database's are tested in tests/store."""

    def __init__(self, access=None):
        self.kept = access
        self.refresh = "first"
        self.why = None
        self.is_leased = False

    def access(self, key, *, now):
        return self.kept

    def spend(self, key, first, *, now):
        return None if self.is_leased or self.why else self.refresh

    def put(self, key, access, refresh, *, expires_at):
        self.kept, self.refresh, self.until = access, refresh, expires_at

    def lost(self, key, spent, why):
        self.why = why

    def expire(self, key, access):
        self.kept = None

    def trouble(self, key):
        return self.why


@pytest.fixture
def pairs():
    return KeptPairs("access-1")


@pytest.fixture
def zalo(guarded, pairs):
    return ZaloZns.open(Outlets(guarded, pairs=pairs))


@pytest.fixture
def note(message):
    def make(**changes):
        payload = {"template_id": "312345", "template_data": {"order_code": "1001"}}
        given = {"to": "0901234567", "settings": SETTINGS, "payload": payload}
        return message(**{**given, **changes})

    return make


def test_a_template_is_sent_under_our_key(zalo, answers, note):
    answers.post(
        SEND, json={"error": 0, "message": "Success", "data": {"msg_id": "m1"}}
    )

    assert zalo.send(note()) == "m1"

    asked = answers.calls[0].request
    assert asked.headers["access_token"] == "access-1"
    assert json.loads(asked.body) == {
        "phone": "84901234567",
        "template_id": "312345",
        "template_data": {"order_code": "1001"},
        "tracking_id": "notice-7",
    }


@pytest.mark.parametrize(
    ("code", "permanent", "suppress", "alarm", "hours"),
    [
        pytest.param(-108, True, "hard_bounce", False, None, id="no number"),
        pytest.param(-118, True, None, False, None, id="not on Zalo"),
        pytest.param(-114, True, None, False, None, id="inactive"),
        pytest.param(-1124, True, None, True, None, id="wrong format"),
        pytest.param(-115, False, None, True, 1, id="no money"),
        pytest.param(-133, False, None, False, 13.5, id="at night"),
        pytest.param(-144, False, None, True, 7.5, id="the day's quota"),
        pytest.param(-100, False, None, False, None, id="unknown to Zalo"),
    ],
)
def test_zalos_codes_say_what_to_do(
    zalo, answers, note, code, permanent, suppress, alarm, hours
):
    answers.post(SEND, json={"error": code, "message": "…"})

    with pytest.raises(DeliveryError, match=str(code)) as caught:
        zalo.send(note())

    error = caught.value
    assert not isinstance(error, UnknownOutcome)
    assert (error.permanent, error.suppress, error.alarm) == (
        permanent,
        suppress,
        alarm,
    )
    assert error.retry_after == (timedelta(hours=hours) if hours else None)


def test_a_lost_answer_is_an_unknown_outcome(zalo, answers, note):
    answers.post(SEND, body=requests.ReadTimeout())

    with pytest.raises(UnknownOutcome):
        zalo.send(note())


def test_a_notice_without_a_template_goes_elsewhere(zalo, note):
    with pytest.raises(DeliveryError) as caught:
        zalo.send(note(payload=None))

    assert caught.value.permanent


def test_a_token_that_ended_is_renewed_once_and_kept_before_it_is_used(
    zalo, pairs, answers, note
):
    answers.post(SEND, json={"error": -124, "message": "Access token invalid"})
    answers.post(
        OAUTH,
        json={
            "access_token": "access-2",
            "refresh_token": "second",
            "expires_in": "90000",
        },
    )
    answers.post(SEND, json={"error": 0, "data": {"msg_id": "m1"}})
    one = note()

    assert zalo.send(one) == "m1"

    asked = answers.calls[1].request
    assert asked.headers["secret_key"] == "app-secret"
    assert parse_qs(asked.body.decode()) == {
        "refresh_token": ["first"],
        "app_id": ["4711"],
        "grant_type": ["refresh_token"],
    }
    assert answers.calls[2].request.headers["access_token"] == "access-2"
    assert (pairs.kept, pairs.refresh) == ("access-2", "second")
    assert pairs.until == one.sent_at + timedelta(hours=25)


def test_while_another_renews_the_token_one_waits(guarded, note):
    pairs = KeptPairs()
    pairs.is_leased = True

    with pytest.raises(DeliveryError, match="being renewed") as caught:
        ZaloZns(guarded, pairs).send(note())

    assert not caught.value.permanent


def test_a_refused_refresh_token_is_told_until_a_new_one_is_set(guarded, answers, note):
    pairs = KeptPairs()
    answers.post(OAUTH, json={"error": -14014, "error_name": "Invalid refresh token."})
    zalo = ZaloZns(guarded, pairs)

    for _ in range(2):  # the second time nobody is asked
        with pytest.raises(DeliveryError, match="-14014") as caught:
            zalo.send(note())

    assert caught.value.alarm
    assert zalo.trouble(SETTINGS) == pairs.why
    assert "set a new one" in pairs.why
    assert len(answers.calls) == 1


def test_who_still_sends_by_an_older_token_undoes_no_newer_one(
    of, guarded, answers, note
):
    zalo = ZaloZns(guarded, DbPairs(of.database))
    older = note()
    newer = replace(older, settings={**SETTINGS, "refresh_token": "newer"})
    pair = {"access_token": "access-n", "refresh_token": "second-n"}
    answers.post(OAUTH, json=pair)
    answers.post(OAUTH, json={"error": -14014})
    answers.post(SEND, json={"error": 0, "data": {"msg_id": "m1"}})

    zalo.send(newer)
    with pytest.raises(DeliveryError, match="set a new one"):
        zalo.send(older)

    assert zalo.send(newer) == "m1"
    assert answers.calls[-1].request.headers["access_token"] == "access-n"


def test_a_renewal_without_an_answer_sent_nothing_and_loses_no_token(
    guarded, answers, note
):
    pairs = KeptPairs()
    answers.post(OAUTH, body=requests.ReadTimeout())

    with pytest.raises(DeliveryError) as caught:
        ZaloZns(guarded, pairs).send(note())

    assert not isinstance(caught.value, UnknownOutcome)
    assert (pairs.refresh, pairs.why) == ("first", None)


def test_a_journey_costs_three_hundred_dong_for_six_statuses(note):
    prices = [ZaloZns.cost(note(told_before=n)) for n in range(7)]

    assert prices[0] == Cost(Decimal(200), "VND")
    assert [cost.amount for cost in prices] == [200, 20, 20, 20, 20, 20, 200]
    assert sum(cost.amount for cost in prices[:6]) == 300


def test_zalo_tells_by_its_own_id_alone(zalo, answers, note):
    answers.get(STATUS, json={"error": 0, "data": {"status": 1, "message": "…"}})
    answers.get(STATUS, json={"error": 0, "data": {"status": 0}})
    answers.get(STATUS, json={"error": 0, "data": {"status": -1}})
    one = note()

    told = [zalo.ask(one, "m1", since=one.sent_at) for _ in range(3)]

    assert [found and found.fate for found in told] == [
        Fate.DELIVERED,
        Fate.ACCEPTED,
        None,
    ]
    assert zalo.ask(one, None, since=one.sent_at) is None


def event(by=SETTINGS["oa_secret"], **changes):
    body = {
        "event_name": "user_received_message",
        "app_id": "4711",
        "timestamp": "1772443800000",
        "sender": {"id": "oa-1"},
        "recipient": {"id": "84901234567"},
        "message": {"msg_id": "m1", "tracking_id": "notice-7"},
    } | changes
    raw = json.dumps(body).encode()
    told = b"4711" + raw + str(body["timestamp"]).encode() + by.encode()
    mac = hashlib.sha256(told).hexdigest()
    return Callback(raw, {"x-zevent-signature": f"mac={mac}"})


def test_a_receipt_is_known_by_zalos_signature():
    (told,) = ZaloZns.receipts(event(), SETTINGS)

    assert (told.fate, told.key, told.provider_id) == (
        Fate.DELIVERED,
        "notice-7",
        "m1",
    )


def test_other_events_tell_nothing():
    assert ZaloZns.receipts(event(event_name="follow"), SETTINGS) == []
    assert ZaloZns.receipts(event(message={}), SETTINGS) == []


@pytest.mark.parametrize(
    "callback",
    [
        pytest.param(event(by="another"), id="another secret"),
        pytest.param(Callback(event().body), id="unsigned"),
        pytest.param(Callback(b"[]"), id="a list"),
        pytest.param(Callback(b"{}"), id="no timestamp"),
        pytest.param(Callback(b"\xff"), id="rubbish"),
    ],
)
def test_what_zalo_did_not_sign_is_refused(callback):
    with pytest.raises(CallbackRefused):
        ZaloZns.receipts(callback, SETTINGS)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"templates": "{"}, "no JSON"),
        ({"templates": "{}"}, "templates by kind"),
        ({"price_next": "free"}, "price_next"),
    ],
)
def test_wrong_settings_are_named(changes, word):
    assert ZaloZns.wrong(SETTINGS) is None
    assert word in ZaloZns.wrong(SETTINGS | changes)
