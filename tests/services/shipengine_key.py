"""A key of ShipEngine's, and the headers that it signs a push with."""

from base64 import b64encode, urlsafe_b64encode
from datetime import datetime
from functools import cache

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(kid: str = "key-1") -> dict[str, str]:
    """Return the public half, as the key server states it."""
    numbers = _key().public_key().public_numbers()
    return {"kty": "RSA", "kid": kid, "n": stated(numbers.n), "e": stated(numbers.e)}


def stated(number: int) -> str:
    """Return a number as JSON Web Keys state it: base64url of its bytes."""
    size = (number.bit_length() + 7) // 8
    return urlsafe_b64encode(number.to_bytes(size)).decode().rstrip("=")


def headers(body: bytes, *, at: datetime, kid: str = "key-1") -> dict[str, str]:
    """Return the headers of a body that is sent at a time."""
    stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    signed = _key().sign(f"{stamp}.".encode() + body, padding.PKCS1v15(), SHA256())
    return {
        "x-shipengine-rsa-sha256-key-id": kid,
        "x-shipengine-rsa-sha256-signature": b64encode(signed).decode(),
        "x-shipengine-timestamp": stamp,
    }
