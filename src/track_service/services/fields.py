"""Fields: what each single value that a shop hands over must look like.

The JSON API and the CSV import read with these, so both refuse the same. A message
never repeats the value: it may be personal and it ends in logs.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar
from urllib.parse import urlsplit

import babel
import phonenumbers
from babel.numbers import list_currencies
from email_validator import EmailNotValidError, validate_email
from marshmallow import ValidationError, fields
from marshmallow.experimental.context import Context

from track_service.carriers import carriers
from track_service.core.numbers import by_name, near_names

BrandLocale = Context[str]

# Beyond these years date arithmetic may overflow, and no parcel travels.
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
AMOUNT = r"^[0-9]{1,12}(\.[0-9]{1,2})?$"
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_LOCALE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?", re.I)
_REGION_OF_LANGUAGE = {"vi": "VN"}
_ERASED = "erased-"  # what erasure puts in the place of a number


class Text(fields.String):
    """A text, trimmed, with every run of white space made one space.

    `described` is what the OpenAPI document tells of it.
    """

    described: ClassVar[dict[str, Any]] = {}

    def __init__(self, *, longest: int, shortest: int = 1, **kwargs: Any) -> None:
        told = {"minLength": shortest, "maxLength": longest, **self.described}
        super().__init__(metadata=told | kwargs.pop("metadata", {}), **kwargs)
        self._shortest, self._longest = shortest, longest

    def _deserialize(
        self,
        value: Any,
        attr: str | None,
        data: Mapping[str, Any] | None,
        **kwargs: Any,
    ) -> Any:
        text = " ".join(super()._deserialize(value, attr, data, **kwargs).split())
        if not text:
            raise ValidationError("Blank: leave it out, or give null.")
        if not self._shortest <= len(text) <= self._longest:
            raise ValidationError(f"{self._shortest} to {self._longest} characters.")
        if any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
            raise ValidationError("Control characters are not taken.")
        return self.read(text, data or {})

    def read(self, text: str, among: Mapping[str, Any]) -> Any:
        """Return what a clean text means; `among` is the object that it is part of."""
        return text


class Reference(Text):
    """A number that an order or a parcel goes by."""

    def read(self, text: str, among: Mapping[str, Any]) -> str:
        """Refuse what cannot be printed, and what erasure writes."""
        if not text.isprintable():
            raise ValidationError("Only printable characters are taken.")
        if text.casefold().startswith(_ERASED):
            raise ValidationError(f"{_ERASED}… is taken by erased ones.")
        return text


class CarrierName(Text):
    """A carrier that there is an adapter for: its code, or its name as people write it."""

    def read(self, text: str, among: Mapping[str, Any]) -> str:
        """Refuse what names nobody; the words are kept as they are."""
        if code_of(text) is None:
            near = (
                f" Near it: {', '.join(near_names(text))}." if near_names(text) else ""
            )
            raise ValidationError(
                f"No carrier has the code or name {text[:40]!r}.{near}"
                " `track-service carriers` lists them."
            )
        return text


def code_of(name: str) -> str | None:
    """Return the code of the carrier that a code or a name means, None for nobody's."""
    code = name if name in carriers() else by_name(name)
    return code if code in carriers() else None


class Email(Text):
    """An e-mail address; whether its domain takes mail is not asked."""

    described: ClassVar[dict[str, Any]] = {"format": "email"}

    def read(self, text: str, among: Mapping[str, Any]) -> str:
        """Return the normalised address."""
        try:
            return validate_email(text, check_deliverability=False).normalized
        except EmailNotValidError as error:
            raise ValidationError("Not an e-mail address.") from error


class Phone(Text):
    """A telephone number, kept as E.164.

    A number without `+` is read as one of the region of its customer's `locale`
    (`vi-VN`, `en-GB`; plain `vi` is Vietnam); without a locale, of the brand's. Where
    that names no region the number must begin with `+`: nothing is guessed.
    """

    described: ClassVar[dict[str, Any]] = {
        "description": "E.164, or as dialled in the region of `locale`."
    }

    def read(self, text: str, among: Mapping[str, Any]) -> str:
        """Return the number as `+84901234567`."""
        region = _region(among.get("locale")) if among.get("locale") else None
        if not among.get("locale"):
            region = _region(BrandLocale.get(""))
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException as error:
            raise ValidationError(
                "Not a telephone number; begin with + and the country's code."
            ) from error
        if number.extension or not phonenumbers.is_valid_number(number):
            raise ValidationError("Not a telephone number that can be dialled.")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _region(locale: Any) -> str | None:
    parts = _LOCALE.fullmatch(locale) if isinstance(locale, str) else None
    if parts is None:
        return None
    language, _, region = parts.groups()
    return region.upper() if region else _REGION_OF_LANGUAGE.get(language.lower())


