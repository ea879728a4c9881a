"""Web push: RFC 8030, encrypted by RFC 8291 for one browser, signed by RFC 8292 (VAPID)."""

import base64
import json
from datetime import timedelta
from typing import ClassVar, Self
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from track_service.channels.base import Channel, DeliveryError, Message, Outlets
from track_service.http import Guarded, HttpError, retry_after

_CURVE = ec.SECP256R1()
_NUMBER = 32  # bytes of a number of this curve
_SIGNED_FOR = timedelta(hours=12)  # RFC 8292 grants a day
_KEPT = timedelta(days=1)  # how long a push service waits for the browser
# What trying again does not mend. 404 and 410: the browser has left.
_FOR_GOOD = frozenset({400, 401, 403, 404, 410, 413})


class WebPush(Channel):
    """Sends to the browser that `message.to` is the endpoint of.

    `settings` hold its `p256dh` and `auth`, our `private` key and our `subject`;
    `payload` has a `tag`, under which a newer message takes an older one's place.
    """

    code: ClassVar[str] = "webpush"

    def __init__(self, guarded: Guarded) -> None:
        self._http = guarded

    @classmethod
    def open(cls, outlets: Outlets) -> Self:
        """Return the channel; it needs no settings."""
        return cls(outlets.guarded)

    def send(self, message: Message) -> None:
        """Send the payload, encrypted. Raises `DeliveryError`."""
        payload = message.payload or {}
        words = json.dumps(payload, ensure_ascii=False).encode()
        headers = {
            "Authorization": _vapid(message),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(_KEPT.total_seconds())),
            "Topic": str(payload["tag"])[:32],
            "Urgency": "normal",
        }
        body = _sealed(words, message)
        try:
            answer = self._http.post(message.to, data=body, headers=headers)
        except HttpError as error:
            raise DeliveryError(str(error), permanent=not error.retry) from error
        status = answer.status or 0
        if not 200 <= status < 300:
            raise DeliveryError(
                f"the push service answered {status}",
                permanent=status in _FOR_GOOD,
                retry_after=retry_after(answer, message.sent_at),
            )


def new_key() -> str:
    """Return a new private key: its number, base64url."""
    number = ec.generate_private_key(_CURVE).private_numbers().private_value
    return _text(number.to_bytes(_NUMBER))


def public_key(private: str) -> str:
    """Return what browsers are given of a private key: its point, base64url."""
    return _text(_point(_key(private).public_key()))


def is_browsers(p256dh: str, auth: str) -> bool:
    """Tell whether these can be the keys of a browser's subscription."""
    try:
        point, secret = _bytes(p256dh), _bytes(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
    except ValueError:
        return False
    return len(point) == 2 * _NUMBER + 1 and len(secret) == 16


def _sealed(words: bytes, message: Message) -> bytes:
    sealed: bytes = http_ece.encrypt(
        words,
        private_key=ec.generate_private_key(_CURVE),
        dh=_bytes(message.settings["p256dh"]),
        auth_secret=_bytes(message.settings["auth"]),
        version="aes128gcm",
    )
    return sealed


def _vapid(message: Message) -> str:
    parts = urlsplit(message.to)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((message.sent_at + _SIGNED_FOR).timestamp()),
        "sub": message.settings["subject"],
    }
    private = _key(message.settings["private"])
    token = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    signature = private.sign(token.encode(), ec.ECDSA(hashes.SHA256()))
    r, s = decode_dss_signature(signature)
    signed = _text(r.to_bytes(_NUMBER) + s.to_bytes(_NUMBER))
    return f"vapid t={token}.{signed}, k={_text(_point(private.public_key()))}"


def _key(private: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(_bytes(private)), _CURVE)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    form = serialization.PublicFormat.UncompressedPoint
    return key.public_bytes(serialization.Encoding.X962, form)


def _json(value: dict[str, object]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(
        text + "=" * (-len(text) % 4), altchars=b"-_", validate=True
    )


CHANNEL: type[Channel] = WebPush
