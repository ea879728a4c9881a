"""How each pushing carrier proves its pushes: by its document, written down again here.

Independent of the adapters: what they accept is held against these.
"""

import hashlib
import hmac
import json
import unicodedata
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from track_service.carriers.base import Push, Trust

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
BODY = b'{"number":"VT0001","status":501}'
SECRET = "s3cret-\u00e9"
PATH = "/hooks/carriers/lalamove/abc"


@dataclass(frozen=True, slots=True)
class Seal:
    """A push as the carrier sends it, and the account that it is held against.

    `forged` are the same with one byte changed, `bare` is the same without its proof.
    """

    account: Mapping[str, str]
    right: Push
    forged: list[Push]
    bare: Push
    trust: Trust = Trust.SIGNED
    bare_trust: Trust = Trust.REFUSED


def flipped(stated: str) -> str:
    """Return a text with one bit of its first byte turned."""
    return chr(ord(stated[0]) ^ 1) + stated[1:]


def _changed(body: bytes) -> bytes:
    return body.replace(b"501", b"500")


def _by_header(
    account: Mapping[str, str],
    headers: Mapping[str, str],
    *,
    signs_body: bool,
    trust: Trust = Trust.SIGNED,
    **more: object,
) -> Seal:
    right = Push(BODY, headers, at=NOW, **more)
    forged = [
        replace(right, headers={**headers, name: flipped(value)})
        for name, value in headers.items()
    ]
    if signs_body:
        forged.append(replace(right, body=_changed(BODY)))
    return Seal(account, right, forged, replace(right, headers={}), trust)


def _mac(signed: bytes, *, key: str = SECRET) -> "hmac.HMAC":
    return hmac.new(key.encode(), signed, hashlib.sha256)


def _17track() -> Seal:
    sign = hashlib.sha256(BODY + b"/" + SECRET.encode()).hexdigest()
    return _by_header({"token": SECRET}, {"sign": sign}, signs_body=True)


def _aftership() -> Seal:
    sign = b64encode(_mac(BODY).digest()).decode()
    headers = {"aftership-hmac-sha256": sign}
    return _by_header({"webhook_secret": SECRET}, headers, signs_body=True)


def _ahamove() -> Seal:
    account = {"token": "t", "push_api_key": SECRET}
    return _by_header(account, {"apikey": SECRET}, signs_body=False)


def _bring() -> Seal:
    account = {"push_secret": SECRET}
    return _by_header(account, {"authorization": SECRET}, signs_body=False)


def _chinapost() -> Seal:
    def form(digest: str | None) -> Push:
        held = {"logistics_interface": BODY.decode()}
        return Push(
            urlencode(held | ({"data_digest": digest} if digest else {})).encode()
        )

    md5 = hashlib.md5(BODY + SECRET.encode()).hexdigest()  # noqa: S324
    right = form(b64encode(md5.encode()).decode())
    forged = [form(flipped(b64encode(md5.encode()).decode()))]
    forged.append(replace(right, body=_changed(right.body)))
    return Seal({"push_key": SECRET}, right, forged, form(None))


def _easypost() -> Seal:
    key = unicodedata.normalize("NFKD", SECRET)
    headers = {"x-hmac-signature": f"hmac-sha256-hex={_mac(BODY, key=key).hexdigest()}"}
    return _by_header({"webhook_secret": SECRET}, headers, signs_body=True)


def _ghtk() -> Seal:
    right = Push(BODY, query={"hash": SECRET})
    forged = [Push(BODY, query={"hash": flipped(SECRET)})]
    return Seal({"push_hash": SECRET}, right, forged, Push(BODY), Trust.URL_ONLY)


def _jtexpress() -> Seal:
    content = BODY.decode()
    md5 = hashlib.md5(f"{content}{SECRET}".encode()).digest()  # noqa: S324
    held = {"bizContent": content, "digest": b64encode(md5).decode()}

    def body(**other: str) -> Push:
        return Push(json.dumps(held | other).encode())

    forged = [body(digest=flipped(held["digest"])), body(bizContent=f"{content} ")]
    bare = Push(urlencode({"bizContent": content}).encode())
    return Seal(
        {"private_key": SECRET}, body(), forged, bare, bare_trust=Trust.URL_ONLY
    )


def _karrio() -> Seal:
    account = {"webhook_secret": SECRET}
    return _by_header(account, {"x-event-id": SECRET}, signs_body=False)


