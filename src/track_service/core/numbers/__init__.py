"""Who could own a parcel number: told by its form, and proved by its check digit."""

from dataclasses import dataclass
from typing import Literal

from track_service.core.numbers.americas import AMERICAS
from track_service.core.numbers.asia import ASIA
from track_service.core.numbers.europe import EUROPE
from track_service.core.numbers.form import Form
from track_service.core.numbers.names import by_name
from track_service.core.numbers.posts import S10, posts_of

__all__ = ["Candidate", "by_name", "detect"]
LONGEST = 60
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
    printed = "".join(number.upper().split())
    if len(printed) > LONGEST or not printed.strip("0"):
        return ()
    spellings = dict.fromkeys((printed, printed.translate(_JOINTS)))
    found = [
        Candidate(carrier, form.name, confidence, form.check_digit)
        for number in spellings
        for form in (*_FORMS, S10)
        if form.fits(number)
        for carrier, confidence in (form.owners or posts_of(number)).items()
    ]
    best: dict[str, Candidate] = {}
    for one in sorted(found, key=lambda one: -one.confidence):
        best.setdefault(one.carrier, one)
    return tuple(best.values())
