"""The form of a carrier's numbers: a pattern, a check digit where it has one, owners."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Check = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Form:
    """One form that numbers take, and who uses it (code → confidence 0…1).

    `check` is asked of the pattern's group, or of the whole number without one.
    """

    name: str
    pattern: re.Pattern[str]
    check: Check | None
    owners: Mapping[str, float]

    @property
    def check_digit(self) -> Literal["valid", "none"]:
        """What a number that fits proves of its check digit."""
        return "valid" if self.check else "none"

    def fits(self, number: str) -> bool:
        """Whether the number has this form and, if it has one, a right check digit."""
        match = self.pattern.fullmatch(number)
        if match is None:
            return False
        return self.check is None or self.check(match[self.pattern.groups])


def checked(name: str, pattern: str, check: Check, **owners: float) -> Form:
    """Return a form with a check digit; at most one group, around what is checked."""
    return Form(name, re.compile(pattern, re.ASCII), check, owners)


def plain(name: str, pattern: str, **owners: float) -> Form:
    """Return a form that has no check digit, or one that nobody publishes."""
    return Form(name, re.compile(pattern, re.ASCII), None, owners)
