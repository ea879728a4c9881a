"""What came of mails, as it is called back: bounces, complaints, opt-outs, deliveries.

Three forms: our own, signed as https://www.standardwebhooks.com describes; Mailgun's
(https://documentation.mailgun.com, webhooks); Postmark's, which signs nothing, so that
the URL's secret is its proof (https://postmarkapp.com/developer/webhooks).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import standardwebhooks

from track_service.channels.base import Callback, CallbackRefused, Fate, Receipt

SETTINGS = ("bounce_secret", "mailgun_key", "postmark")
_SKEW = timedelta(minutes=5)

# Our own words for what came of a mail, and what they mean.
_MEANING: Mapping[str, tuple[Fate, str | None]] = {
    "delivered": (Fate.DELIVERED, None),
    "bounced": (Fate.FAILED, "hard_bounce"),
    "delayed": (Fate.ACCEPTED, None),
    "complained": (Fate.DELIVERED, "complaint"),
    "unsubscribed": (Fate.DELIVERED, "unsubscribed"),
}
_MAILGUN = {
    ("delivered", ""): "delivered",
    ("failed", "permanent"): "bounced",
    ("failed", "temporary"): "delayed",
    ("complained", ""): "complained",
    ("unsubscribed", ""): "unsubscribed",
}
_POSTMARK = {
    "HardBounce": "bounced",
    "BadEmailAddress": "bounced",
    "SpamComplaint": "complained",
    "SpamNotification": "complained",
    "ManuallyDeactivated": "bounced",
    "Unsubscribe": "unsubscribed",
}


def read(callback: Callback, settings: Mapping[str, str]) -> list[Receipt]:
    """Return what a callback tells. Raises `CallbackRefused` where it is not proven."""
    try:
        told = json.loads(callback.body)
    except (ValueError, RecursionError) as error:
        raise CallbackRefused("this is no JSON") from error
    if not isinstance(told, dict):
        raise CallbackRefused("this is no JSON object")
    if "webhook-signature" in callback.headers:
        _check_standard(callback, settings.get("bounce_secret", ""))
        return _receipt(told.get("type"), told.get("message_id"), told.get("email"))
    if isinstance(told.get("signature"), dict):
        _check_mailgun(told["signature"], settings.get("mailgun_key", ""), callback.now)
        return _of_mailgun(told.get("event-data"))
    if settings.get("postmark") == "on" and told.get("RecordType"):
        return _of_postmark(told)
    raise CallbackRefused("nothing proves where this comes from")


def _receipt(word: object, message_id: object, address: object) -> list[Receipt]:
    if not isinstance(word, str) or word not in _MEANING:
        return []
    fate, suppress = _MEANING[word]
    name = str(message_id or "").strip("<> ")
    return [
        Receipt(
            fate,
            provider_id=f"<{name}>" if name else None,
            error="the mail bounced" if fate is Fate.FAILED else None,
            suppress=suppress,
            address=address if isinstance(address, str) else None,
        )
    ]


def _of_mailgun(event: object) -> list[Receipt]:
    said: Mapping[str, Any] = event if isinstance(event, dict) else {}
    word = _MAILGUN.get((str(said.get("event")), str(said.get("severity") or "")))
    message = said.get("message")
    headers = message.get("headers") if isinstance(message, dict) else None
    name = headers.get("message-id") if isinstance(headers, dict) else None
    return _receipt(word, name, said.get("recipient"))


def _of_postmark(told: Mapping[str, Any]) -> list[Receipt]:
    """Postmark's MessageID is its own, so that the address alone names the mail."""
    address = told.get("Email") or told.get("Recipient")
    if told["RecordType"] == "SubscriptionChange":
        word = "unsubscribed" if told.get("SuppressSending") is True else None
        return _receipt(word, None, address)
    if told["RecordType"] == "SpamComplaint":
        return _receipt("complained", None, address)
    return _receipt(_POSTMARK.get(str(told.get("Type"))), None, address)


def _check_standard(callback: Callback, secret: str) -> None:
    headers = callback.headers
    sent_at = _time(headers.get("webhook-timestamp", ""))
    try:
        signer = standardwebhooks.Webhook(secret)
        wanted = signer.sign(
            headers.get("webhook-id", ""),
            sent_at or datetime.min.replace(tzinfo=UTC),
            callback.body.decode(),
        )
    except (
        ValueError,
        OverflowError,
        standardwebhooks.webhooks.EmptyWebhookSecretError,
    ):
        wanted = ""
    given = headers["webhook-signature"].split()
    signed = any(hmac.compare_digest(wanted.encode(), g.encode()) for g in given)
    if not wanted or not signed or not _is_fresh(sent_at, callback.now):
        raise CallbackRefused("the signature is not the brand's, or is old")


def _check_mailgun(stated: Mapping[str, Any], key: str, now: datetime | None) -> None:
    stamp, token = str(stated.get("timestamp")), str(stated.get("token"))
    mac = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256)
    same = hmac.compare_digest(
        mac.hexdigest().encode(), str(stated.get("signature")).encode()
    )
    if not key or not same or not _is_fresh(_time(stamp), now):
        raise CallbackRefused("the signature is not Mailgun's, or is old")


def _is_fresh(sent_at: datetime | None, now: datetime | None) -> bool:
    return sent_at is not None and (now is None or abs(now - sent_at) <= _SKEW)


def _time(stated: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(stated), UTC)
    except (ValueError, OverflowError, OSError):
        return None
