"""Short messages: the segments that are paid for, and Vietnamese without its marks.

GSM 03.38 (3GPP TS 23.038, 6.2.1) and UCS-2: what does not fit the first alphabet is
sent in the second, which holds less than half as much.
"""

import unicodedata
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")  # two places each
_PLAIN = str.maketrans(
    {"đ": "d", "Đ": "D", "₫": "d", "–": "-", "—": "-", "…": "...", "×": "x"}  # noqa: RUF001
    | dict.fromkeys("“”", '"')
    | dict.fromkeys("‘’", "'")  # noqa: RUF001
    | dict.fromkeys("\u00a0\u202f", " ")
)


@dataclass(frozen=True, slots=True)
class Size:
    """How a text is sent: `gsm7` or `ucs2`, its places, and the segments these take."""

    alphabet: str
    places: int
    segments: int


def size(text: str) -> Size:
    """Return what a text takes.

    One message holds 160 places of GSM-7 or 70 of UCS-2; where it takes several, each
    has a header and holds 153 or 67, and no character is cut in two.
    """
    widths = _gsm7(text)
    if widths is not None:
        return Size("gsm7", sum(widths), _segments(widths, alone=160, joined=153))
    widths = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return Size("ucs2", sum(widths), _segments(widths, alone=70, joined=67))


def unmarked(text: str) -> str:
    """Return a text without diacritics and typographic signs: `Đã giao` → `Da giao`."""
    apart = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return "".join(c for c in apart if not unicodedata.combining(c))


def _gsm7(text: str) -> list[int] | None:
    if not _BASIC.union(_EXTENDED).issuperset(text):
        return None
    return [2 if character in _EXTENDED else 1 for character in text]


def _segments(widths: list[int], *, alone: int, joined: int) -> int:
    if sum(widths) <= alone:
        return 1
    segments, left = 1, joined
    for width in widths:
        if width > left:
            segments, left = segments + 1, joined
        left -= width
    return segments


def msisdn(phone: str, *, country: str) -> str | None:
    """Return a phone number as digits with its country's code (`84901234567`).

    A number without one (`0901 234 567`) is taken for the country's, by its calling
    code. None for what cannot be a number (ITU-T E.164: at most 15 digits).
    """
    kept = "".join(c for c in phone if c in "+0123456789")
    if kept.startswith("+"):
        digits = kept[1:]
    elif kept.startswith("00"):
        digits = kept[2:]
    elif kept.startswith("0"):
        digits = country + kept[1:]
    else:
        digits = kept if kept.startswith(country) else country + kept
    return digits if digits.isdecimal() and 8 <= len(digits) <= 15 else None
