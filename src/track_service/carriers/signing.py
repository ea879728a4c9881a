"""What proves that a push is a carrier's own: fresh time stamps, public-key signatures."""

from base64 import b64decode, urlsafe_b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from track_service.carriers.base import Push

_SKEW = timedelta(minutes=5)  # between a signature's time and the push's arrival


def is_stale(push: Push, stated: str | None) -> bool:
    """Tell whether a signature's own time is not about when the push came.

    `stated` is ISO 8601 or epoch seconds; what is neither is stale. A push without a
    time of arrival (read again from a file) is never stale.
    """
    if push.at is None:
        return False
    sent_at = _read_time(stated or "")
    return sent_at is None or abs(push.at - sent_at) > _SKEW


def _read_time(stated: str) -> datetime | None:
    try:
        if stated.isdigit():
            return datetime.fromtimestamp(int(stated), UTC)
        read = datetime.fromisoformat(stated)
    except (ValueError, OverflowError, OSError):
        return None
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)


def is_signed_by(jwk: Mapping[str, Any] | None, signed: bytes, signature: str) -> bool:
    """Tell whether a base64 signature (RSA-SHA256, PKCS #1 v1.5) is a key's over bytes.

    `jwk` is an RSA public key as in RFC 7518, 6.3; None is nobody's.
    """
    if jwk is None:
        return False
    try:
        numbers = RSAPublicNumbers(_number(jwk["e"]), _number(jwk["n"]))
        key = numbers.public_key()
        key.verify(b64decode(signature, validate=True), signed, PKCS1v15(), SHA256())
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False
    return True


def _number(stated: str) -> int:
    return int.from_bytes(urlsafe_b64decode(stated + "=" * (-len(stated) % 4)))
