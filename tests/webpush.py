"""A push service on this machine, and a browser that reads what comes: RFC 8291 by hand."""

import base64
import json
from contextlib import contextmanager
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, request

from tests.browser.site import serving


def text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _derived(length, salt, secret, info):
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _point(key):
    kind = serialization.PublicFormat.UncompressedPoint
    return key.public_key().public_bytes(serialization.Encoding.X962, kind)


@dataclass
class Reader:
    """A browser: its key, its secret, and what it can read."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    secret: bytes = bytes(range(16))

    def keys(self):
        return {"p256dh": text(_point(self.key)), "auth": text(self.secret)}

    def read(self, body):
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.key.exchange(ec.ECDH(), point)
        info = b"WebPush: info\0" + _point(self.key) + sender
        secret = _derived(32, self.secret, shared, info)
        key = _derived(16, salt, secret, b"Content-Encoding: aes128gcm\0")
        nonce = _derived(12, salt, secret, b"Content-Encoding: nonce\0")
        clear = AESGCM(key).decrypt(nonce, sealed, None)
        words, _, end = clear.rstrip(b"\0").rpartition(b"\x02")
        assert end == b""
        return json.loads(words)


def signed(authorization):
    """Return the claims of a VAPID header and its key; a wrong signature raises."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid"
    point = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), raw(parts["k"])
    )
    head, claims, signature = parts["t"].split(".")
    numbers = raw(signature)
    r, s = (int.from_bytes(half) for half in (numbers[:32], numbers[32:]))
    point.verify(
        encode_dss_signature(r, s),
        f"{head}.{claims}".encode(),
        ec.ECDSA(hashes.SHA256()),
    )
    assert json.loads(raw(head)) == {"typ": "JWT", "alg": "ES256"}
    return json.loads(raw(claims)), parts["k"]


@dataclass
class Pushes:
    """What a push service was sent, and what it answers."""

    url: str
    got: list = field(default_factory=list)
    status: int = 201
    headers: dict = field(default_factory=dict)


@contextmanager
def push_service():
    app, held = Flask("pushes"), []

    @app.post("/<name>")
    def take(name):
        (one,) = held
        one.got.append((name, dict(request.headers), request.get_data()))
        return "", one.status, one.headers

    with serving(app) as address:
        held.append(Pushes(address))
        yield held[0]