def _lalamove() -> Seal:
    signed = f"1772676045\r\nPOST\r\n{PATH}\r\n\r\n{BODY.decode()}"
    held = {
        "timestamp": 1772676045,
        "signature": _mac(signed.encode()).hexdigest(),
        "data": json.loads(BODY),
    }

    def body(**other: object) -> Push:
        return Push(json.dumps(held | other).encode(), path=PATH)

    forged = [
        body(signature=flipped(held["signature"])),
        body(timestamp=1772676046),
        body(data=json.loads(_changed(BODY))),
        replace(body(), path=f"{PATH}d"),
    ]
    return Seal({"api_secret": SECRET}, body(), forged, body(signature=None))


def _ninjavan() -> Seal:
    headers = {"x-ninjavan-hmac-sha256": b64encode(_mac(BODY).digest()).decode()}
    return _by_header({"client_secret": SECRET}, headers, signs_body=True)


def _ship24() -> Seal:
    headers = {"authorization": f"Bearer {SECRET}"}
    return _by_header({"webhook_secret": SECRET}, headers, signs_body=False)


@cache
def _rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(kid: str = "key-1") -> dict[str, str]:
    """Return the public key that ShipEngine's pushes here are signed by."""
    numbers = _rsa().public_key().public_numbers()

    def stated(number: int) -> str:
        size = (number.bit_length() + 7) // 8
        return urlsafe_b64encode(number.to_bytes(size)).decode().rstrip("=")

    return {"kty": "RSA", "kid": kid, "n": stated(numbers.n), "e": stated(numbers.e)}


def shipengine_headers(
    body: bytes, *, at: datetime, kid: str = "key-1"
) -> dict[str, str]:
    """Return the headers by which ShipEngine signs a body at a time."""
    stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    signed = _rsa().sign(f"{stamp}.".encode() + body, padding.PKCS1v15(), SHA256())
    return {
        "x-shipengine-rsa-sha256-key-id": kid,
        "x-shipengine-rsa-sha256-signature": b64encode(signed).decode(),
        "x-shipengine-timestamp": stamp,
    }


def _shipengine() -> Seal:
    headers = shipengine_headers(BODY, at=NOW)
    return _by_header({}, headers, signs_body=True, keys={"key-1": jwk()})


def _shippo() -> Seal:
    stamp = f"{NOW.timestamp():.0f}"
    sign = _mac(f"{stamp}.".encode() + BODY).hexdigest()
    headers = {"shippo-auth-signature": f"t={stamp},v1={sign}"}
    return _by_header({"webhook_secret": SECRET}, headers, signs_body=True)


def _shiprocket() -> Seal:
    return _by_header({"push_token": SECRET}, {"x-api-key": SECRET}, signs_body=False)


def _thailandpost() -> Seal:
    headers = {"authorization": f"Bearer {SECRET}"}
    return _by_header({"push_token": SECRET}, headers, signs_body=False)


def _trackingmore() -> Seal:
    stamp = f"{NOW.timestamp():.0f}"
    headers = {"timestamp": stamp, "signature": _mac(stamp.encode()).hexdigest()}
    account = {"webhook_secret": SECRET}
    return _by_header(account, headers, signs_body=False, trust=Trust.URL_ONLY)


def _uniuni() -> Seal:
    headers = {"x-signature": _mac(BODY).hexdigest()}
    return _by_header({"push_secret": SECRET}, headers, signs_body=True)


def _ups() -> Seal:
    return _by_header(
        {"push_credential": SECRET}, {"credential": SECRET}, signs_body=False
    )


def _veho() -> Seal:
    return _by_header({"push_token": SECRET}, {"x-api-key": SECRET}, signs_body=False)


def _viettelpost() -> Seal:
    account = {"push_token": SECRET}
    return _by_header(account, {"authorization": SECRET}, signs_body=False)


SEALS: Mapping[str, Callable[[], Seal]] = {
    "17track": _17track,
    "aftership": _aftership,
    "ahamove": _ahamove,
    "bring": _bring,
    "chinapost": _chinapost,
    "easypost": _easypost,
    "ghtk": _ghtk,
    "jtexpress": _jtexpress,
    "karrio": _karrio,
    "lalamove": _lalamove,
    "ninjavan": _ninjavan,
    "ship24": _ship24,
    "shipengine": _shipengine,
    "shippo": _shippo,
    "shiprocket": _shiprocket,
    "thailandpost": _thailandpost,
    "trackingmore": _trackingmore,
    "uniuni": _uniuni,
    "ups": _ups,
    "veho": _veho,
    "viettelpost": _viettelpost,
}

# Those whose documents know no scheme, or publish none (VNPost), and those that send
# nothing themselves: what somebody hands in is read.
BY_URL = frozenset(
    {
        "an_post",
        "delhivery",
        "ems_vn",
        "ghn",
        "hay_post",
        "inpost",
        "nhattin",
        "nz_post",
        "sendle",
        "sf",
        "swiss_post",
        "vnpost",
    }
)
