"""Who could own a parcel number: told by its form, and proved by its check digit."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from track_service.core.numbers.americas import AMERICAS
from track_service.core.numbers.asia import ASIA
from track_service.core.numbers.europe import EUROPE
from track_service.core.numbers.form import Form
from track_service.core.numbers.names import by_name, near_names
from track_service.core.numbers.posts import S10, posts_of

__all__ = ["Candidate", "by_name", "choose", "detect", "near_names", "spelled"]
LONGEST = 60
CLEAR = 0.5  # less is a form that many a number has by chance
LEAD = 0.1  # over who else can be asked
BEHIND = 0.3  # at most, of who owns the form most likely but cannot be asked
_CASED = frozenset({"ghn", "ghtk"})  # theirs are codes, of which each sign counts
_FORMS: tuple[Form, ...] = (*AMERICAS, *EUROPE, *ASIA)
_JOINTS = str.maketrans("", "", "-.\u2010\u2011\u2013")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A carrier that could own a number.

    `confidence` is 0…1: a rank, no probability. `check_digit` is "valid" where the
    form has one (and the number's agrees), "none" where it has none.
    """

    carrier: str
    format: str
    confidence: float
    check_digit: Literal["valid", "none"]


def detect(number: str) -> tuple[Candidate, ...]:
    """Return who could own a number, best first, a carrier once; () if nobody could.

    Spaces and case do not count, and hyphens and dots only where a form has them; a
    form whose check digit disagrees is no candidate. A post that has no code of ours
    is `post_` and its country ("post_cv").
    """
    found = [
        Candidate(carrier, form.name, confidence, form.check_digit)
        for _, form, owners in _fitting(number)
        for carrier, confidence in owners.items()
    ]
    best: dict[str, Candidate] = {}
    for one in sorted(found, key=lambda one: -one.confidence):
        best.setdefault(one.carrier, one)
    return tuple(best.values())


def choose(
    candidates: Collection[Candidate], *, among: Collection[str]
) -> Candidate | None:
    """Return the candidate whose number it is beyond reasonable doubt, else None.

    `among` are the carriers that can be asked: no other is chosen. The chosen one has
    a confidence of at least `CLEAR`, leads the next that can be asked by `LEAD`, and is
    no more than `BEHIND` the likeliest of all.
    """
    askable = [one for one in candidates if one.carrier in among]
    if not askable or askable[0].confidence < CLEAR:
        return None
    best, *others = askable
    bars = [one.confidence + LEAD for one in others]
    bars += [one.confidence - BEHIND for one in candidates]
    return best if round(best.confidence - max(bars), 6) >= 0 else None


def spelled(number: str, carrier: str) -> str:
    """Return a carrier's number in the one spelling by which it is kept.

    In capitals and without blanks, and without hyphens and dots where its form needs
    none, so that "1z 999…" and "1Z999…" are one parcel. A number that has none of the
    forms of its carrier is left as it is: what counts in it is not known.
    """
    if carrier in _CASED:
        return "".join(number.split())
    for spelling, _, owners in _fitting(number):
        if carrier in owners:
            bare = spelling.translate(_JOINTS)
            return bare if bare.isdecimal() else spelling
    return number


def _fitting(number: str) -> Iterator[tuple[str, Form, Mapping[str, float]]]:
    """Yield each form that a number has, in which spelling, and whose it is."""
    printed = "".join(number.upper().split())
    if len(printed) > LONGEST or not printed.strip("0"):
        return
    for spelling in dict.fromkeys((printed, printed.translate(_JOINTS))):
        for form in (*_FORMS, S10):
            if form.fits(spelling):
                yield spelling, form, form.owners or posts_of(spelling)
