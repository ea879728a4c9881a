"""Bounces and complaints as they are called back, and how each is proven."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks

from track_service.channels.base import Callback, CallbackRefused, Fate
from track_service.channels.email import Email

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SETTINGS = {"bounce_secret": WHSEC, "mailgun_key": "mailgun", "postmark": "on"}


def ours(told, *, by=WHSEC, at=NOW):
    body = json.dumps(told)
    return Callback(
        body.encode(),
        {
            "webhook-id": "m1",
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": standardwebhooks.Webhook(by).sign("m1", at, body),
        },
        now=NOW,
    )


def mailgun(event, *, by="mailgun", at=NOW):
    stamp = str(int(at.timestamp()))
    mac = hmac.new(by.encode(), f"{stamp}tok".encode(), hashlib.sha256).hexdigest()
    signature = {"timestamp": stamp, "token": "tok", "signature": mac}
    told = {"signature": signature, "event-data": event}
    return Callback(json.dumps(told).encode(), now=NOW)


def postmark(told):
    return Callback(json.dumps(told).encode(), now=NOW)


BOUNCE = {"type": "bounced", "message_id": "<7@acme.example>", "email": "a@b.example"}
FAILED = {
    "event": "failed",
    "severity": "permanent",
    "recipient": "a@b.example",
    "message": {"headers": {"message-id": "7@acme.example"}},
}


@pytest.mark.parametrize("callback", [ours(BOUNCE), mailgun(FAILED)])
def test_a_hard_bounce_names_its_mail_and_suppresses(callback):
    (told,) = Email.receipts(callback, SETTINGS)

    assert (told.fate, told.provider_id) == (Fate.FAILED, "<7@acme.example>")
    assert (told.suppress, told.address) == ("hard_bounce", "a@b.example")


@pytest.mark.parametrize(
    ("callback", "fate", "suppress"),
    [
        (ours({"type": "delivered"}), Fate.DELIVERED, None),
        (ours({"type": "complained"}), Fate.DELIVERED, "complaint"),
        (ours({"type": "delayed"}), Fate.ACCEPTED, None),
        (mailgun({"event": "delivered"}), Fate.DELIVERED, None),
        (mailgun(FAILED | {"severity": "temporary"}), Fate.ACCEPTED, None),
        (mailgun({"event": "unsubscribed"}), Fate.DELIVERED, "unsubscribed"),
        (
            postmark({"RecordType": "Bounce", "Type": "HardBounce", "Email": "a@b.c"}),
            Fate.FAILED,
            "hard_bounce",
        ),
        (
            postmark({"RecordType": "SpamComplaint", "Email": "a@b.c"}),
            Fate.DELIVERED,
            "complaint",
        ),
        (
            postmark({"RecordType": "SubscriptionChange", "SuppressSending": True}),
            Fate.DELIVERED,
            "unsubscribed",
        ),
    ],
)
def test_each_providers_word_has_its_meaning(callback, fate, suppress):
    (told,) = Email.receipts(callback, SETTINGS)

    assert (told.fate, told.suppress) == (fate, suppress)


@pytest.mark.parametrize(
    "callback",
    [
        pytest.param(ours({"type": "opened"}), id="ours"),
        pytest.param(mailgun({"event": "clicked"}), id="Mailgun"),
        pytest.param(mailgun(None), id="an empty event"),
        pytest.param(postmark({"RecordType": "Open"}), id="Postmark"),
        pytest.param(
            postmark({"RecordType": "Bounce", "Type": "SoftBounce"}), id="a soft bounce"
        ),
    ],
)
def test_what_tells_nothing_is_let_go(callback):
    assert Email.receipts(callback, SETTINGS) == []


@pytest.mark.parametrize(
    ("callback", "settings"),
    [
        pytest.param(ours(BOUNCE, by="whsec_b3RoZXI="), SETTINGS, id="another secret"),
        pytest.param(ours(BOUNCE, at=NOW - timedelta(hours=1)), SETTINGS, id="old"),
        pytest.param(ours(BOUNCE), {}, id="no secret set"),
        pytest.param(mailgun(FAILED, by="other"), SETTINGS, id="Mailgun, other key"),
        pytest.param(mailgun(FAILED, by=""), {}, id="Mailgun, no key set"),
        pytest.param(
            mailgun(FAILED, at=NOW + timedelta(hours=1)), SETTINGS, id="Mailgun, early"
        ),
        pytest.param(postmark({"RecordType": "Bounce"}), {}, id="Postmark is not used"),
        pytest.param(Callback(b"[]"), SETTINGS, id="a list"),
        pytest.param(Callback(b"\xff"), SETTINGS, id="rubbish"),
        pytest.param(Callback(json.dumps(BOUNCE).encode()), SETTINGS, id="unsigned"),
    ],
)
def test_what_nothing_proves_is_refused(callback, settings):
    with pytest.raises(CallbackRefused):
        Email.receipts(callback, settings)
