"""Reading storefronts' JSON: exact numbers, texts, times, and whose parcel it is."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import structlog

from track_service.core.goods import Product
from track_service.core.handover import Handover
from track_service.core.numbers import detect
from track_service.core.numbers.links import by_url
from track_service.core.numbers.names import by_name
from track_service.core.tracking import Stamp
from track_service.http import Answer, HttpError, OverLimit, read_seconds
from track_service.storefronts.base import (
    NONE,
    BadPayload,
    Proven,
    WrongSettings,
)

_OK = 200
_NOTHING = frozenset({204, 404, 410})
_TOO_MANY = 429
_NEVER = ("0000-", "0001-")  # what MySQL and .NET write for no time
_DIGITS = 12  # before the point, of the largest amount that is stored
_SMALLEST = -30  # 2.2E-16 is what a shop's floating point may leave of nothing
_PAUSE = 2.0  # seconds, where a platform that is asked too often names none

# What a parser meets in a payload that is not as documented.
_WRONG = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)

log = structlog.get_logger("track_service.storefronts")


class Parse(Protocol):
    """A storefront's `parse`."""

    def __call__(
        self, body: bytes, topic: str | None, settings: Mapping[str, str] = NONE
    ) -> list[Handover]: ...


def reader(parse: Callable[[bytes, str | None], list[Handover]]) -> Parse:
    """Turn what goes wrong inside a parser into `BadPayload`, never a traceback."""
    return reader_with_settings(lambda body, topic, _: parse(body, topic))


def reader_with_settings(
    parse: Callable[[bytes, str | None, Mapping[str, str]], list[Handover]],
) -> Parse:
    """Do as `reader` does, for a platform that is read by its connection's settings."""

    def wrapped(
        body: bytes, topic: str | None, settings: Mapping[str, str] = NONE
    ) -> list[Handover]:
        try:
            return parse(body, topic, settings)
        except _WRONG as error:
            raise BadPayload(f"{type(error).__name__}: {error}"[:300]) from error

    return wrapped


def product_reader(
    read: Callable[[bytes, Mapping[str, str]], list[Product]],
) -> Callable[..., list[Product]]:
    """Do as `reader` does, for what reads products."""

    def wrapped(body: bytes, settings: Mapping[str, str] = NONE) -> list[Product]:
        try:
            return read(body, settings)
        except _WRONG as error:
            raise BadPayload(f"{type(error).__name__}: {error}"[:300]) from error

    return wrapped


def json_body(body: bytes) -> Any:
    """Return the decoded JSON, with exact decimals. Raises `BadPayload` with the place."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise BadPayload(f"no JSON at {place}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise BadPayload(f"no JSON: {error}"[:200]) from error


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def mapping(value: object, place: str) -> dict[str, Any]:
    """Return an object, {} for null and blank. Raises `BadPayload` for anything else."""
    if value in (None, "", []):  # PHP writes an empty object as []
        return {}
    if not isinstance(value, dict):
        raise BadPayload(f"{place}: an object is wanted")
    return value


def records(value: object, place: str) -> list[dict[str, Any]]:
    """Return objects, [] for null and blank. Raises `BadPayload` for anything else."""
    if value in (None, ""):
        return []
    if not isinstance(value, list):
        raise BadPayload(f"{place}: a list is wanted")
    return [mapping(entry, f"{place}[{i}]") for i, entry in enumerate(value)]


def text(value: object) -> str | None:
    """Return a stated text with its blanks folded, entities decoded; None for none.

    What no database or page could hold, a NUL or half a character, is replaced.
    """
    if value is None or isinstance(value, dict | list | bool):
        return None
    stated = unescape(str(value)).replace("\0", " ").encode(errors="replace").decode()
    folded = " ".join(stated.split())
    return folded or None


def ident(value: object) -> str | None:
    """Return an id as text, digit for digit, however long; 0 and "" are none."""
    stated = text(value)
    return None if stated in (None, "0") else stated


def amount(value: object) -> Decimal | None:
    """Return an amount, None where none is stated. Raises `BadPayload` for no number."""
    stated = text(value)
    if stated is None:
        return None
    try:
        read = Decimal(stated)
    except ArithmeticError as error:
        raise BadPayload(f"no amount: {stated[:40]!r}") from error
    if not read.is_finite() or not _SMALLEST <= read.adjusted() < _DIGITS:
        raise BadPayload(f"no amount: {stated[:40]!r}")
    return read


def quantity(value: object) -> Decimal:
    """Return how many pieces, 1 where none is stated. Raises `BadPayload`."""
    read = amount(value)
    if read is not None and read < 0:
        raise BadPayload(f"a quantity below 0: {read}")
    return Decimal(1) if read is None else read


def stamp(value: object, *, utc: bool = False) -> Stamp | None:
    """Read ISO 8601 or RFC 2822 as stated; a bare day stays a day.

    `utc` is for a field that the platform documents as UTC though it states no zone.
    Raises ValueError for what is no time.
    """
    stated = text(value)
    if stated is None or stated.startswith(_NEVER):
        return None
    if len(stated) == len("2026-03-02"):
        return Stamp.day(datetime.fromisoformat(stated).date())
    if stated[0].isalpha():
        read = parsedate_to_datetime(stated)
    else:
        read = datetime.fromisoformat(stated.replace(" ", "T", 1).replace(" ", ""))
    if read.tzinfo is None and not utc:
        return Stamp(read)
    return Stamp.aware(read if read.tzinfo else read.replace(tzinfo=UTC))


def link(value: object) -> str | None:
    """Return a web address, None for "#" and other things that are none."""
    stated = text(value)
    try:
        parts = urlsplit(stated or "")
    except ValueError:
        return None
    return stated if parts.scheme in {"http", "https"} and parts.netloc else None


def check_link(name: str, value: str) -> None:
    """Refuse a setting that is no web address. Raises `WrongSettings`."""
    if link(value) is None:
        raise WrongSettings(f"{name}: a web address is wanted, https://…")


def whose(stated: str | None, url: str | None) -> str | None:
    """Return the code of the carrier that the shop's words or its link name."""
    return (by_name(stated) if stated else None) or (by_url(url) if url else None)


