"""Reading raw answers: JSON, texts and times, each strict about what it cannot know."""

import functools
import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from operator import itemgetter
from typing import Any

from track_service.carriers.base import BadAnswer, failed
from track_service.core.ordering import ordering_time
from track_service.core.tracking import (
    Event,
    Precision,
    Problem,
    Stamp,
    Tracking,
    Trouble,
    Window,
)
from track_service.http import Answer

Parse = Callable[[Answer], list[Tracking]]


def reader(parse: Parse) -> Parse:
    """Turn whatever a parser stumbles over into `BadAnswer`, never a traceback.

    What it was stands in the message, and is the `BadAnswer`'s cause.
    """

    @functools.wraps(parse)
    def wrapped(answer: Answer) -> list[Tracking]:
        try:
            return parse(answer)
        except BadAnswer:
            raise
        except Exception as error:
            raise BadAnswer(f"{type(error).__name__}: {error}"[:300]) from error

    return wrapped


def json_body(answer: Answer) -> Any:
    """Return the decoded JSON. Raises `BadAnswer` for HTML and other surprises."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise BadAnswer(f"no JSON: {answer.body[:60]!r}") from error


def is_json(answer: Answer) -> bool:
    """Whether a body begins as a JSON object or list: some carriers write forms or XML."""
    return _begins(answer) in {b"{", b"["}


def is_xml(answer: Answer) -> bool:
    """Whether a body begins as XML, or as a page in HTML, does."""
    return _begins(answer) == b"<"


def _begins(answer: Answer) -> bytes:
    return answer.body.removeprefix(BOM_UTF8).lstrip()[:1]


def error_body(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of an error answer; {} where a proxy answered in HTML."""
    try:
        body = json_body(answer)
    except BadAnswer:
        return {}
    return body if isinstance(body, dict) else {}


_NO_TEXT = (dict, list, bool, type(None))


def text(value: object) -> str | None:
    """Return a stated text with its blanks folded; None where nothing is stated."""
    if not isinstance(value, str):  # most are: asked first
        if isinstance(value, _NO_TEXT):
            return None
        value = str(value)
    folded = " ".join(value.split())
    if len(folded) == 4 and folded.lower() in {"null", "none"}:
        return None
    return folded or None


def joined(*told: object, hiding: re.Pattern[str]) -> str | None:
    """Return texts joined, none twice, with an ellipsis for what is not to be kept."""
    clean = (hiding.sub("\u2026", said) for one in told if (said := text(one)))
    return " · ".join(dict.fromkeys(clean)) or None


def http_problem(answer: Answer, message: object = None) -> Problem | None:
    """Return the trouble that the HTTP status alone tells (401, 403, 429, 5xx)."""
    status = answer.status or 0
    if status in {401, 403}:
        return Problem(Trouble.AUTH, text(message) or f"HTTP {status}")
    if status == 429:
        return Problem(Trouble.THROTTLED, text(message) or "HTTP 429")
    if status >= 500:
        return Problem(Trouble.SERVER_ERROR, text(message) or f"HTTP {status}")
    return None


_WRONG = re.compile(
    r"\b(invalid|malformed|incorrect|wrong|not (a )?valid|does not match)\b", re.I
)
_NUMBER = re.compile(r"number|reference|tracking|barcode|consignment", re.I)


def wrong_number(said: str | None) -> bool:
    """Tell whether a refusal's words say that the number cannot be one of theirs.

    A refusal that we do not know is no such thing: the parcel would be asked elsewhere.
    """
    return bool(said and _WRONG.search(said) and _NUMBER.search(said))


_FAULTS = (
    ("quota", Trouble.THROTTLED),
    ("spikearrest", Trouble.THROTTLED),
    ("ratelimit", Trouble.THROTTLED),
    ("oauth", Trouble.AUTH),
    ("keymanagement", Trouble.AUTH),
    ("failedtoresolveapikey", Trouble.AUTH),
    ("accesscontrol", Trouble.AUTH),
)


def gateway_fault(body: object) -> Problem | None:
    """Return what Apigee says in a carrier's place, if it refuses or holds us back.

    That goes before the HTTP status: a used-up quota comes as 403, 429 or 500.
    Its faults: https://cloud.google.com/apigee/docs/api-platform/fundamentals/fault-handling.
    """
    fault = part(body, "fault")
    code = text(part(fault, "detail", "errorcode")) or ""
    for word, kind in _FAULTS:
        if word in code.casefold():
            return Problem(kind, text(part(fault, "faultstring")) or code)
    return None


_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ]\s*(\d\d):\s?(\d\d)(?::\s?(\d\d)(?:[.,]\d+)?)?)?"
    r"\s*(Z|[+-]\d\d:?(?:\d\d)?)?$",
    re.IGNORECASE,
)


def stated_time(value: object, zone: tzinfo | None = None) -> Stamp | None:
    """Read an ISO 8601 time or day as stated; None for a placeholder and for no time.

    A scan whose time cannot be read is still a scan, and its answer is no bad answer:
    so read all times here. `zone` gives the offset where the text states none and the
    carrier's document says in which zone it writes.
    """
    found = _ISO.match(text(value) or "")
    return clock_time(found.groups()[:6], zone, found[7]) if found else None


_DAY_FIRST = re.compile(
    r"(\d\d?)[/-](\d\d?)[/-](\d{4})(?:\s+(\d\d?):(\d\d)(?::(\d\d))?)?", re.ASCII
)


