"""What may not stand in a published review, found without a human: spam and insults.

The words are those of `profanity.tsv`, whole words of five languages; a word inside
another is none. What is found is a reason to reject, never to edit.
"""

import re
import unicodedata
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise

LONGEST, LONGEST_NAME = 2000, 40

_LINK = re.compile(
    # Not .de, .es, .me and .co: words that follow a full stop without a space.
    r"https?:|www\.|\b[\w-]{2,}\.(?:com|net|org|info|biz|shop|store|xyz|top|ru|cn|vn|io"
    r"|fr|uk|eu|app|link|site|online)\b",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"[^\s@]+@[^\s@]+\.\w|(?:\d[ .()-]?){8,}")
_REPEATED = re.compile(r"(\S)\1{7,}")
_WORDS = re.compile(r"[^\W_]+")
_DISGUISES = str.maketrans("01345@$", "oieasas")
_SHOUTED = 20  # letters: fewer may be a name or "OK"


class State(StrEnum):
    """Where a review stands."""

    PENDING = "pending"
    PUBLISHED = "published"
    REJECTED = "rejected"


class Reason(StrEnum):
    """Why a review is not published."""

    NO_CONSENT = "no_consent"
    LINK = "link"
    CONTACT = "contact"
    PROFANITY = "profanity"
    SHOUTING = "shouting"
    SPAM = "spam"
    OFF_TOPIC = "off_topic"
    PERSONAL = "personal"


def judge(
    text: str | None, name: str | None, *, consents: bool
) -> tuple[State, Reason | None]:
    """Return how a review starts: rejected with a reason, or to be looked at by a human.

    Stars alone, without a word, have nothing to look at and are published.
    """
    if not consents:
        return State.REJECTED, Reason.NO_CONSENT
    reason = fault(" ".join(filter(None, (text, name))))
    if reason is not None:
        return State.REJECTED, reason
    return (State.PENDING if text or name else State.PUBLISHED), None


def fault(text: str) -> Reason | None:
    """Return why a text is not fit to be published, None where nothing speaks against it."""
    plain = unicodedata.normalize("NFKC", text)
    checks = (
        (Reason.LINK, _LINK.search(plain)),
        (Reason.CONTACT, _CONTACT.search(plain)),
        (Reason.PROFANITY, _is_profane(plain)),
        (Reason.SPAM, _REPEATED.search(plain)),
        (Reason.SHOUTING, _is_shouted(plain)),
    )
    return next((reason for reason, found in checks if found), None)


def initials(name: str | None) -> str | None:
    """Return the initials of a name, two at most: "Mai Example" is "M. E."."""
    words = _WORDS.findall(name or "")
    ends = words[:1] + words[1:][-1:]
    return " ".join(f"{word[0].upper()}." for word in ends) or None


def _is_profane(text: str) -> bool:
    bare = unicodedata.normalize("NFC", text.casefold())
    found = [*_WORDS.findall(bare), *_WORDS.findall(bare.translate(_DISGUISES))]
    pairs = (" ".join(pair) for pair in pairwise(found))
    return not _profane().isdisjoint(found) or not _profane().isdisjoint(pairs)


def _is_shouted(text: str) -> bool:
    letters = [c for c in text if c.isalpha() and c.upper() != c.lower()]
    return len(letters) >= _SHOUTED and all(c.isupper() for c in letters)


@cache
def _profane() -> frozenset[str]:
    table = (files("track_service.core") / "profanity.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line)
    return frozenset(word for _, word in rows)
