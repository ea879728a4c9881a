"""Learn from new scans how long parcels take, once a night and only what is new."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

import structlog

from track_service.core.eta.trip import Trip
from track_service.core.legs import Begun, Leg
from track_service.core.parcel import Shipment
from track_service.services.desk import Desk
from track_service.services.lane_book import LaneBook
from track_service.services.lessons import Lesson, coarse, lessons, trip
from track_service.store import lanes, shipments
from track_service.store.lanes import ALL, Figures, NewScans

log = structlog.get_logger("track_service.fitting")

NIGHT = timedelta(hours=24)
_SETTLED = timedelta(minutes=10)  # for so long a transaction may still add scans


def fit_due(desk: Desk, *, limit: int = 5000) -> int:
    """Read up to `limit` scans if a night has passed; return how many were read.

    What was learnt and how far was read are stored in one transaction. Where two
    processes fit at once, one of them comes to nothing.
    """
    now = desk.now()
    with desk.database.read() as session:
        last = lanes.fitted_at(session)
        if last is not None and now - last < NIGHT:
            return 0
        before = lanes.figures(session, [ALL])[ALL]
        new = lanes.new_scans(
            session, after=before.cursor, before=now - _SETTLED, limit=limit
        )
        held = shipments.load(session, new.keys.keys(), full=False)
        parcels = [one.shipment for one in held]
        scopes = {lanes.scope_of(parcel.brand.id) for parcel in parcels}
        figures = lanes.figures(session, {ALL, *scopes})
    books = _books(figures)
    arrivals = study(parcels, new, books)
    # Until all is read the next run may follow at once.
    done = (before.fitted_at or now - NIGHT) if new.more else now
    with desk.database.write() as session:
        for scope, book in books.items():
            fitted, underway = book.dump()
            kept = replace(
                figures[scope],
                fitted=fitted,
                underway=underway,
                cursor=new.cursor,
                scans=figures[scope].scans + new.count,
                arrivals=figures[scope].arrivals + arrivals[scope],
                fitted_at=done,
            )
            if not lanes.keep(session, scope, kept):
                session.rollback()
                return 0
        session.commit()
    log.info("lanes fitted", scans=new.count, parcels=len(parcels), scopes=len(books))
    return new.count


def _books(figures: Mapping[str, Figures]) -> dict[str, LaneBook]:
    books = {}
    for scope, known in figures.items():
        books[scope] = LaneBook()
        if known.fitted is not None:
            books[scope].load(known.fitted, known.underway)
    return books


def study(
    parcels: Iterable[Shipment], new: NewScans, books: Mapping[str, LaneBook]
) -> dict[str, int]:
    """Let the books learn, in order of time; return the arrivals that each took in."""
    taught = [
        (lesson, parcel)
        for parcel in parcels
        for lesson in lessons(
            parcel,
            new.keys[parcel.id],
            read=new.read.get(parcel.id, ()),
            stated=new.stated.get(parcel.id, ()),
        )
    ]
    taught.sort(key=lambda pair: (pair[0].at, pair[1].id))
    arrivals = dict.fromkeys(books, 0)
    for lesson, parcel in taught:
        own = lesson.trip or _any_trip(parcel, lesson)
        scope = lanes.scope_of(parcel.brand.id)
        for name, of in ((scope, own), (ALL, coarse(own))):
            arrivals[name] += books[name].learn(
                parcel.id, lesson, trip=of, source=parcel.carrier
            )
    return arrivals


def _any_trip(parcel: Shipment, lesson: Lesson) -> Trip:
    return trip(parcel, Begun(lesson.leg or Leg.ANNOUNCED, None), start=lesson.at)