def day_first_time(value: object, zone: tzinfo | None = None) -> Stamp | None:
    """Read `19/02/2026 08:30:12`, its day standing first, or else an ISO time."""
    found = _DAY_FIRST.fullmatch(text(value) or "")
    if found is None:
        return stated_time(value, zone)
    day, month, year, *clock = found.groups()
    return clock_time((year, month, day, *clock), zone)


def clock_time(
    parts: Sequence[str | None], zone: tzinfo | None = None, offset: str | None = None
) -> Stamp | None:
    """Return the time of year, month, day, hour, minute and second; None for none such.

    Without an hour it is a day. `offset` (as `read_offset` reads it) goes before `zone`.
    """
    *_, hour, _, second = parts
    precision = Precision.MINUTE if second is None else Precision.SECOND
    if hour is None:
        precision = Precision.DAY
    try:
        local = datetime(*(int(one or 0) for one in parts))  # type: ignore[arg-type]  # noqa: DTZ001
        if offset is None or hour is None:
            return credible(in_zone(local, zone, precision))
        return credible(Stamp(local, read_offset(offset), precision))
    except (ValueError, OverflowError):
        return None


def stated_by(
    value: object,
    pattern: str,
    zone: tzinfo | None = None,
    precision: Precision = Precision.SECOND,
) -> Stamp | None:
    """Read a time by a `strptime` pattern; None as `stated_time` returns it."""
    try:
        local = datetime.strptime(text(value) or "", pattern)  # noqa: DTZ007
        return credible(in_zone(local, zone, precision))
    except (ValueError, OverflowError):
        return None


def in_zone(
    local: datetime, zone: tzinfo | None, precision: Precision = Precision.SECOND
) -> Stamp:
    """Return a wall-clock time with its zone's offset, none in a repeated hour."""
    if precision is Precision.DAY:
        return Stamp.day(local.date())
    if zone is None:
        return Stamp(local, None, precision)
    first = local.replace(tzinfo=zone, fold=0).utcoffset()
    second = local.replace(tzinfo=zone, fold=1).utcoffset()
    return Stamp(local, first if first == second else None, precision)


def epoch_stamp(value: object, zone: tzinfo = UTC) -> Stamp | None:
    """Read epoch seconds (or milliseconds) as a wall clock in `zone`; else None."""
    try:
        seconds = float(text(value) or "")
        if abs(seconds) > 1e11:
            seconds /= 1000
        return credible(Stamp.aware(datetime.fromtimestamp(seconds, zone)))
    except (ValueError, OverflowError, OSError):
        return None


@functools.lru_cache(maxsize=256)  # the world has a few dozen
def read_offset(value: str) -> timedelta:
    """Read `Z`, `+07:00`, `+0700` or `+07`. Raises ValueError for anything else."""
    if value in {"Z", "z"}:
        return timedelta()
    found = re.fullmatch(r"([+-])(\d\d):?(\d\d)?", value)
    if found is None or int(found[2]) > 14 or int(found[3] or 0) > 59:
        raise ValueError(f"no offset: {value[:20]!r}")
    size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return -size if found[1] == "-" else size


def credible(stamp: Stamp | None) -> Stamp | None:
    """Return the stamp unless its year is a placeholder (0001, 9999) for "no time"."""
    return stamp if stamp is not None and 1970 < stamp.local.year < 9000 else None


def links(value: object) -> list[str]:
    """Return the addresses of a list, or the one where a list was meant."""
    held = value if isinstance(value, list) else [value]
    return [said for one in held if (said := text(one)) and "://" in said]


def day_window(stamp: Stamp | None) -> Window | None:
    """Return the whole day of a stated time as a window."""
    day = stamp and Stamp.day(stamp.local.date())
    return Window(day, day) if day else None


def oldest_first(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return a payload's events oldest first, in its own order within one minute.

    A payload that runs newest first is turned round; zone-less times are placed by
    their wall clock. A scan without any time comes first: it is never the latest news.
    """
    told = [(ordering_time(event.stamp), event) for event in events]
    times = [at for at, event in told if event.stamp is not None]
    if times and times[0] > times[-1]:
        told.reverse()
    told.sort(key=itemgetter(0))
    return tuple(event for _, event in told)


def records(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list, or the one object where a list was meant."""
    held = value if isinstance(value, list) else [value]
    return [one for one in held if isinstance(one, dict)]


def each(parse: Callable[[Any], Tracking], told: Iterable[Any]) -> list[Tracking]:
    """Return the parcels of a batch; one that cannot be read is a nameless failure.

    So the others are read, and of a parcel that no other names nothing is known.
    """
    return [_or_failure(parse, one) for one in told]


def _or_failure(parse: Callable[[Any], Tracking], one: Any) -> Tracking:
    try:
        return parse(one)
    except BadAnswer as error:
        return failed(Trouble.BAD_ANSWER, str(error))


def part(value: object, *path: str) -> Any:
    """Return what lies at a path of keys; None where the path breaks off."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def amount(value: object) -> Decimal | None:
    """Return an amount of money; None for none, for nothing and for what is no number."""
    stated = text(value)
    if stated is None or not re.fullmatch(r"\d{1,12}(\.\d{1,2})?", stated):
        return None
    return Decimal(stated) or None


def country_code(value: object) -> str | None:
    """Return an ISO 3166 alpha-2 code in capitals; None for a name or anything else."""
    stated = text(value)
    fits = stated and len(stated) == 2 and stated.isascii() and stated.isalpha()
    return stated.upper() if stated and fits else None
