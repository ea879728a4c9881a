"""What a call gives back: an answer, or one of a few named errors."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_LONGEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer (or push body, or file): status, raw bytes, headers.

    `status` is None where none is known (a file given without one). Header names are
    lower case in what `Http` and `Guarded` return.
    """

    body: bytes
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grant:
    """An OAuth 2 client-credentials grant; `style` is how the carrier wants the secret.

    `basic`: HTTP Basic and a form; `form`: all in the form; `json`: all in a JSON body.
    """

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    style: Literal["basic", "form", "json"] = "basic"
    scope: str | None = None


class HttpError(Exception):
    """No answer that could be read. `retry` says whether asking later may help.

    `sent` says whether the request may have arrived, and so may have been carried out.
    The message names the host and the path, never the query, a header or a secret.
    """

    def __init__(self, message: str, *, retry: bool = True, sent: bool = False) -> None:
        super().__init__(message)
        self.retry = retry
        self.sent = sent


class OverLimit(HttpError):
    """The account has used up its calls; `wait` is in seconds. Nothing was sent."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"over the account's rate limit for {wait:.1f} s")
        self.wait = wait


class CircuitOpen(HttpError):
    """The account's carrier failed too often of late. Nothing was sent."""


class Refused(HttpError):
    """A tenant's URL that we do not call, or an answer that we do not follow."""

    def __init__(self, message: str) -> None:
        super().__init__(message, retry=False)


def retry_after(answer: Answer, now: datetime) -> timedelta | None:
    """Return how long the answer asks us to wait, at most a day; None if it does not.

    Reads both forms of `Retry-After` (RFC 9110, 10.2.3): seconds and an HTTP date.
    """
    said = answer.headers.get("retry-after", "").strip()
    if (seconds := read_seconds(said)) is not None:
        return min(timedelta(seconds=seconds), _LONGEST)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    if until.tzinfo is None:  # "-0000", which is UTC as well
        until = until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), _LONGEST)


def read_seconds(said: object) -> float | None:
    """Return plain seconds, given as a number or as its text; None for all else."""
    text = str(said).strip()
    return float(text) if _SECONDS.fullmatch(text) else None