def number_in(url: str) -> str | None:
    """Return the number in a tracking link: the one part that its carrier could own."""
    parts = urlsplit(url)
    values = [value for _, value in parse_qsl(parts.query)]
    told = {*parts.path.split("/"), *values, parts.fragment}
    carrier = by_url(url)
    fit = [one for one in told if any(c.carrier == carrier for c in detect(one))]
    return fit[0] if len(fit) == 1 else None


def joined(*names: object) -> str | None:
    """Return a name from its parts, None where all are blank."""
    return text(" ".join(part for name in names if (part := text(name))))


def street(*lines: object) -> str | None:
    """Return the lines of an address in one, None where all are blank."""
    told = [part for line in lines if (part := text(line))]
    return ", ".join(told) or None


def chosen(told: object, place: str, *names: str) -> str | None:
    """Return what the first of an order's ways of delivery is called, in that order."""
    first = next(iter(records(told, place)), {})
    return next((found for name in names if (found := text(first.get(name)))), None)


def answered(answer: Answer) -> Any:
    """Return an answer's JSON, None for nothing there. Raises `HttpError`."""
    if answer.status in _NOTHING:
        return None
    if answer.status != _OK:
        raise trouble(answer)
    try:
        return json_body(answer.body)
    except BadPayload as error:
        raise HttpError(f"the storefront answered what is {error}") from error


def trouble(answer: Answer) -> HttpError:
    """Return what an answer that is no success comes to: a refusal will not pass."""
    status = answer.status or 0
    if status == _TOO_MANY:
        return OverLimit(read_seconds(answer.headers.get("retry-after")) or _PAUSE)
    return HttpError(f"the storefront answered {status}", retry=status >= 500)


def page(answer: Answer) -> Any:
    """Return the JSON of a page of orders. Raises `HttpError`, for nothing there too."""
    if answer.status in _NOTHING:
        raise trouble(answer)
    return answered(answer)


def orders_in(
    told: object, read: Callable[[Mapping[str, Any]], Handover]
) -> list[Handover]:
    """Read a page's orders; one that cannot be read does not hold up the others.

    Raises `BadPayload` for what is no list.
    """
    if not isinstance(told, list):
        raise BadPayload("orders: a list is wanted")
    found = []
    for order in told:
        try:
            found.append(read(mapping(order, "order")))
        except (*_WRONG, BadPayload) as error:
            log.warning("order of a storefront not read", error=type(error).__name__)
    return found


def done(answer: Answer) -> None:
    """Make sure that what was sent is taken. Raises `HttpError`."""
    if not 200 <= (answer.status or 0) < 300:
        raise trouble(answer)


def mac(secret: str, body: bytes) -> str:
    """Return base64 of the raw body's HMAC-SHA256."""
    return b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def signed(secret: str, body: bytes, given: str | None) -> Proven:
    """Compare base64 of the raw body's HMAC-SHA256, in constant time."""
    wanted = mac(secret, body).encode()
    same = hmac.compare_digest((given or "").encode(errors="replace"), wanted)
    return Proven.SIGNED if same else Proven.REFUSED
