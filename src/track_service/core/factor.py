"""The second factor: what only the buyer of an order can say of it.

Its email address, the last four digits of its phone (or the whole number as people
dial it), or its postcode.
"""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass, field

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

_LAST = 4  # digits of a phone
_POSTCODE = 3  # characters: less of it is no postcode


@dataclass(frozen=True, slots=True)
class Answers:
    """What opens an order, as far as it is known; `phone` is E.164."""

    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    postcodes: tuple[str, ...] = field(default=(), repr=False)


def fits(given: str, answers: Answers) -> bool:
    """Tell whether a text is one of the answers, whichever it was meant to be.

    The time that it takes tells nothing of the answers, nor which of them fitted.
    """
    said = " ".join(unicodedata.normalize("NFKC", given).split())
    phone = answers.phone or ""
    pairs = [
        (_email(said), _email(answers.email or "")),
        (_last_digits(said), phone[-_LAST:]),
        (_dialled(said, phone), phone),
        *((_postcode(said), _postcode(known)) for known in answers.postcodes),
    ]
    return any([_same(one, other) for one, other in pairs])  # noqa: C419 - all are looked at


def spellings(typed: str) -> tuple[str, ...]:
    """Return how an order's or parcel's number that was typed may be stored.

    The first is the one that all ways to type it share: by it tries are counted.
    """
    text = unicodedata.normalize("NFKC", typed)
    bare = "".join(c for c in text if c.isprintable() and not c.isspace())[:120]
    plain = bare.upper().lstrip("#")
    joined = plain.translate({ord(c): None for c in "-."})
    as_written = " ".join("".join(c for c in text if c.isprintable()).split())[:120]
    ways = (joined, plain, bare, bare.lstrip("#"), f"#{bare}", as_written)
    return tuple(dict.fromkeys(way for way in ways if way.strip("#")))


def _same(one: str, other: str) -> bool:
    a, b = (hashlib.sha256(text.encode("utf-8", "replace")) for text in (one, other))
    return hmac.compare_digest(a.digest(), b.digest()) & bool(one) & bool(other)


def _email(text: str) -> str:
    return text.casefold() if "@" in text else ""


def _last_digits(text: str) -> str:
    is_four = len(text) == _LAST and text.isascii() and text.isdigit()
    return text if is_four else ""


def _dialled(text: str, phone: str) -> str:
    """Return a whole number as E.164, read as it is dialled where the buyer's is."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(phone))
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _postcode(text: str) -> str:
    kept = "".join(c for c in text.casefold() if c.isalnum())
    return kept if len(kept) >= _POSTCODE else ""
