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
    if customer:
        name = f"{platform or ''}:{customer}"
    elif email:
        name = f"mailto:{email.casefold()}"
    elif phone:
        name = f"tel:{phone}"
    else:
        return None
    return hmac.new(key.encode(), name.encode(), hashlib.sha256).hexdigest()[:_LENGTH]


def stranger(key: str, number: str) -> str:
    """Return a hash for an order of which nobody knows whose it is."""
    made = hmac.new(key.encode(), f"order:{number}".encode(), hashlib.sha256)
    return made.hexdigest()[:_LENGTH]
