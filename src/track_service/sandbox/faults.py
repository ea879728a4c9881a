"""What can go wrong on purpose: with an answer as a whole, and with its scans."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from track_service.sandbox.dice import dice
from track_service.sandbox.parcels import ENDS, Did, Step

_SCAN_FAULTS = (
    "reordered", "duplicated", "reworded", "retimed", "withdrawn", "novel",
)  # fmt: skip


class Fault(StrEnum):
    """What befalls a whole answer."""

    HANG = "hang"
    THROTTLED = "throttled"
    SERVER_ERROR = "server_error"
    CUT_OFF = "cut_off"
    GARBAGE = "garbage"
    OVERSIZED = "oversized"


@dataclass(frozen=True, slots=True)
class Faults:
    """Chances from 0 to 1; the same seed gives the same misfortunes.

    The first six befall one answer in so many, `reordered` shuffles one answer's
    scans in so many, the five after it befall one scan in so many and then last.
    `carriers` narrows all of them; None means every carrier. Token endpoints are
    spared unless `tokens_too`.
    """

    seed: int = 0
    hang: float = 0.0
    throttled: float = 0.0
    server_error: float = 0.0
    cut_off: float = 0.0
    garbage: float = 0.0
    oversized: float = 0.0
    reordered: float = 0.0
    duplicated: float = 0.0
    reworded: float = 0.0
    retimed: float = 0.0
    withdrawn: float = 0.0
    novel: float = 0.0
    hang_seconds: float = 30.0
    retry_after: int = 60
    oversized_bytes: int = 20_000_000
    tokens_too: bool = False
    carriers: frozenset[str] | None = None

    def touch(self, carrier: str) -> bool:
        """Say whether this carrier is among the unlucky ones."""
        return self.carriers is None or carrier in self.carriers


def befall(faults: Faults, carrier: str, *words: object) -> Fault | None:
    """Return what befalls the answer that the words name, if anything does."""
    if not faults.touch(carrier):
        return None
    rng = dice(faults.seed, carrier, *words)
    for fault in Fault:
        if rng.random() < getattr(faults, fault.value):
            return fault
    return None


def disturb(
    steps: Sequence[Step], faults: Faults, carrier: str, number: str, *, now: datetime
) -> list[Step]:
    """Return the scans as a carrier with these faults tells them at that instant.

    A scan is edited or withdrawn some hours after it was first told. The label
    and whatever ends a life are never withdrawn.
    """
    chances = (getattr(faults, name) for name in _SCAN_FAULTS)
    if not faults.touch(carrier) or not any(chances):
        return list(steps)
    told: list[Step] = []
    for place, step in enumerate(steps):
        rng = dice(faults.seed, carrier, number, place)
        told += _told(step, faults, rng, now=now)
    order = dice(faults.seed, carrier, number, "order", now.isoformat())
    if order.random() < faults.reordered:
        order.shuffle(told)
    return told


def _told(step: Step, faults: Faults, rng: Random, *, now: datetime) -> list[Step]:
    # Every die is thrown, whatever comes of it, so that one chance moves no other.
    twice = rng.random() < faults.duplicated
    reword = rng.random() < faults.reworded
    retime = rng.random() < faults.retimed
    withdraw = rng.random() < faults.withdrawn
    novel = rng.random() < faults.novel
    minutes = rng.randint(4, 40)
    edited_at = step.at + timedelta(hours=rng.uniform(1, 6))
    lasting = step.did is Did.LABEL or step.did in ENDS
    if edited_at <= now:
        if withdraw and not lasting:
            return []
        if reword:
            step = replace(step, wording=1)
        if retime:
            step = replace(step, at=step.at + timedelta(minutes=minutes))
    told = [step, step] if twice else [step]
    if novel and not lasting:
        told.insert(0, replace(step, did=Did.NOVEL, detail="", wording=0))
    return told
