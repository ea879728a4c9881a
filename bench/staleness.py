"""Staleness: from a scan to our knowing of it, at equal numbers of calls.

Whole lives of parcels are asked about by three policies: a flat interval, a ladder that
grows with silence (3, 6, 12, 24 h), and ours. Each is compared with a flat interval
stretched or shrunk until it makes as many calls. All of them watch an end in the same
way (daily, for some days), so that the way there is what is compared.

Two worlds: `sandbox` is the demo's; in `rough` every gap is drawn out or shortened at
random, the carrier's clock wanders by hours, and half the parcels have scans that say
no more than "in transit". What a policy gains only by the sandbox's regularity is lost
in the rough one.
"""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from random import Random
from zoneinfo import ZoneInfo

from bench.measure import Result
from track_service.core.cadence import next_poll
from track_service.core.parcel import Brand, Order, Shipment
from track_service.core.status import ENDED_BADLY, UNKNOWN, Meaning, Status
from track_service.core.timeline import current
from track_service.core.tracking import Event, Place, Stamp, Window
from track_service.sandbox.journeys import Kind, plan
from track_service.sandbox.parcels import Did, Parcel, Step
from track_service.sandbox.places import LANES

PARCELS, SEED = 600, 2026
START = datetime(2026, 3, 2, tzinfo=UTC)
SILENT = timedelta(days=30)
ENDS = {Status.DELIVERED, Status.RETURNED, Status.CANCELLED}
BY_THE_CLOCK = {Did.PICKED_UP, Did.OUT_FOR_DELIVERY, Did.COLLECTED, Did.RETURNED}

# How often each kind of life occurs, of 100.
SHARES = {
    Kind.SMOOTH: 60, Kind.EARLY: 8, Kind.WEATHER: 5, Kind.CUSTOMS: 2, Kind.SORTING: 5,
    Kind.SECOND_ATTEMPT: 7, Kind.ATTEMPTS_RETURNED: 1, Kind.REFUSED: 1, Kind.PICKUP: 4,
    Kind.STALLED: 1, Kind.LOST: 1, Kind.DAMAGED: 1, Kind.CANCELLED: 2,
    Kind.NEVER_SHIPPED: 2,
}  # fmt: skip
MEANINGS = {
    Did.LABEL: Meaning(Status.INFO_RECEIVED, "label_created"),
    Did.CANCELLED: Meaning(Status.CANCELLED, "shipment"),
    Did.PICKED_UP: Meaning(Status.PICKED_UP, "accepted"),
    Did.ARRIVED: Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
    Did.DEPARTED: Meaning(Status.IN_TRANSIT, "departed_facility"),
    Did.CUSTOMS: Meaning(Status.IN_TRANSIT, "customs_started"),
    Did.CLEARED: Meaning(Status.IN_TRANSIT, "customs_released"),
    Did.DELAYED: Meaning(Status.EXCEPTION, "delayed"),
    Did.AT_DEPOT: Meaning(Status.IN_TRANSIT, "at_delivery_depot"),
    Did.OUT_FOR_DELIVERY: Meaning(Status.OUT_FOR_DELIVERY, "with_courier"),
    Did.ATTEMPT_FAILED: Meaning(Status.ATTEMPT_FAILED, "recipient_unavailable"),
    Did.HELD: Meaning(Status.AVAILABLE_FOR_PICKUP, "ready"),
    Did.DAMAGED: Meaning(Status.EXCEPTION, "damaged"),
    Did.LOST: Meaning(Status.EXCEPTION, "lost"),
    Did.RETURNING: Meaning(Status.RETURNING, "to_sender"),
    Did.RETURNED: Meaning(Status.RETURNED, "to_sender"),
    Did.DELIVERED: Meaning(Status.DELIVERED, "delivered"),
    Did.COLLECTED: Meaning(Status.DELIVERED, "collected_by_customer"),
    Did.NOVEL: UNKNOWN,
}


@dataclass(frozen=True)
class Life:
    """When each scan happened, what is known after each, and when asking begins."""

    times: list[datetime]
    known: list[Shipment]
    zone: tzinfo
    begins: datetime


Policy = Callable[[Shipment, datetime, tzinfo, float], datetime | None]


@dataclass(frozen=True)
class Score:
    """Calls a parcel, staleness in hours (a scan that is never seen counts for ever)."""

    calls: float
    median: float
    p95: float


def lives(count: int, seed: int, *, rough: bool) -> list[Life]:
    rng = Random(seed)
    return [_life(_parcel(rng, seed, i, rough), rng, rough) for i in range(count)]


def _parcel(rng: Random, seed: int, index: int, rough: bool) -> Parcel:
    carrier = rng.choice(sorted(LANES))
    parcel = plan(
        rng.choice(LANES[carrier]),
        rng.choices(list(SHARES), list(SHARES.values()))[0],
        carrier=carrier,
        number=str(index),
        label_at=START + timedelta(hours=rng.uniform(0, 24 * 14)),
        seed=seed,
    )
    return replace(parcel, steps=tuple(_loosened(parcel, rng))) if rough else parcel


