"""Wishes: for what purposes a shopper may be written to, by what, in which language.

Each choice is kept for good, with where and when it was made (Vietnam's law 91/2025 and
the GDPR ask for consent by purpose that can be shown); the newest of a subject counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

YES, NO = "yes", "no"
LANGUAGE = "language"
_CHANNEL = "channel:"


class Purpose(StrEnum):
    """What a message is for."""

    UPDATES = "updates"  # of an order; part of the contract until it is refused
    REVIEW = "review"  # asking for an opinion
    MARKETING = "marketing"  # recommendations and whatever else sells


_USUAL = {Purpose.UPDATES: True, Purpose.REVIEW: True, Purpose.MARKETING: False}


def channel_subject(code: str) -> str:
    """Return the subject of a choice about a channel."""
    return f"{_CHANNEL}{code}"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a shopper chose, by subject; `names` are keyed hashes, none: nobody to tell.

    `first` is what was said under the first of the names, their mail address if known.
    """

    names: tuple[str, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)
    first: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, names: Sequence[str], said: Mapping[str, Mapping[str, str]]
    ) -> "Wishes":
        """Return what somebody chose who is known by several names, the best first.

        The first name that says something of a subject counts, but a refusal does under
        any of them: what is refused by mail is not told by phone instead.
        """
        mine = [said[name] for name in names if name in said]
        chosen = {subject: v for one in reversed(mine) for subject, v in one.items()}
        no = {subject: NO for one in mine for subject, v in one.items() if v == NO}
        return cls(tuple(names), chosen | no, said.get(names[0], {}) if names else {})

    @property
    def by_mail(self) -> "Wishes":
        """Return what holds for mails: what their address itself said, no other name.

        A mail's link shows and changes just that, so what it shows holds.
        """
        return Wishes(self.names[:1], self.first, self.first)

    @property
    def language(self) -> str | None:
        """Return the language that they chose, None where they chose none."""
        return self.chosen.get(LANGUAGE)

    def allow(self, purpose: Purpose) -> bool:
        """Tell whether they may be written to for a purpose."""
        said = self.chosen.get(purpose)
        return _USUAL[purpose] if said is None else said == YES

    def take(self, channel: str) -> bool:
        """Tell whether they take messages by a channel."""
        return self.chosen.get(channel_subject(channel)) != NO
