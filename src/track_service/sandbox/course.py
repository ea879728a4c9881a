"""The pen that writes a journey: it walks a lane and notes each step and instant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from track_service.sandbox.parcels import Did, Step, local
from track_service.sandbox.places import Hub, Lane


class Kind(StrEnum):
    """How a parcel's life goes."""

    SMOOTH = "smooth"
    EARLY = "early"
    WEATHER = "weather"
    CUSTOMS = "customs"
    SORTING = "sorting"
    SECOND_ATTEMPT = "second_attempt"
    ATTEMPTS_RETURNED = "attempts_returned"
    REFUSED = "refused"
    PICKUP = "pickup"
    STALLED = "stalled"
    LOST = "lost"
    DAMAGED = "damaged"
    CANCELLED = "cancelled"
    NEVER_SHIPPED = "never_shipped"


_HURDLES = (
    Kind.WEATHER, Kind.CUSTOMS, Kind.SORTING, Kind.STALLED, Kind.LOST, Kind.DAMAGED,
)  # fmt: skip
_SIGNERS = ("MILLER", "OKAFOR", "T. NGUYEN", "SCHULZ", "PATEL", "RECEPTION", "")


@dataclass
class Course:
    """A pen that walks along a lane, noting what happens and when."""

    lane: Lane
    rng: Random
    at: datetime

    def __post_init__(self) -> None:
        self.steps: list[Step] = []

    def note(self, did: Did, hub: Hub, detail: str = "") -> None:
        self.steps.append(Step(did, self.at, hub, detail))

    def later(self, least: float, most: float) -> None:
        """Let some hours pass."""
        self.at += timedelta(seconds=round(self.rng.uniform(least, most) * 3600))

    def clock(self, hub: Hub, hour: int, *, spread: int = 90) -> None:
        """Wait for that local hour of a working day, within some minutes."""
        here = local(self.at, hub)
        due = here.replace(hour=hour, minute=0, second=0)
        due += timedelta(seconds=self.rng.randint(0, spread * 60))
        while due <= here or due.weekday() == 6:
            due += timedelta(days=1)
        self.at = due.astimezone(self.at.tzinfo)

    def collect(self) -> None:
        origin = self.lane.origin
        self.clock(origin, 16)
        self.note(Did.PICKED_UP, origin)
        self.later(1.5, 3)
        self.note(Did.ARRIVED, origin, "origin")
        self.later(1, 4)
        self.note(Did.DEPARTED, origin)

    def travel(self, kind: Kind) -> bool:
        """Go to the delivery depot; False where the parcel never gets there."""
        last = len(self.lane.via) - 1
        for place, hub in enumerate(self.lane.via):
            self.later(self.lane.leg_hours * 0.8, self.lane.leg_hours * 1.2)
            self.note(Did.ARRIVED, hub)
            border = self.lane.abroad and place == last
            if border:
                self.later(0.5, 2)
                self.note(Did.CUSTOMS, hub)
                self.later(2, 6)
            if place == last and kind in _HURDLES and not self.trouble(kind, hub):
                return False
            if border:
                self.note(Did.CLEARED, hub)
            self.later(1.5, 4)
            self.note(Did.DEPARTED, hub)
        self.later(3, 6)
        self.note(Did.AT_DEPOT, self.lane.destination)
        return True

    def trouble(self, kind: Kind, hub: Hub) -> bool:
        """Note what goes wrong at this hub; False where the way ends here."""
        if kind is Kind.STALLED:
            return False
        if kind is Kind.LOST:
            self.later(24 * 9, 24 * 12)
            self.note(Did.LOST, hub)
            return False
        self.later(1, 4)
        if kind is Kind.DAMAGED:
            self.note(Did.DAMAGED, hub)
            self.later(3, 9)
            self.return_home()
            return False
        self.note(Did.DELAYED, hub, kind.value)
        self.later(30, 80)
        return True

    def out(self) -> None:
        self.clock(self.lane.destination, 7)
        self.note(Did.OUT_FOR_DELIVERY, self.lane.destination)
        self.later(2, 8)

    def attempt(self, reason: str) -> None:
        self.out()
        self.note(Did.ATTEMPT_FAILED, self.lane.destination, reason)

    def deliver(self) -> None:
        self.out()
        self.note(Did.DELIVERED, self.lane.destination, self.rng.choice(_SIGNERS))

    def deliver_second(self) -> None:
        self.attempt(self.rng.choice(("", "no_access")))
        self.deliver()

    def give_up(self) -> None:
        for which in ("", "second", "last"):
            self.attempt(which)
        self.later(20, 40)
        self.return_home()

    def refuse(self) -> None:
        self.attempt("refused")
        self.later(4, 20)
        self.return_home()

    def wait_at_counter(self) -> None:
        self.attempt("")
        self.later(3, 5)
        self.note(Did.HELD, self.lane.destination)
        self.later(18, 70)
        self.clock(self.lane.destination, 17)
        self.note(Did.COLLECTED, self.lane.destination, self.rng.choice(_SIGNERS[:4]))

    def return_home(self) -> None:
        self.note(Did.RETURNING, self.steps[-1].hub)
        self.later(self.lane.leg_hours, self.lane.leg_hours * 3)
        self.note(Did.RETURNING, self.lane.via[0], "moving")
        self.later(10, 20)
        self.clock(self.lane.origin, 11)
        self.note(Did.RETURNED, self.lane.origin)


ENDINGS: dict[Kind, Callable[[Course], None]] = {
    Kind.SECOND_ATTEMPT: Course.deliver_second,
    Kind.ATTEMPTS_RETURNED: Course.give_up,
    Kind.REFUSED: Course.refuse,
    Kind.PICKUP: Course.wait_at_counter,
}
