"""What channels that cost money share: one call, whose outcome is known or said not to be.

An HTTP status tells whether a provider took a message; where nobody can know, the error
is an `UnknownOutcome`, and the provider is asked before anything is sent again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

from track_service.channels.base import (
    Channel,
    Cost,
    DeliveryError,
    Form,
    Message,
    Outlets,
    UnknownOutcome,
)
from track_service.core.sms import msisdn, size, unmarked
from track_service.http import Answer, Guarded, HttpError, retry_after

_THROTTLED, _BUSY = 429, 503
VIETNAM = "84"
# Until when one waits for what ops must mend: money, permissions, keys.
MENDED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Said:
    """A provider's answer: its HTTP status and the JSON object in it."""

    status: int
    document: Mapping[str, Any]


def post(
    http: Guarded,
    url: str,
    message: Message,
    *,
    form: Mapping[str, str] | None = None,
    document: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Said:
    """Send a form or JSON and return what was said. Raises `DeliveryError`."""
    kind = "application/json"
    body = json.dumps(document, ensure_ascii=False).encode()
    if form is not None:
        kind, body = "application/x-www-form-urlencoded", urlencode(form).encode()
    held = {"Content-Type": kind, **(headers or {})}
    try:
        answer = http.post(url, data=body, headers=held)
    except HttpError as error:
        raise _failure(error) from error
    return _said(answer, message)


def get(
    http: Guarded,
    url: str,
    message: Message,
    *,
    query: Mapping[str, str],
    headers: Mapping[str, str] | None = None,
) -> Said:
    """Ask and return what was said. Raises `DeliveryError`."""
    try:
        answer = http.get(f"{url}?{urlencode(query)}", headers=headers)
    except HttpError as error:
        raise DeliveryError(str(error)) from error
    return _said(answer, message)


def account(
    http: Guarded,
    url: str,
    *,
    document: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Said | str:
    """Ask after an account, which costs nothing; in a line why there is no answer."""
    try:
        if document is None:
            answer = http.get(url, headers=headers)
        else:
            held = {"Content-Type": "application/json"}
            answer = http.post(url, data=json.dumps(document).encode(), headers=held)
        found = json.loads(answer.body)
    except HttpError as error:
        return f"no answer: {error}"
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return "the provider answers nothing that can be read"
    return Said(answer.status or 0, found)


def _failure(error: HttpError) -> DeliveryError:
    if error.sent:
        return UnknownOutcome(str(error))
    return DeliveryError(str(error), permanent=not error.retry)


def _said(answer: Answer, message: Message) -> Said:
    status = answer.status or 0
    if status in {_THROTTLED, _BUSY}:
        wait = retry_after(answer, message.sent_at)
        raise DeliveryError(f"the provider answered {status}", retry_after=wait)
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        document = None
    if status >= 500 or not isinstance(document, dict):
        raise UnknownOutcome(f"the provider answered {status} and nothing to read")
    return Said(status, document)


def number_of(message: Message) -> str:
    """Return the receiver as digits, with the country's code. Raises `DeliveryError`."""
    country = message.settings.get("country", VIETNAM)
    found = msisdn(message.to, country=country)
    if found is None:
        raise DeliveryError(
            "this is no phone number", permanent=True, suppress="hard_bounce"
        )
    return found


def amount(stated: object) -> Decimal | None:
    """Return a finite amount that is not negative, None for what is none."""
    try:
        found = Decimal(str(stated))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 else None


class Sms(Channel):
    """A provider of text messages, at a brand's price for each segment.

    `diacritics` (keep or drop) and `currency` hold where a brand's settings name none.
    """

    form: ClassVar[Form] = Form.TEXT
    paid: ClassVar[bool] = True
    address: ClassVar[str] = "phone"
    optional: ClassVar[tuple[str, ...]] = (
        "price", "currency", "country", "diacritics", "callback_url", "base_url",
    )  # fmt: skip
    diacritics: ClassVar[str]
    currency: ClassVar[str]

    def __init__(self, guarded: Guarded) -> None:
        self._http = guarded

    @classmethod
    def open(cls, outlets: Outlets) -> Self:
        """Return the channel; whose account it uses comes with each message."""
        return cls(outlets.guarded)

    @classmethod
    def cost(cls, message: Message) -> Cost:
        """Return the brand's price for each segment."""
        settings, units = message.settings, size(cls.text_of(message)).segments
        price = amount(settings.get("price")) or Decimal(0)
        return Cost(price * units, settings.get("currency", cls.currency), units)

    @classmethod
    def wrong(cls, settings: Mapping[str, str]) -> str | None:
        """Return what is wrong with the settings that all text messages have."""
        if settings.get("diacritics", "drop") not in {"drop", "keep"}:
            return "diacritics: drop or keep is wanted"
        if not settings.get("country", VIETNAM).isdecimal():
            return "country: a calling code is wanted, such as 84"
        if amount(settings.get("price", "0")) is None:
            return "price: the amount for one segment is wanted"
        return None

    @classmethod
    def text_of(cls, message: Message) -> str:
        """Return the text as it goes out: without diacritics where that saves money."""
        wanted = message.settings.get("diacritics", cls.diacritics)
        return unmarked(message.text) if wanted == "drop" else message.text
