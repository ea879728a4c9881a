"""Counting what shoppers do, of nobody in particular: in memory, then a row a day.

No cookie, no address, no link is kept; a view costs no transaction of its own.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from track_service.core.calendar import today
from track_service.core.parcel import Brand, Shipment
from track_service.core.tally import Tally
from track_service.services.rating import prompt
from track_service.services.recommending.offers import Setting, offers
from track_service.services.recommending.shelf import Shelf
from track_service.store import cases, tallies
from track_service.store.db import Database
from track_service.store.tallies import Of

log = structlog.get_logger("track_service.tallies")

EVERY = timedelta(seconds=30)


class Tallies:
    """The counts of one process on their way to the database.

    The first one after a pause is written at once, those after it with the next write.
    """

    def __init__(
        self,
        database: Database,
        *,
        now: Callable[[], datetime],
        wall: Callable[[], datetime],
    ) -> None:
        self._database, self._now, self._wall = database, now, wall
        self._kept: Counter[Of] = Counter()
        self._next_at: datetime | None = None
        self._lock = Lock()

    def count(self, brand: Brand, *kinds: Tally) -> None:
        """Count things that were done on a brand's pages now."""
        on, wall = today(self._now(), ZoneInfo(brand.zone)), self._wall()
        with self._lock:
            self._kept.update((brand.id, on, kind) for kind in kinds)
            is_due = self._next_at is None or wall >= self._next_at
            if is_due:
                self._next_at = wall + EVERY
        if is_due:
            self.flush()

    def flush(self) -> None:
        """Write what was counted. No page fails for it: what cannot be, is kept."""
        with self._lock:
            taken, self._kept = self._kept, Counter()
        if not taken:
            return
        try:
            with self._database.write() as session:
                tallies.add(session, taken)
                session.commit()
        except SQLAlchemyError as error:
            log.warning("tallies not written", error=type(error).__name__)
            with self._lock:
                self._kept.update(taken)


def seen(
    session: Session,
    shelf: Shelf,
    of: Setting,
    parcel: Shipment | None,
    *,
    now: datetime,
) -> list[Tally]:
    """Return what a page shows that was just opened; `parcel` is None for several."""
    found = [Tally.PAGE_VIEW]
    asked = parcel and prompt(
        session,
        parcel,
        parcel.brand.locale,
        told=cases.of_shipment(session, parcel.id),
        now=now,
    )
    if asked and asked.stars is None:
        found.append(Tally.FEEDBACK_SHOWN)
    if asked and asked.review:
        found.append(Tally.REVIEW_SHOWN)
    offered = offers(session, shelf, of, now=now)
    if offered and offered.found:
        found.append(Tally.OFFERS_SHOWN)
    return found
