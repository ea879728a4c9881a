"""What is learnt of lanes: kept by scope, and the new scans that teach more."""

import json
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from track_service.core.expected import Source
from track_service.store.db import insert_for
from track_service.store.lane_models import LaneRow
from track_service.store.models import EventRow, PromiseRow

ALL = "all"  # the whole installation


@dataclass(frozen=True, slots=True)
class Figures:
    """A scope's figures as JSON holds them, and what they were made of.

    `underway` are the parcels still waited for; `cursor` is the last scan that was read
    (of `ALL`), `version` 0 where nothing is stored yet.
    """

    version: int = 0
    fitted: Mapping[str, Any] | None = None
    underway: Mapping[str, Any] | None = None
    cursor: int = 0
    scans: int = 0
    arrivals: int = 0
    fitted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewScans:
    """The keys of new scans by parcel, and the last one read; `more` may follow.

    `read` are the keys of the same parcels' scans that were read before, `stated` the
    dates that their carriers named, each with when we showed it first.
    """

    keys: Mapping[int, frozenset[str]]
    read: Mapping[int, frozenset[str]]
    count: int
    cursor: int
    more: bool
    stated: Mapping[int, Sequence[tuple[datetime, date]]] = field(default_factory=dict)


def scope_of(brand_id: int) -> str:
    """Return the scope of one brand's figures."""
    return str(brand_id)


def versions(session: Session) -> dict[str, int]:
    """Return the version of every scope's figures."""
    return dict(session.execute(select(LaneRow.scope, LaneRow.version)).tuples().all())


def fitted(session: Session, scope: str) -> Mapping[str, Any]:
    """Return what predicts of a scope that is there."""
    return _opened(
        session.scalars(select(LaneRow.fitted).where(LaneRow.scope == scope)).one()
    )


def figures(session: Session, scopes: Collection[str]) -> dict[str, Figures]:
    """Return all that is kept of scopes; of a new one, nothing."""
    found = {scope: Figures() for scope in scopes}
    for row in session.scalars(select(LaneRow).where(LaneRow.scope.in_(scopes))):
        found[row.scope] = Figures(
            row.version,
            _opened(row.fitted),
            _opened(row.underway),
            row.cursor,
            row.scans,
            row.arrivals,
            row.fitted_at,
        )
    return found


def fitted_at(session: Session) -> datetime | None:
    """Return when all new scans had last been read, None if never."""
    return session.scalar(select(LaneRow.fitted_at).where(LaneRow.scope == ALL))


def keep(session: Session, scope: str, new: Figures) -> bool:
    """Store figures under the next version; False if somebody else stored it first."""
    values = {
        "version": new.version + 1,
        "fitted": _closed(new.fitted),
        "underway": _closed(new.underway),
        "cursor": new.cursor,
        "scans": new.scans,
        "arrivals": new.arrivals,
        "fitted_at": new.fitted_at,
    }
    if new.version == 0:
        adding = insert_for(session)(LaneRow).values(scope=scope, **values)
        statement = adding.on_conflict_do_nothing().returning(LaneRow.scope)
    else:
        mine = (LaneRow.scope == scope, LaneRow.version == new.version)
        changing = update(LaneRow).where(*mine).values(values)
        statement = changing.returning(LaneRow.scope)
    return session.execute(statement).first() is not None


def new_scans(
    session: Session, *, after: int, before: datetime, limit: int
) -> NewScans:
    """Return scans beyond the cursor `after` that came in before an instant.

    The newest are left for another time: a transaction that began earlier may still
    add one below them.
    """
    columns = (EventRow.shipment_id, EventRow.key, EventRow.id)
    rows = session.execute(
        select(*columns)
        .where(EventRow.id > after, EventRow.seen_at < before)
        .order_by(EventRow.id)
        .limit(limit)
    ).all()
    keys = _by_parcel(rows)
    read = session.execute(
        select(*columns).where(EventRow.shipment_id.in_(keys), EventRow.id <= after)
    ).all()
    cursor = rows[-1].id if rows else after
    more = len(rows) == limit
    stated = _stated(session, keys)
    return NewScans(keys, _by_parcel(read), len(rows), cursor, more, stated)


def _stated(
    session: Session, shipment_ids: Collection[int]
) -> dict[int, list[tuple[datetime, date]]]:
    rows = session.execute(
        select(PromiseRow.shipment_id, PromiseRow.stated_at, PromiseRow.until)
        .where(
            PromiseRow.shipment_id.in_(shipment_ids),
            PromiseRow.source == Source.CARRIER,
        )
        .order_by(PromiseRow.id)
    )
    found: dict[int, list[tuple[datetime, date]]] = {}
    for shipment_id, at, until in rows:
        found.setdefault(shipment_id, []).append((at, until.local.date()))
    return found


def _by_parcel(rows: Iterable[Row[Any]]) -> dict[int, frozenset[str]]:
    keys: dict[int, set[str]] = {}
    for shipment_id, key, _ in rows:
        keys.setdefault(shipment_id, set()).add(key)
    return {shipment_id: frozenset(found) for shipment_id, found in keys.items()}


def _closed(values: Mapping[str, Any] | None) -> bytes:
    plain = json.dumps(values or {}, separators=(",", ":"))
    return zlib.compress(plain.encode())


def _opened(body: bytes) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(zlib.decompress(body))
    return found
