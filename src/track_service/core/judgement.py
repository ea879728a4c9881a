"""What we hold of a parcel at one instant: its states and its concerns, as values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PromiseState(StrEnum):
    """How the parcel stands to the date that was promised."""

    ON_TIME = "on_time"
    AT_RISK = "at_risk"
    LATE = "late"
    KEPT = "kept"
    BROKEN = "broken"
    NO_PROMISE = "no_promise"


class MotionState(StrEnum):
    """Whether the parcel gives signs of life (time in which we were blind left out)."""

    MOVING = "moving"
    QUIET = "quiet"
    STALLED = "stalled"


class ConcernKind(StrEnum):
    """What may call for help."""

    LATE = "late"  # the promised day is over
    DELAYED = "delayed"  # the carrier states a date after the promise, or a delay
    EXCEPTION = "exception"  # lost, damaged, held, refused …
    ATTEMPT_FAILED = "attempt_failed"
    ON_HOLD = "on_hold"  # customs, a payment, papers or the address hold it up
    RETURNING = "returning"
    PICKUP_WAITING = "pickup_waiting"  # ready for days, and nobody came
    STALLED = "stalled"  # silent for longer than parcels on its lane and leg are
    NOT_COLLECTED = "not_collected"  # announced, and never handed over
    PROBABLY_LOST = "probably_lost"
    AT_RISK = "at_risk"  # foreseen to be late


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that is wrong. `cause` is its identity within the shipment.

    `since` is the instant it became true (aware UTC): where the carrier states a day
    alone the last that may be meant, where it states no time (`is_dated` is False) our
    look. `detail` is a word of the taxonomy or a date, for texts.
    """

    kind: ConcernKind
    cause: str
    since: datetime
    detail: str | None = None
    is_dated: bool = True


@dataclass(frozen=True, slots=True)
class Judgement:
    """What we hold of a parcel at one instant, and when time alone may change it."""

    promise_state: PromiseState
    motion_state: MotionState
    concerns: tuple[Concern, ...] = ()
    look_again_at: datetime | None = None
