"""Webhooks as https://www.standardwebhooks.com describes: signed, with a stable id."""

import json
from datetime import UTC
from http import HTTPStatus
from typing import ClassVar, Self

import standardwebhooks

from track_service.channels.base import Channel, DeliveryError, Message, Outlets
from track_service.http import Guarded, HttpError, retry_after


class Webhook(Channel):
    """POSTs the payload to a URL that the tenant set."""

    code: ClassVar[str] = "webhook"

    def __init__(self, guarded: Guarded) -> None:
        self._http = guarded

    @classmethod
    def open(cls, outlets: Outlets) -> Self:
        """Return the channel; it needs no settings."""
        return cls(outlets.guarded)

    def send(self, message: Message) -> str:
        """POST the payload to `message.to`; return the `webhook-id`.

        2xx is delivered; 410 says that the receiver wants no more. All else is tried
        again, other 4xx too: receivers are often broken for a while, and answer 401 or
        404 while they are.
        """
        if message.payload is None:
            raise DeliveryError("the message has no payload", permanent=True)
        body = json.dumps(message.payload, ensure_ascii=False, separators=(",", ":"))
        headers = {"Content-Type": "application/json", **_signature(message, body)}
        try:
            answer = self._http.post(message.to, data=body.encode(), headers=headers)
        except HttpError as error:
            raise DeliveryError(str(error), permanent=not error.retry) from error
        status = answer.status or 0
        if not 200 <= status < 300:
            raise DeliveryError(
                f"the receiver answered {status}",
                permanent=status == HTTPStatus.GONE,
                gone=status == HTTPStatus.GONE,
                retry_after=retry_after(answer, message.sent_at),
            )
        return message.key


def _signature(message: Message, body: str) -> dict[str, str]:
    """Return the three headers; during a rotation both secrets sign, the newest first.

    Raises `DeliveryError` where a secret is no secret.
    """
    at = message.sent_at.astimezone(UTC)
    try:
        signers = [standardwebhooks.Webhook(s) for s in (message.secret or "").split()]
    except (ValueError, standardwebhooks.webhooks.EmptyWebhookSecretError):
        signers = []
    if not signers:
        raise DeliveryError("the signing secret is missing or no base64")
    return {
        "webhook-id": message.key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(s.sign(message.key, at, body) for s in signers),
    }


CHANNEL: type[Channel] = Webhook
