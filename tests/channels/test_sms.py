"""Twilio and eSMS: what they are sent, what they answer, what they call back."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlencode

import pytest
import requests
from responses import matchers

from track_service.channels.base import (
    Callback,
    CallbackRefused,
    Cost,
    DeliveryError,
    Fate,
    UnknownOutcome,
)
from track_service.channels.sms_esms import Esms
from track_service.channels.sms_twilio import Twilio

TWILIO = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"
HOOK = "https://track.example/hooks/channels/sms_twilio/tsh_1"
ESMS = "https://rest.esms.vn/MainService.svc/json"
SEND = f"{ESMS}/SendMultipleMessage_V4_post_json/"
KEYS = {
    "account_sid": "AC1",
    "auth_token": "token",
    "sender": "TRASEN",
    "callback_url": HOOK,
    "price": "0.08",
}
OURS = {"api_key": "k", "secret_key": "s", "brandname": "TRASEN", "price": "500"}
TEXT = "Trà Sen: Kiện hàng đến muộn. https://track.example/t/1"


@pytest.fixture
def sms(message):
    def make(settings, **changes):
        given = {"to": "0901 234 567", "text": TEXT, "settings": settings}
        return message(**{**given, **changes})

    return make


def test_twilio_is_given_the_number_the_sender_and_where_receipts_go(
    guarded, answers, sms
):
    answers.post(TWILIO, json={"sid": "SM1", "status": "queued"}, status=201)

    assert Twilio(guarded).send(sms(KEYS)) == "SM1"

    asked = answers.calls[0].request
    assert asked.headers["Authorization"] == f"Basic {b64encode(b'AC1:token').decode()}"
    assert parse_qs(asked.body.decode()) == {
        "To": ["+84901234567"],
        "From": ["TRASEN"],
        "Body": [TEXT],
        "StatusCallback": [f"{HOOK}?key=notice-7"],
    }


def test_a_messaging_service_takes_the_senders_place(guarded, answers, sms):
    answers.post(TWILIO, json={"sid": "SM1"}, status=201)

    Twilio(guarded).send(sms(KEYS | {"sender": "MG7"}))

    sent = parse_qs(answers.calls[0].request.body.decode())
    assert sent["MessagingServiceSid"] == ["MG7"]
    assert "From" not in sent


@pytest.mark.parametrize(
    ("code", "permanent", "suppress", "alarm"),
    [
        (21211, True, "hard_bounce", False),
        (21610, True, "unsubscribed", False),
        (21617, True, None, False),
        (20003, False, None, True),
        (21611, False, None, False),
    ],
)
def test_what_twilio_refuses_says_what_to_do(
    guarded, answers, sms, code, permanent, suppress, alarm
):
    answers.post(TWILIO, json={"code": code, "status": 400}, status=400)

    with pytest.raises(DeliveryError) as caught:
        Twilio(guarded).send(sms(KEYS))

    error = caught.value
    assert (error.permanent, error.suppress, error.alarm) == (
        permanent,
        suppress,
        alarm,
    )
    assert not isinstance(error, UnknownOutcome)


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param({"body": requests.ReadTimeout()}, id="no answer in time"),
        pytest.param({"body": requests.ConnectionError("reset")}, id="cut off"),
        pytest.param({"status": 502, "body": "<html>"}, id="a gateway's page"),
        pytest.param({"status": 200, "body": "[]"}, id="nothing to read"),
    ],
)
@pytest.mark.parametrize(
    ("channel", "url", "settings"),
    [(Twilio, TWILIO, KEYS), (Esms, SEND, OURS)],
    ids=["Twilio", "eSMS"],
)
def test_where_nobody_knows_whether_it_went_out_it_is_said(
    guarded, answers, sms, failure, channel, url, settings
):
    answers.post(url, **failure)

    with pytest.raises(UnknownOutcome):
        channel(guarded).send(sms(settings))


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param({"body": requests.ConnectTimeout()}, id="no connection"),
        pytest.param({"status": 429, "json": {}}, id="too many"),
        pytest.param({"status": 503, "json": {}}, id="busy"),
    ],
)
def test_what_surely_did_not_go_out_may_be_sent_again(guarded, answers, sms, failure):
    answers.post(TWILIO, **failure)

    with pytest.raises(DeliveryError) as caught:
        Twilio(guarded).send(sms(KEYS))

    assert not isinstance(caught.value, UnknownOutcome)
    assert not caught.value.permanent


def test_twilio_is_asked_for_the_same_words_to_the_same_number(guarded, answers, sms):
    one = sms(KEYS)
    listed = [
        {"sid": "SM1", "body": "Other", "status": "sent"},
        {
            "sid": "SM2",
            "body": TEXT,
            "status": "delivered",
            "date_created": "Mon, 02 Mar 2026 09:29:30 +0000",
        },
    ]
    answers.get(
        TWILIO,
        json={"messages": listed},
        match=[matchers.query_param_matcher({"To": "+84901234567", "PageSize": "100"})],
    )

    told = Twilio(guarded).ask(one, None, since=one.sent_at)

    assert (told.fate, told.provider_id) == (Fate.DELIVERED, "SM2")


def test_what_twilio_does_not_list_was_not_sent(guarded, answers, sms):
    one = sms(KEYS)
    old = {
        "sid": "SM2",
        "body": TEXT,
        "date_created": "Sun, 01 Mar 2026 09:00:00 +0000",
    }
    answers.get(TWILIO, json={"messages": [old]})

    assert Twilio(guarded).ask(one, None, since=one.sent_at).fate is Fate.UNSENT


def signed(form, key="notice-7", url=HOOK, *, by=KEYS["auth_token"]):
    told = f"{url}?key={key}" + "".join(f"{k}{form[k]}" for k in sorted(form))
    mac = hmac.new(by.encode(), told.encode(), hashlib.sha1)
    return Callback(
        urlencode(form).encode(),
        {"x-twilio-signature": b64encode(mac.digest()).decode()},
        {"key": key},
    )


def test_a_receipt_of_twilios_is_known_by_its_signature():
    form = {
        "MessageSid": "SM1",
        "MessageStatus": "undelivered",
        "ErrorCode": "30006",
        "To": "+84901234567",
    }

    (told,) = Twilio.receipts(signed(form), KEYS)

    assert (told.fate, told.key, told.provider_id) == (Fate.FAILED, "notice-7", "SM1")
    assert (told.suppress, told.error) == ("hard_bounce", "Twilio: 30006")


@pytest.mark.parametrize(
    "callback",
    [
        pytest.param(signed({"MessageStatus": "failed"}, by="other"), id="key"),
        pytest.param(
            signed({"MessageStatus": "failed"}, url="https://evil.example"), id="URL"
        ),
        pytest.param(Callback(b"MessageStatus=failed"), id="unsigned"),
        pytest.param(Callback(b"\xff\xfe=%zz"), id="rubbish"),
    ],
)
def test_what_twilio_did_not_sign_is_refused(callback):
    with pytest.raises(CallbackRefused):
        Twilio.receipts(callback, KEYS)


def test_a_status_that_tells_nothing_is_let_go():
    assert Twilio.receipts(signed({"MessageStatus": "receiving"}), KEYS) == []


def test_esms_is_sent_plain_letters_under_our_id(guarded, answers, sms):
    answers.post(SEND, json={"CodeResult": "100", "SMSID": "e1"})

    assert (
        Esms(guarded).send(sms(OURS | {"callback_url": "https://t.example/h"})) == "e1"
    )

    assert json.loads(answers.calls[0].request.body) == {
        "ApiKey": "k",
        "SecretKey": "s",
        "Phone": "84901234567",
        "Content": "Tra Sen: Kien hang den muon. https://track.example/t/1",
        "Brandname": "TRASEN",
        "SmsType": "2",
        "IsUnicode": "0",
        "RequestId": "notice-7",
        "CallbackUrl": "https://t.example/h",
    }


def test_diacritics_are_kept_where_the_brand_wants_to_pay_for_them(
    guarded, answers, sms
):
    answers.post(SEND, json={"CodeResult": "100", "SMSID": "e1"})
    one = sms(OURS | {"diacritics": "keep"}, text=TEXT + "ạ" * 30)

    Esms(guarded).send(one)

    sent = json.loads(answers.calls[0].request.body)
    assert (sent["Content"], sent["IsUnicode"]) == (one.text, "1")
    assert Esms.cost(one) == Cost(Decimal(1000), "VND", 2)
    assert Twilio.cost(sms(KEYS)) == Cost(Decimal("0.08"), "USD", 1)


def test_a_repeat_that_esms_knows_is_no_second_message(guarded, answers, sms):
    answers.post(SEND, json={"CodeResult": "124", "ErrorMessage": "Request exist"})

    assert Esms(guarded).send(sms(OURS)) is None


@pytest.mark.parametrize(
    ("code", "permanent", "suppress", "alarm"),
    [
        ("99", True, "hard_bounce", False),
        ("103", False, None, True),
        ("108", True, "hard_bounce", False),
        ("146", True, None, False),
        ("4711", False, None, False),
    ],
)
def test_what_esms_refuses_says_what_to_do(
    guarded, answers, sms, code, permanent, suppress, alarm
):
    answers.post(SEND, json={"CodeResult": code})

    with pytest.raises(DeliveryError, match=code) as caught:
        Esms(guarded).send(sms(OURS))

    error = caught.value
    assert (error.permanent, error.suppress, error.alarm) == (
        permanent,
        suppress,
        alarm,
    )


def test_no_number_is_sent_to_nobody(guarded, sms):
    with pytest.raises(DeliveryError) as caught:
        Esms(guarded).send(sms(OURS, to="n/a"))

    assert (caught.value.permanent, caught.value.suppress) == (True, "hard_bounce")


def test_a_repeat_within_a_day_is_safe_and_later_nobody_can_tell(guarded, sms):
    one = sms(OURS)
    ask = Esms(guarded).ask

    assert ask(one, None, since=one.sent_at - timedelta(hours=1)).fate is Fate.UNSENT
    assert ask(one, None, since=one.sent_at - timedelta(hours=25)) is None


@pytest.mark.parametrize(
    ("told", "fate", "price"),
    [
        ({"SendStatus": 5, "SendSuccess": 1, "SendFailed": 0}, Fate.DELIVERED, "850"),
        ({"SendStatus": 5, "SendSuccess": 0, "SendFailed": 1}, Fate.FAILED, "850"),
        ({"SendStatus": 4, "SendSuccess": 0, "SendFailed": 0}, Fate.FAILED, "850"),
        ({"SendStatus": 7, "SendSuccess": 0, "SendFailed": 0}, Fate.ACCEPTED, None),
    ],
)
def test_esms_tells_by_its_own_id_what_came_of_it(
    guarded, answers, sms, told, fate, price
):
    one = sms(OURS)
    answers.get(
        f"{ESMS}/GetSendStatus",
        json={"CodeResponse": "100", "SMSID": "e1", "TotalPrice": 850.0, **told},
    )

    found = Esms(guarded).ask(one, "e1", since=one.sent_at)

    assert found.fate is fate
    assert found.cost == (Cost(Decimal("850.0"), "VND") if price else None)


def test_a_callback_of_esms_names_our_id():
    query = {
        "SMSID": "e1",
        "RequestId": "notice-7",
        "SendStatus": "5",
        "SendSuccess": "1",
        "SendFailed": "0",
        "TotalPrice": "850.0000",
    }

    (told,) = Esms.receipts(Callback(b"", query=query), OURS)

    assert (told.key, told.fate) == ("notice-7", Fate.DELIVERED)
    assert told.cost == Cost(Decimal(850), "VND")
    with pytest.raises(CallbackRefused):
        Esms.receipts(Callback(b"", query={"SendStatus": "5"}), OURS)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"diacritics": "maybe"}, "diacritics"),
        ({"country": "+84"}, "country"),
        ({"price": "-1"}, "price"),
        ({"price": "NaN"}, "price"),
    ],
)
def test_wrong_settings_are_named(changes, word):
    assert Twilio.wrong(KEYS) is Esms.wrong(OURS) is None
    assert word in Esms.wrong(OURS | changes)
    assert word in Twilio.wrong(KEYS | changes)


ACCOUNT = "https://api.twilio.com/2010-04-01/Accounts/AC1.json"
BALANCE = f"{ESMS}/GetBalance_json"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"json": {"status": "active"}}, None),
        ({"json": {"status": "suspended"}}, "the account is suspended"),
        ({"json": {"code": 20003}, "status": 401}, "Twilio refuses the account (401)"),
        ({"body": "<html>"}, "the provider answers nothing that can be read"),
        (
            {"body": requests.ConnectTimeout()},
            "no answer: api.twilio.com: no connection in time",
        ),
    ],
)
def test_twilio_is_asked_after_the_account(guarded, answers, answer, told):
    answers.get(ACCOUNT, **answer)

    assert Twilio(guarded).trouble(KEYS) == told


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"CodeResponse": "100", "Balance": 36693}, None),
        ({"CodeResponse": "100", "Balance": 0}, "no money is left"),
        ({"CodeResponse": "101", "Balance": 0}, "eSMS refuses the keys (101)"),
    ],
)
def test_esms_is_asked_after_the_account(guarded, answers, answer, told):
    answers.post(BALANCE, json=answer)

    assert Esms(guarded).trouble(OURS) == told
    assert json.loads(answers.calls[0].request.body) == {
        "ApiKey": "k",
        "SecretKey": "s",
    }
