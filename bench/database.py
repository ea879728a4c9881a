"""claim_cost, ingest_rate: what the database costs where parcels are many."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, text

from bench.measure import Result, fill, fresh_app, rate, seconds
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Place, Stamp, Tracking
from track_service.services import look
from track_service.store import history, polling, shipments
from track_service.store.db import db

NOW = datetime(2026, 3, 2, tzinfo=UTC)
FEW, MANY, CLAIM = 10_000, 1_000_000, 500
PARCELS, SCANS = 100, 15


def run() -> list[Result]:
    few, many = _claim(FEW), _claim(MANY)
    return [
        Result("claim_cost", many, "ms for 500 of 10^6", few, 5, "limit: of 10^4"),
        _ingest(),
    ]


def _claim(parcels: int) -> float:
    """Return the milliseconds in which 500 due parcels are claimed of so many."""
    with fresh_app() as (app, of):
        with app.app_context():
            raw = db.engine.raw_connection()
        cursor = raw.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")  # polls of parcels that are not there
        cursor.execute("BEGIN")
        cursor.executemany(
            "INSERT INTO poll (shipment_id, carrier, poll_after, urgency, failures)"
            " VALUES (?, 'ups', ?, ?, 0)",
            (_poll(place) for place in range(parcels)),
        )
        cursor.execute("COMMIT")
        raw.close()

        def claim() -> None:
            with of.database.write() as session:
                found = polling.claim_due(
                    session, "ups", now=NOW, wall=NOW, limit=CLAIM
                )
                session.commit()
            if len(found) != CLAIM:
                raise RuntimeError(f"{len(found)} were claimed")

        return seconds(claim) * 1000


def _poll(place: int) -> tuple[int, str, int]:
    # Two thirds are due, as after a night's outage.
    due = NOW + timedelta(seconds=place % 3000 - 2000)
    return place + 1, f"{due:%Y-%m-%d %H:%M:%S.%f}", place % 3


def _ingest() -> Result:
    """Scans recorded a second through merge and judgement, over inserts of the rows."""
    with fresh_app() as (app, of):
        numbers = [("ups", f"1Z{place:016}") for place in range(PARCELS)]
        fill(of, numbers)
        eye = look.Eye(of.clock.now(), lambda: 0.5, of.mint.name)
        seen = Tracking("1Z", tuple(_scan(i) for i in range(SCANS)))

        def record() -> int:
            _empty(app)
            with of.database.write() as session:
                ids = range(1, PARCELS + 1)
                held = shipments.load(session, ids)
                outcomes = [
                    look.answered(one, seen, eye, source="pull:ups") for one in held
                ]
                history.write(session, outcomes, now=eye.now, wall=eye.now)
                session.commit()
            return PARCELS * SCANS

        value = rate(record)
        with app.app_context(), db.engine.connect() as connection:
            table = db.metadata.tables["event"]
            rows = [dict(row._mapping) for row in connection.execute(table.select())]

        def bare() -> int:
            _empty(app)
            with app.app_context(), db.engine.begin() as connection:
                connection.execute(insert(table), rows)
            return len(rows)

        limit = rate(bare)
    return Result("ingest_rate", value, "scans/s", limit, 3, f"{SCANS} a parcel")


def _empty(app) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM event"))


def _scan(place: int) -> Event:
    at = NOW - timedelta(hours=40) + timedelta(hours=2 * place)
    status = Status.PICKED_UP if place == 0 else Status.IN_TRANSIT
    return Event(
        Stamp.aware(at), Meaning(status), f"{place}", "Scanned", Place(f"Town {place}")
    )
