"""Tone: the shape of a wording, and how a shopper should feel about a state."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """The band's colour: how a shopper should feel about the state."""

    WAITING = "waiting"
    MOVING = "moving"
    ATTENTION = "attention"
    PROBLEM = "problem"
    DONE = "done"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Wording:
    """Message ids. `action` is what the shopper must do, None if nothing."""

    tone: Tone
    headline: str
    what_next: str
    action: str | None = None


WAIT, MOVE, CARE = Tone.WAITING, Tone.MOVING, Tone.ATTENTION
BAD, DONE, END = Tone.PROBLEM, Tone.DONE, Tone.ENDED
