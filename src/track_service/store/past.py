"""What was known when, and what went out: for trials on stored history."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from track_service.core.expected import Source
from track_service.core.notices import Audience
from track_service.core.tracking import Window
from track_service.store.detail_models import DetailRow
from track_service.store.models import (
    ConcernRow,
    EventRow,
    NoticeRow,
    PromiseRow,
    ShipmentRow,
)
from track_service.store.notices import SENT, SHADOW


@dataclass(frozen=True, slots=True)
class Sighting:
    """When a scan came in, and when it was taken back (None if it stands)."""

    seen_at: datetime
    withdrawn_at: datetime | None


def followed(session: Session, *, before: datetime) -> list[int]:
    """Return the parcels given to us before an instant, without past orders and returns."""
    query = select(ShipmentRow.id).where(
        ShipmentRow.created_at < before,
        ShipmentRow.quiet.is_(False),
        ShipmentRow.inward.is_(False),
        ShipmentRow.erased_at.is_(None),
    )
    return list(session.scalars(query.order_by(ShipmentRow.id)))


def sightings(session: Session, ids: Collection[int]) -> dict[int, list[Sighting]]:
    """Return of each parcel's scans when they came, in the order of `Held.known`."""
    columns = (EventRow.shipment_id, EventRow.seen_at, EventRow.withdrawn_at)
    query = select(*columns).where(EventRow.shipment_id.in_(ids)).order_by(EventRow.id)
    found: dict[int, list[Sighting]] = {}
    for shipment_id, seen_at, withdrawn_at in session.execute(query):
        found.setdefault(shipment_id, []).append(Sighting(seen_at, withdrawn_at))
    return found


def carrier_dates(
    session: Session, ids: Collection[int]
) -> dict[int, list[tuple[datetime, Window]]]:
    """Return the windows that carriers stated of parcels, and when, oldest first."""
    query = (
        select(PromiseRow)
        .where(PromiseRow.shipment_id.in_(ids), PromiseRow.source == Source.CARRIER)
        .order_by(PromiseRow.id)
    )
    found: dict[int, list[tuple[datetime, Window]]] = {}
    for row in session.scalars(query):
        told = row.stated_at, Window(row.start, row.until)
        found.setdefault(row.shipment_id, []).append(told)
    return found


def collect_dates_told(session: Session, ids: Collection[int]) -> dict[int, datetime]:
    """Return when carriers told the last day of collection of parcels that have one."""
    query = select(DetailRow.shipment_id, DetailRow.collect_told_at).where(
        DetailRow.shipment_id.in_(ids)
    )
    return {of: at for of, at in session.execute(query).tuples() if at is not None}


def alerts(
    session: Session, *, start: datetime, until: datetime
) -> list[tuple[int, str, datetime]]:
    """Return (parcel, kind, when) of what was found wrong from `start` to before `until`."""
    columns = (ConcernRow.shipment_id, ConcernRow.kind, ConcernRow.opened_at)
    query = select(*columns).where(
        ConcernRow.opened_at >= start, ConcernRow.opened_at < until
    )
    return list(session.execute(query).tuples())


def notices(
    session: Session, *, start: datetime, until: datetime
) -> list[tuple[int, str, datetime]]:
    """Return (parcel, kind, when) of what shoppers were told, in shadow mode as well."""
    query = select(NoticeRow.shipment_id, NoticeRow.kind, NoticeRow.settled_at).where(
        NoticeRow.audience == Audience.SHOPPER,
        NoticeRow.concern.is_not(None),
        NoticeRow.state.in_((SENT, SHADOW)),
        NoticeRow.settled_at >= start,
        NoticeRow.settled_at < until,
    )
    rows = session.execute(query).tuples()
    return [(of, kind, at) for of, kind, at in rows if of is not None and at]
