"""Notices and alerts replayed under other rules, step by step, without a look ahead.

A parcel is judged when something came in and when its judgement says that time alone
may change something. What is foreseen of it comes of lanes that learn each night what
came in before. Nothing is written.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import count
from zoneinfo import ZoneInfo

from track_service.core.delay import judge
from track_service.core.news import still_news
from track_service.core.notices import Audience, Notice, still_true
from track_service.core.outlook import Outlook
from track_service.core.parcel import Shipment
from track_service.core.rules import CANNOT_WAIT
from track_service.core.steps import Step
from track_service.services.backtests.kept import Kept
from track_service.services.backtests.tried_rules import TriedRules
from track_service.services.fitting import study
from track_service.services.foresight import Foresight
from track_service.services.lane_book import LaneBook
from track_service.services.timing import zone_of
from track_service.services.verdict import Eye, judged
from track_service.store.lanes import ALL, NewScans, scope_of
from track_service.store.shipments import Held

_NIGHT = timedelta(days=1)


class To(StrEnum):
    """Who hears: the shopper by a notice, ops by an alert in their queue."""

    SHOPPER = "shopper"
    OPS = "ops"


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """One notice or alert: when it went out (aware UTC), of which parcel."""

    at: datetime
    parcel: int
    kind: str
    to: To


def replayed(
    parcels: Sequence[Kept], tried: TriedRules, *, start: datetime, until: datetime
) -> list[Told]:
    """Return what would have gone out from `start` to before `until`, in order of time.

    Parcels are followed from the day they were given to us, so that each is told once.
    """
    return sorted(
        told for told in _Replay(parcels, tried).run(until) if start <= told.at
    )


class _Replay:
    def __init__(self, parcels: Sequence[Kept], tried: TriedRules) -> None:
        self._parcels, self._tried = parcels, tried
        self._books = {ALL: LaneBook()}
        for kept in parcels:
            self._books.setdefault(scope_of(kept.held.shipment.brand.id), LaneBook())
        self._sight = Foresight(self._books)
        self._held = [Held(self._ruled(kept.start())) for kept in parcels]
        self._queue: list[tuple[datetime, int, int, Notice | None]] = []
        self._turn = count()
        self._planned: set[tuple[datetime, int]] = set()
        self._told_on: Counter[tuple[int, str | None, date]] = Counter()
        self._came: dict[date, list[int]] = defaultdict(list)
        for n, kept in enumerate(parcels):
            for day in {s.seen_at.astimezone(UTC).date() for s in kept.sightings}:
                self._came[day].append(n)

    def run(self, until: datetime) -> Iterator[Told]:
        for n, kept in enumerate(self._parcels):
            for at in kept.turns():
                self._plan(at, n)
        night = self._first_night()
        while self._queue and self._queue[0][0] < until:
            at, _, n, notice = heapq.heappop(self._queue)
            while night <= at:
                self._learn(night)
                night += _NIGHT
            if notice is None:
                yield from self._look(at, n)
            else:
                yield from self._send(at, n, notice)

    def _plan(self, at: datetime, n: int, notice: Notice | None = None) -> None:
        """What is to be sent is sent once the looks of that instant are done."""
        if notice is None:
            if (at, n) in self._planned:
                return
            self._planned.add((at, n))
        heapq.heappush(self._queue, (at, next(self._turn), n, notice))

    def _first_night(self) -> datetime:
        first = self._queue[0][0] if self._queue else datetime.max.replace(tzinfo=UTC)
        return datetime.combine(first.date(), time.min, tzinfo=UTC) + _NIGHT

    def _learn(self, night: datetime) -> None:
        """Take in the scans of the day before, as the nightly fit does."""
        keys, read, taught = {}, {}, []
        for n in self._came.pop((night - _NIGHT).date(), ()):
            parcel, kept = self._held[n].shipment, self._parcels[n]
            read[parcel.id] = kept.keys(night - _NIGHT)
            keys[parcel.id] = kept.keys(night) - read[parcel.id]
            taught.append(parcel)
        scans = sum(map(len, keys.values()))
        study(taught, NewScans(keys, read, scans, 0, more=False), self._books)

    def _look(self, at: datetime, n: int) -> Iterator[Told]:
        before = self._held[n]
        after = self._parcels[n].at(at, before.shipment)
        eye = Eye(at, lambda: 0.5, lambda: "", self._foresee)
        found = judged(before, after, eye, source="")
        opened = {(str(c.kind), c.cause) for c in found.opened}
        for kind, cause in sorted(opened):
            if f"{kind}:{cause}" not in before.told:
                yield Told(at, after.id, kind, To.OPS)
        shopper = [x for _, x in found.notices if x.audience == Audience.SHOPPER]
        self._held[n] = replace(
            before,
            shipment=found.shipment,
            open_concerns=before.open_concerns - set(found.cleared) | opened,
            told=before.told | {f"{kind}:{cause}" for kind, cause in opened},
            shopper_told=before.shopper_told | {x.cause for x in shopper},
        )
        for notice in shopper:
            self._plan(self._awake(at, found.shipment), n, notice)
        if found.judge_after is not None:
            self._plan(found.judge_after, n)

    def _send(self, at: datetime, n: int, notice: Notice) -> Iterator[Told]:
        """Tell what still holds; what no longer does may be owed again."""
        held = self._held[n]
        if not self._holds(held.shipment, notice, at):
            self._held[n] = replace(
                held, shopper_told=held.shopper_told - {notice.cause}
            )
            return
        parcel, customer = held.shipment, held.shipment.order.customer
        rules, zone = parcel.brand.rules, zone_of(parcel, at)
        shopper = customer.email or customer.phone
        day = (parcel.brand.id, shopper, at.astimezone(zone).date())
        full = rules.per_day is not None and self._told_on[day] >= rules.per_day
        if full and notice.kind not in CANNOT_WAIT:
            self._plan(rules.tomorrow(at, zone), n, notice)
            return
        self._told_on[day] += 1
        yield Told(at, parcel.id, notice.kind, To.SHOPPER)

    def _holds(self, parcel: Shipment, notice: Notice, at: datetime) -> bool:
        verdict = judge(parcel, now=at, zone=ZoneInfo(parcel.brand.zone))
        if isinstance(notice.concern.kind, Step):
            return still_news(notice.kind, parcel, verdict)
        return still_true(notice.kind, notice.about, verdict)

    def _awake(self, at: datetime, parcel: Shipment) -> datetime:
        return parcel.brand.rules.wake(at, zone_of(parcel, at)) or at

    def _foresee(self, parcel: Shipment, at: datetime) -> Outlook | None:
        told = self._sight.see(parcel, at)
        return None if told is None else self._tried.outlook(told, parcel, at)

    def _ruled(self, parcel: Shipment) -> Shipment:
        return replace(parcel, brand=self._tried.brand(parcel.brand))
