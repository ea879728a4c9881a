"""A parcel and its steps, in words that belong to no carrier."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from track_service.sandbox.places import Hub


class Did(StrEnum):
    """What happened to a parcel; NOVEL is a scan whose code nobody has seen."""

    LABEL = "label"
    CANCELLED = "cancelled"
    PICKED_UP = "picked_up"
    ARRIVED = "arrived"
    DEPARTED = "departed"
    CUSTOMS = "customs"
    CLEARED = "cleared"
    DELAYED = "delayed"
    AT_DEPOT = "at_depot"
    OUT_FOR_DELIVERY = "out_for_delivery"
    ATTEMPT_FAILED = "attempt_failed"
    HELD = "held"
    DAMAGED = "damaged"
    LOST = "lost"
    RETURNING = "returning"
    RETURNED = "returned"
    DELIVERED = "delivered"
    COLLECTED = "collected"
    NOVEL = "novel"


ENDS = frozenset({Did.CANCELLED, Did.LOST, Did.RETURNED, Did.DELIVERED, Did.COLLECTED})
_UNDATED = ENDS | {Did.HELD, Did.DAMAGED, Did.RETURNING}
_MOVES_THE_DAY = frozenset({Did.DELAYED, Did.ATTEMPT_FAILED})


def local(at: datetime, hub: Hub) -> datetime:
    """Return the instant as the clock on the hub's wall shows it, offset kept."""
    return at.astimezone(ZoneInfo(hub.zone))


@dataclass(frozen=True, slots=True)
class Step:
    """One scan. `at` is aware UTC to the second.

    `detail` is a delay's reason (weather, customs, sorting); what was odd about a
    failed attempt (empty: nobody at home; second, last, no_access, refused); the
    signer of a delivery (empty: left without one); "origin" at the first sorting;
    "moving" on the way back. `wording` above 0 is the same scan in other words.
    """

    did: Did
    at: datetime
    hub: Hub
    detail: str = ""
    wording: int = 0

    @property
    def local(self) -> datetime:
        return local(self.at, self.hub)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel's whole life, future steps included.

    `market` is the shopper's (us, uk, de, vn). Dates are local: `shipped_on` to
    the shop, `promised_on` to the shopper. `cod` is in whole dong.
    """

    carrier: str
    number: str
    kind: str
    market: str
    steps: tuple[Step, ...]
    shipped_on: date
    promised_on: date
    origin: Hub
    destination: Hub
    abroad: bool = False
    cod: int = 0

    def until(self, now: datetime) -> tuple[Step, ...]:
        """Return the steps that have happened by now, oldest first."""
        return tuple(step for step in self.steps if step.at <= now)

    def expected_on(self, now: datetime) -> date | None:
        """Return the day that the carrier would name now, None where it names none.

        It keeps to the promise until something moves the day.
        """
        seen = self.until(now)
        if not seen or seen[-1].did in _UNDATED:
            return None
        if seen[-1].did is Did.OUT_FOR_DELIVERY:
            return seen[-1].local.date()
        if not any(step.did in _MOVES_THE_DAY for step in seen):
            return self.promised_on
        for step in self.steps[len(seen) :]:
            if step.did is Did.OUT_FOR_DELIVERY:
                return step.local.date()
        return max(self.promised_on, seen[-1].local.date() + timedelta(days=1))


Words = TypeVar("Words")


def words_of(table: Mapping[tuple[Did, str], Words], step: Step) -> Words:
    """Return what a carrier's table says of a step, of its detail where it does."""
    return table[step.did, step.detail if (step.did, step.detail) in table else ""]
