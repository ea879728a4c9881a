"""A parcel's stored history, and what was known of it at an instant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.detail import NOTHING
from track_service.core.parcel import Shipment
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.timeline import current, delivered_stamp, in_order
from track_service.core.tracking import Window
from track_service.store import past, shipments
from track_service.store.past import Sighting
from track_service.store.shipments import Held

_PART = 500  # parcels read at once
_FIRST_LOOK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A parcel as it is held today, when each of its scans came, its carrier's dates.

    `collect_told_at` is when the last day of collection, as it stands today, was told.
    Of our looks at the carrier only the last is stored: from the hour after the parcel
    was given to us until then it is taken to have answered whenever it was asked.
    """

    held: Held
    sightings: Sequence[Sighting]
    dates: Sequence[tuple[datetime, Window]]
    collect_told_at: datetime | None = None

    def start(self) -> Shipment:
        """Return the parcel as it was given to us."""
        return replace(
            self.held.shipment,
            meaning=Meaning(Status.PENDING, "no_info"),
            window=None,
            delivered_at=None,
            promise_state="no_promise",
            motion_state="moving",
            events=(),
            asked_at=None,
            seen_at=None,
            blind=(),
            trouble=None,
            failures=0,
            pushed_at=None,
            paused_at=None,
            outlook=None,
            detail=NOTHING,
        )

    def turns(self) -> set[datetime]:
        """Return the instants at which something came in."""
        came = {s.seen_at for s in self.sightings}
        gone = {s.withdrawn_at for s in self.sightings if s.withdrawn_at}
        stated = {at for at, _ in self.dates}
        told = {at for at in (self.collect_told_at,) if at is not None}
        return {self.held.shipment.created_at} | came | gone | stated | told

    def keys(self, before: datetime) -> frozenset[str]:
        """Return the keys of the scans that came before an instant."""
        return frozenset(
            known.event.key
            for known, sighting in zip(self.held.known, self.sightings, strict=True)
            if sighting.seen_at < before
        )

    def at(self, now: datetime, before: Shipment) -> Shipment:
        """Return the parcel as it was known at `now`, before it was judged.

        `before` is how it stood after the judgement before that.
        """
        zone = ZoneInfo(before.brand.zone)
        standing = (
            known.event
            for known, sighting in zip(self.held.known, self.sightings, strict=True)
            if sighting.seen_at <= now
            and (sighting.withdrawn_at is None or sighting.withdrawn_at > now)
        )
        fallback = now.astimezone(zone).utcoffset() or timedelta()
        events = tuple(in_order(standing, fallback))
        meaning = current(events)
        meaning = before.meaning if meaning == UNKNOWN else meaning
        came = meaning.status is Status.DELIVERED
        seen, told = self._seen(now), self.collect_told_at
        return replace(
            before,
            events=events,
            meaning=meaning,
            window=next((w for at, w in reversed(self.dates) if at <= now), None),
            delivered_at=delivered_stamp(events, None) if came else None,
            asked_at=seen,
            seen_at=seen,
            blind=tuple(b for b in self.held.shipment.blind if b[1] <= now),
            detail=NOTHING if told is None or now < told else self.held.shipment.detail,
        )

    def _seen(self, now: datetime) -> datetime | None:
        last, given = self.held.shipment.seen_at, self.held.shipment.created_at
        first = min([given + _FIRST_LOOK, *(s.seen_at for s in self.sightings)])
        if last is None or now < first:
            return None
        blind = (start for start, end in self.held.shipment.blind if start <= now < end)
        return next(blind, min(now, last))


def read(session: Session, *, before: datetime) -> list[Kept]:
    """Return the history of every parcel given to us before an instant."""
    ids = past.followed(session, before=before)
    found = []
    for start in range(0, len(ids), _PART):
        part = ids[start : start + _PART]
        sightings = past.sightings(session, part)
        dates = past.carrier_dates(session, part)
        told = past.collect_dates_told(session, part)
        found += [
            Kept(
                held,
                sightings.get(held.shipment.id, ()),
                dates.get(held.shipment.id, ()),
                told.get(held.shipment.id),
            )
            for held in shipments.load(session, part, full=False)
        ]
    return found
