"""What proves a storefront's hook, and samples that prove themselves as theirs do."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from importlib import resources
from string import Template

from track_service.http import decoded, is_signed_by
from track_service.storefronts.base import FRESH, Hook, Proven, Sampled
from track_service.storefronts.reading import signed, stamp


def sample_body(code: str, order: Sampled, *, secret: str = "") -> bytes:
    """Return the made-up order of a platform, `samples/<code>.json` with its blanks filled."""
    file = resources.files("track_service.storefronts") / "samples" / f"{code}.json"
    filled = Template(file.read_text(encoding="utf-8")).substitute(
        number=order.number,
        id=order.external_id,
        serial=order.serial,
        ups=order.ups_number,
        now=order.now.replace(tzinfo=None, microsecond=0).isoformat(),
        secret=json.dumps(secret),
    )
    return filled.encode()


def mac_in_hex(secret: str, body: bytes) -> str:
    """Return the raw body's HMAC-SHA256 in hex."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def signed_in_hex(secret: str, body: bytes, given: str | None) -> Proven:
    """Compare the raw body's HMAC-SHA256 in hex, in constant time."""
    wanted = mac_in_hex(secret, body).encode()
    same = hmac.compare_digest((given or "").lower().encode(errors="replace"), wanted)
    return Proven.SIGNED if same else Proven.REFUSED


def standard(secret: str, hook: Hook, *, now: datetime) -> Proven:
    """Tell what a hook proves by https://www.standardwebhooks.com, by a secret's bytes.

    The library of that name reads the clock itself, and wants a body that is text.
    """
    delivery = hook.headers.get("webhook-id", "")
    stated = hook.headers.get("webhook-timestamp", "")
    told = f"{delivery}.{stated}.".encode(errors="replace") + hook.body
    given = hook.headers.get("webhook-signature", "").split()
    proven = [signed(secret, told, one[3:]) for one in given if one.startswith("v1,")]
    if not delivery or Proven.SIGNED not in proven:
        return Proven.REFUSED
    return Proven.SIGNED if is_fresh(stated, now) else Proven.STALE


def is_fresh(stated: str, now: datetime, *, for_long: timedelta = FRESH) -> bool:
    """Tell whether a hook's time is at most `for_long` ago, and not ahead of our clock.

    `stated` is Unix seconds, milliseconds, or ISO 8601 with an offset; what is none of
    them is not fresh.
    """
    sent_at = _instant(stated)
    return sent_at is not None and -FRESH <= now - sent_at <= for_long


def jws_key(signature: str | None) -> str | None:
    """Return the id of the key of a detached JWS (RFC 7797); None for what is none."""
    try:
        protected, _, _ = (signature or "").split(".")
        header = json.loads(decoded(protected))
        key_id = header["kid"] if header["alg"] == "RS256" else None
        detached = header["b64"] is False
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return key_id if detached and isinstance(key_id, str) else None


def jws_signed(hook: Hook, signature: str | None) -> Proven:
    """Tell whether a detached JWS is one of the hook's keys' over the raw body."""
    key_id = jws_key(signature)
    if signature is None or key_id is None or hook.keys is None:
        return Proven.REFUSED
    protected, between, mac = signature.split(".")
    told = protected.encode(errors="replace") + b"." + hook.body
    same = not between and is_signed_by(hook.keys.get(key_id), told, mac)
    return Proven.SIGNED if same else Proven.REFUSED


def _instant(stated: str) -> datetime | None:
    try:
        if stated.isdecimal():
            seconds = int(stated) / (1000 if len(stated) > 11 else 1)
            return datetime.fromtimestamp(seconds, UTC)
        read = stamp(stated)
        at = read.at if read else None
    except (ValueError, OverflowError, OSError):
        return None
    return at
