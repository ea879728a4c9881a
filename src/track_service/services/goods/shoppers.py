"""A shopper's keyed hash: who is the same buyer, without telling who it is."""

import hashlib
import hmac

_LENGTH = 32  # hex digits, 128 bits


def digest(
    key: str,
    *,
    platform: str | None = None,
    customer: str | None = None,
    email: str | None = None,
    phone: str | None = None,
) -> str | None:
    """Return the hash of whoever bought, None where nothing tells who.

    By the `platform`'s own id of the customer, else by mail address, else by telephone
    number; both are normalised (`services.fields`). `key` is the brand's own, so that no
    two brands' shoppers can be compared.
    """
    found = digests(key, platform=platform, customer=customer, email=email, phone=phone)
    return next(iter(found), None)


def digests(
    key: str,
    *,
    platform: str | None = None,
    customer: str | None = None,
    email: str | None = None,
    phone: str | None = None,
) -> tuple[str, ...]:
    """Return every hash that whoever bought may be known by; `digest` is the first."""
    names = (
        customer and f"{platform or ''}:{customer}",
        email and f"mailto:{email.casefold()}",
        phone and f"tel:{phone}",
    )
    return tuple(_hashed(key, name) for name in names if name)


def stranger(key: str, number: str) -> str:
    """Return a hash for an order of which nobody knows whose it is."""
    return _hashed(key, f"order:{number}")


def _hashed(key: str, name: str) -> str:
    return hmac.new(key.encode(), name.encode(), hashlib.sha256).hexdigest()[:_LENGTH]