def _loosened(parcel: Parcel, rng: Random) -> Iterator[Step]:
    at = parcel.steps[0].at
    yield parcel.steps[0]
    for before, step in zip(parcel.steps, parcel.steps[1:], strict=False):
        if step.did in BY_THE_CLOCK:
            due = step.at + timedelta(hours=rng.triangular(-2.5, 4, 0))
            while due <= at or _weekday(due, step) == 6:
                due += timedelta(days=1)
            at = due
        else:
            at += (step.at - before.at) * math.exp(rng.gauss(0, 0.6))
        yield replace(step, at=at)


def _weekday(at: datetime, step: Step) -> int:
    return at.astimezone(ZoneInfo(step.hub.zone)).weekday()


def _life(parcel: Parcel, rng: Random, rough: bool) -> Life:
    terse = rough and rng.random() < 0.5
    events = [_event(step, terse=terse) for step in parcel.steps]
    return Life(
        times=[step.at for step in parcel.steps],
        known=[
            _shipment(parcel, events[: n + 1], step.at)
            for n, step in enumerate(parcel.steps)
        ],
        zone=ZoneInfo(parcel.destination.zone),
        begins=parcel.steps[0].at + timedelta(minutes=rng.uniform(0, 60)),
    )


def _event(step: Step, *, terse: bool) -> Event:
    meaning = MEANINGS[step.did]
    if terse and meaning.status is Status.IN_TRANSIT:
        meaning = Meaning(Status.IN_TRANSIT, "moving")
    place = Place(step.hub.city, None, step.hub.country)
    return Event(Stamp.aware(step.local), meaning, place=place)


def _shipment(parcel: Parcel, events: list[Event], now: datetime) -> Shipment:
    day = parcel.expected_on(now)
    return Shipment(
        id=1,
        public_id="p",
        token="t",
        brand=Brand(1, "b", "B"),
        order=Order("#1"),
        carrier=parcel.carrier,
        number=parcel.number,
        created_at=parcel.steps[0].at,
        promised_on=parcel.promised_on,
        shipped_on=parcel.shipped_on,
        meaning=current(events),
        events=tuple(events),
        window=day and Window(Stamp.day(day), Stamp.day(day)),
    )


def ours(
    shipment: Shipment, now: datetime, zone: tzinfo, jitter: float
) -> datetime | None:
    return next_poll(shipment, now=now, zone=zone, jitter=jitter)


def flat(hours: float) -> Policy:
    return _by_silence(lambda _silence: hours)


def ladder() -> Policy:
    """The ladder: any scan resets it to 3 h, silence doubles it up to a day."""
    steps = ((3, 3), (9, 6), (21, 12), (math.inf, 24))
    return _by_silence(lambda silence: next(i for end, i in steps if silence < end))


def _by_silence(interval: Callable[[float], float]) -> Policy:
    def policy(
        shipment: Shipment, now: datetime, zone: tzinfo, jitter: float
    ) -> datetime | None:
        meaning = shipment.meaning
        lost = (meaning.status, meaning.sub) in ENDED_BADLY
        if lost or meaning.status in ENDS:
            return ours(shipment, now, zone, jitter)
        silence = now - shipment.events[-1].stamp.at
        if silence >= SILENT:
            return None
        return now + timedelta(hours=interval(silence / timedelta(hours=1)))

    return policy


def score(parcels: list[Life], policy: Policy) -> Score:
    rng, calls, stale = Random(SEED), 0, []
    for life in parcels:
        now: datetime | None = life.begins
        seen = 1  # the label is there when we are given the parcel
        while now is not None:
            calls += 1
            happened = bisect_right(life.times, now)
            stale += [now - life.times[n] for n in range(seen, happened)]
            seen = max(seen, happened)
            now = policy(life.known[happened - 1], now, life.zone, rng.random())
        stale += [timedelta.max] * (len(life.times) - seen)
    stale.sort()
    median, p95 = (
        stale[int(len(stale) * share)] / timedelta(hours=1) for share in (0.5, 0.95)
    )
    return Score(calls / len(parcels), median, p95)


def flat_with(calls: float, parcels: list[Life]) -> tuple[float, Score]:
    """Return the flat interval, in hours, that makes about as many calls."""
    low, high = 0.2, 24.0
    for _ in range(14):
        hours = math.sqrt(low * high)
        low, high = (hours, high) if _more(parcels, hours, calls) else (low, hours)
    return high, score(parcels, flat(high))


def _more(parcels: list[Life], hours: float, calls: float) -> bool:
    return score(parcels, flat(hours)).calls > calls


def run() -> list[Result]:
    """Return median and 95 % staleness of each policy in each world, in minutes."""
    results: list[Result] = []
    for world in ("sandbox", "rough"):
        parcels = lives(PARCELS, SEED, rough=world == "rough")
        for name, policy in (
            ("flat 2 h", flat(2)),
            ("ladder", ladder()),
            ("ours", ours),
        ):
            results += _compare(world, name, score(parcels, policy), parcels)
    return results


def _compare(
    world: str, name: str, got: Score, parcels: list[Life]
) -> Iterator[Result]:
    hours, limit = flat_with(got.calls, parcels)
    note = f"{world}, {name}: {got.calls:.1f} calls a parcel, as many as flat {hours:.2f} h"
    for what, value, bound in (
        ("median", got.median, limit.median),
        ("95 %", got.p95, limit.p95),
    ):
        unit = f"minutes ({what})"
        yield Result("staleness", value * 60, unit, bound * 60, len(parcels), note)