class Locale(Text):
    """A language, with script or region: `vi`, `vi-VN`, `zh-Hant-TW`."""

    described: ClassVar[dict[str, Any]] = {
        "description": "Language tag.",
        "examples": ["vi-VN"],
    }

    def read(self, text: str, among: Mapping[str, Any]) -> str:
        """Return the tag in its usual spelling."""
        parts = _LOCALE.fullmatch(text)
        if parts is None:
            raise ValidationError("A language tag such as vi or en-GB is wanted.")
        language, script, region = parts.groups()
        spelt = (language.lower(), script and script.title(), region and region.upper())
        return "-".join(filter(None, spelt))


class Currency(Text):
    """A currency by its ISO 4217 code."""

    described: ClassVar[dict[str, Any]] = {
        "description": "ISO 4217.",
        "examples": ["VND"],
    }

    def read(self, text: str, among: Mapping[str, Any]) -> str:
        """Return the code in capitals."""
        if text.upper() not in _currencies():
            raise ValidationError("An ISO 4217 code such as VND is wanted.")
        return text.upper()


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


class Country(Text):
    """A country by its ISO 3166 code of two letters."""

    described: ClassVar[dict[str, Any]] = {
        "description": "ISO 3166, two letters.",
        "examples": ["VN"],
    }

    def read(self, text: str, among: Mapping[str, Any]) -> str:
        """Return the code in capitals."""
        if text.upper() not in _countries():
            raise ValidationError("An ISO 3166 code such as VN is wanted.")
        return text.upper()


@cache
def _countries() -> frozenset[str]:
    known = map(str, babel.Locale("en").territories)
    return frozenset(c for c in known if len(c) == 2 and c.isalpha() and c != "ZZ")


class Amount(Text):
    """An amount of money: a decimal text, so that no float comes in between."""

    described: ClassVar[dict[str, Any]] = {"pattern": AMOUNT}

    def read(self, text: str, among: Mapping[str, Any]) -> Decimal:
        """Return the amount, from 0, with two decimals at most."""
        if not re.fullmatch(AMOUNT, text):
            raise ValidationError(
                "An amount such as 12.50 is wanted: from 0, at most 12 digits and"
                " two decimals."
            )
        return Decimal(text)


class Url(Text):
    """An address in the web."""

    described: ClassVar[dict[str, Any]] = {"format": "uri"}

    def read(self, text: str, among: Mapping[str, Any]) -> str:
        """Refuse all but http(s)."""
        try:
            parts = urlsplit(text)
            is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
            _ = parts.port  # raises where it is no number
        except ValueError:
            is_web = False
        if not is_web or " " in text:
            raise ValidationError("An http(s) address is wanted.")
        return text


class Day(Text):
    """A day: `YYYY-MM-DD`."""

    described: ClassVar[dict[str, Any]] = {"format": "date"}

    def read(self, text: str, among: Mapping[str, Any]) -> date:
        """Return the day."""
        try:
            day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValidationError(
                f"A day as YYYY-MM-DD from {_FIRST_YEAR} to {_LAST_YEAR} is wanted."
            )
        return day


class Moment(Text):
    """An instant: RFC 3339, always with its offset."""

    described: ClassVar[dict[str, Any]] = {"format": "date-time"}

    def read(self, text: str, among: Mapping[str, Any]) -> datetime:
        """Return the instant in UTC."""
        try:
            when = datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
        except ValueError:
            when = None
        if when is None or not _FIRST_YEAR <= when.year <= _LAST_YEAR:
            raise ValidationError(
                "A time with its offset is wanted, such as 2025-03-01T09:30:00+07:00,"
                f" from {_FIRST_YEAR} to {_LAST_YEAR}."
            )
        return when.astimezone(UTC)


class Quantity(fields.Integer):
    """A whole number of pieces; `true` and `1.0` are none."""

    def _deserialize(
        self,
        value: Any,
        attr: str | None,
        data: Mapping[str, Any] | None,
        **kwargs: Any,
    ) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValidationError("A whole number is wanted.")
        return value
