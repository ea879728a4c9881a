"""Foresight: what the figures that were fitted say of one parcel, at one instant."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from track_service.core import silence
from track_service.core.calendar import latest
from track_service.core.eta.curve import Curve
from track_service.core.eta.forecast import Forecast
from track_service.core.eta.forecaster import Forecaster
from track_service.core.eta.stated import Dated
from track_service.core.eta.trip import Trip
from track_service.core.legs import Begun, Leg, current
from track_service.core.motion import last_news, rests
from track_service.core.outlook import BY_DATE, Outlook, follow
from track_service.core.parcel import Shipment
from track_service.core.promise import is_awaited
from track_service.core.silence import Patience
from track_service.core.tracking import Stamp, Window
from track_service.services.lane_book import LaneBook
from track_service.services.lessons import coarse, trip
from track_service.store import lanes
from track_service.store.db import Database
from track_service.store.lanes import ALL

_FRESH = timedelta(minutes=10)  # for so long newer figures go unnoticed


@dataclass(slots=True)
class Foresight:
    """The figures of every brand, read anew as they change; threads may share it."""

    _books: dict[str, LaneBook] = field(default_factory=lambda: {ALL: LaneBook()})
    _versions: Mapping[str, int] = field(default_factory=dict)
    _read_at: datetime | None = None
    _reading: threading.Lock = field(default_factory=threading.Lock)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self, database: Database, *, now: datetime) -> None:
        """Read the figures that have changed, if it is time to look again.

        Call it before a transaction begins: it waits for a connection of its own, which
        those may hold who wait for the transaction's end.
        """
        with self._reading:
            if self._read_at is not None and now - self._read_at < _FRESH:
                return
            self._read_at = now
            changed = {}
            with database.read() as session:
                found = lanes.versions(session)
                for scope, version in found.items():
                    if self._versions.get(scope) != version:
                        changed[scope] = book = LaneBook()
                        book.load(lanes.fitted(session, scope))
            self._versions = found
            with self._lock:
                self._books |= changed

    def see(self, shipment: Shipment, now: datetime) -> Outlook | None:
        """Return what is foreseen of a parcel on its way, None of one at its end.

        `shipment.outlook` is what was foreseen before.
        """
        if rests(shipment):
            return None
        zone = ZoneInfo(shipment.brand.zone)
        leg = current(shipment.events)
        began = _began(shipment, leg)
        local = began.astimezone(zone).replace(tzinfo=None)
        way = trip(shipment, leg, start=local)
        with self._lock:
            outlook = self._patient(shipment, leg.leg, way, now=now)
            if is_awaited(shipment.meaning):
                seen = min(max(shipment.seen_at or began, began), now)
                then = seen.astimezone(zone).replace(tzinfo=None)
                outlook = self._awaited(outlook, shipment, way, then)
        today = now.astimezone(zone).date()
        return follow(outlook, shipment.outlook, today=today)

    def way(self, brand_id: int, trip: Trip) -> Curve | None:
        """Return the spread of a trip of a brand's from the hand-over on, if known."""
        with self._lock:
            chosen = self._chosen(lanes.scope_of(brand_id), Leg.HANDED_OVER, trip)
            return chosen and chosen[0].curve(chosen[1])

    def _patient(
        self, shipment: Shipment, leg: Leg, way: Trip, *, now: datetime
    ) -> Outlook:
        zone, home = ZoneInfo(shipment.brand.zone), way.destination.country
        lane = silence.keys(leg, way.carrier, way.origin.country, home)
        patience = self._patience(shipment, lane) or silence.prior(
            leg, abroad=way.abroad
        )
        news = last_news(shipment, now=now, zone=zone)
        clock = self._books[ALL].clock(home)
        start = news.astimezone(zone).replace(tzinfo=None)
        quiet_at, stalled_at = (
            clock.after(start, span).replace(tzinfo=zone).astimezone(UTC)
            for span in (patience.quiet, patience.stalled)
        )
        return Outlook(leg, now, quiet_at, stalled_at)

    def _patience(self, shipment: Shipment, lane: silence.Keys) -> Patience | None:
        own = self._books.get(lanes.scope_of(shipment.brand.id))
        found = own.silences.patience(lane) if own else None
        return found or self._books[ALL].silences.patience(lane)

    def _awaited(
        self, outlook: Outlook, shipment: Shipment, way: Trip, seen: datetime
    ) -> Outlook:
        told = self._forecast(lanes.scope_of(shipment.brand.id), outlook.leg, way, seen)
        dated = self._dated(shipment, outlook.leg, seen)
        if dated and (told is None or _days(dated) <= (told.until - told.start).days):
            return _by_date(outlook, dated, shipment.promised_on)
        if told is None:
            return outlook
        start, (least, most) = max(told.start, seen).date(), told.why.usual
        return replace(
            outlook,
            window=Window(Stamp.day(start), Stamp.day(told.until.date())),
            on=told.eta.date(),
            p_late=None if told.p_late is None else round(told.p_late, 2),
            usual=(round(least, 1), round(most, 1)),
            slower=round(told.why.slower, 1),
            known_by=told.why.known_by,
        )

    def _dated(self, shipment: Shipment, leg: Leg, seen: datetime) -> Dated | None:
        """What the carrier's own date is worth, by the shop's figures or by all."""
        if shipment.window is None:
            return None
        day, carrier = shipment.window.until.local.date(), shipment.carrier
        own = self._books.get(lanes.scope_of(shipment.brand.id))
        found = own and own.stated.read(carrier, leg, day, seen=seen.date())
        return found or self._books[ALL].stated.read(
            carrier, leg, day, seen=seen.date()
        )

    def _forecast(
        self, scope: str, leg: Leg, way: Trip, seen: datetime
    ) -> Forecast | None:
        chosen = self._chosen(scope, leg, way)
        return chosen and chosen[0].predict(chosen[1], now=seen)

    def _chosen(
        self, scope: str, leg: Leg, way: Trip
    ) -> tuple[Forecaster, Trip] | None:
        """The shop's own figures, else the installation's, else the carrier's word."""
        own = self._books.get(scope)
        if own is not None and own.legs[leg].known_by(way) is not None:
            return own.legs[leg], way
        shared, alike = self._books[ALL].legs[leg], coarse(way)
        if shared.known_by(alike) is None and way.committed is None:
            return None
        return shared, alike


def _days(dated: Dated) -> int:
    return (dated.until - dated.start).days


def _by_date(outlook: Outlook, dated: Dated, promised: date | None) -> Outlook:
    late = None if promised is None else round(dated.chance_after(promised), 2)
    return replace(
        outlook,
        window=Window(Stamp.day(dated.start), Stamp.day(dated.until)),
        on=dated.on,
        p_late=late,
        known_by=BY_DATE,
    )


def _began(shipment: Shipment, leg: Begun) -> datetime:
    """Return when a leg began (aware UTC); one without a scan, when we were told."""
    if leg.scan is None or leg.scan.stamp is None:
        return shipment.created_at
    zone = ZoneInfo(shipment.brand.zone)
    return min(latest(leg.scan.stamp, zone), shipment.seen_at or shipment.created_at)
