"""Signatures by public keys, as JSON Web Keys hold them (RFC 7517, RFC 7518)."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

_FROM_URL = str.maketrans("-_", "+/")


def is_signed_by(jwk: Mapping[str, Any] | None, signed: bytes, signature: str) -> bool:
    """Tell whether a signature (RSA-SHA256, PKCS #1 v1.5) is a key's over bytes.

    The signature is base64, in either alphabet, padded or not. `jwk` is an RSA public
    key as in RFC 7518, 6.3; None is nobody's.
    """
    if jwk is None:
        return False
    try:
        numbers = RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"]))
        key = numbers.public_key()
        key.verify(decoded(signature), signed, PKCS1v15(), SHA256())
    except (InvalidSignature, AttributeError, KeyError, TypeError, ValueError):
        return False
    return True


def decoded(stated: str) -> bytes:
    """Return base64's bytes, in either alphabet, padded or not. Raises ValueError."""
    padded = stated.translate(_FROM_URL) + "=" * (-len(stated) % 4)
    return b64decode(padded, validate=True)


def _number(stated: str) -> int:
    return int.from_bytes(decoded(stated))
