"""The ledger of dates out of its rows."""

from collections.abc import Collection
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from track_service.core.ledger import Heard, Shown, promised
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Stamp, Window
from track_service.store import ahead
from track_service.store.models import EventRow, PromiseRow, ShipmentRow


def shown(session: Session, shipment_id: int, *, zone: tzinfo) -> tuple[Shown, ...]:
    """Return every date that was promised of a parcel, oldest first.

    Before its own come those that the page of its order showed until it was there.
    `core.ledger.promised` tells which dates that carriers told are none.
    """
    order_id, created_at = session.execute(
        select(ShipmentRow.order_id, ShipmentRow.created_at).where(
            ShipmentRow.id == shipment_id
        )
    ).one()
    early = _early(ahead.shown_of(session, [order_id]).get(order_id, []), created_at)
    rows = session.scalars(
        select(PromiseRow)
        .where(PromiseRow.shipment_id == shipment_id)
        .order_by(PromiseRow.id)
    )
    told = (*early, *(_shown(row) for row in rows))
    heard = _heard(session, [shipment_id]).get(shipment_id, [])
    return promised(told, heard, zone=zone)


def delivered(
    session: Session, brand_id: int, *, start: datetime, until: datetime, zone: tzinfo
) -> list[tuple[str, Stamp, tuple[Shown, ...]]]:
    """Return a brand's parcels that we saw delivered from `start` to before `until`.

    Each as its public id, when it was delivered as its carrier states it, and every
    date that was promised of it, as `shown` does. Past orders that were imported are
    left out: nobody was shown anything.
    """
    seen = select(EventRow.shipment_id).where(
        EventRow.status == "delivered",
        EventRow.seen_at >= start,
        EventRow.seen_at < until,
        EventRow.withdrawn_at.is_(None),
    )
    rows = session.execute(
        select(ShipmentRow, PromiseRow)
        .outerjoin(PromiseRow, PromiseRow.shipment_id == ShipmentRow.id)
        .where(
            ShipmentRow.brand_id == brand_id,
            ShipmentRow.status == "delivered",
            ShipmentRow.delivered_at.is_not(None),
            ShipmentRow.quiet.is_(False),
            ShipmentRow.id.in_(seen),
        )
        .order_by(ShipmentRow.id, PromiseRow.id)
    )
    parcels: dict[str, ShipmentRow] = {}
    told: dict[str, list[Shown]] = {}
    for parcel, row in rows:
        parcels[parcel.public_id] = parcel
        told.setdefault(parcel.public_id, [])
        if row is not None:
            told[parcel.public_id].append(_shown(row))
    before = ahead.shown_of(session, {parcel.order_id for parcel in parcels.values()})
    scans = _heard(session, [parcel.id for parcel in parcels.values()])
    found = []
    for name, parcel in parcels.items():
        early = _early(before.get(parcel.order_id, []), parcel.created_at)
        if parcel.delivered_at is not None:
            dates = promised((*early, *told[name]), scans[parcel.id], zone=zone)
            found.append((name, parcel.delivered_at, dates))
    return found


def _heard(session: Session, shipment_ids: Collection[int]) -> dict[int, list[Heard]]:
    columns = (
        EventRow.shipment_id,
        EventRow.stamp,
        EventRow.status,
        EventRow.sub_status,
        EventRow.seen_at,
        EventRow.withdrawn_at,
    )
    found: dict[int, list[Heard]] = {}
    for row in session.execute(
        select(*columns).where(EventRow.shipment_id.in_(shipment_ids))
    ):
        event = Event(row.stamp, Meaning(Status(row.status), row.sub_status))
        heard = Heard(event, row.seen_at, row.withdrawn_at)
        found.setdefault(row.shipment_id, []).append(heard)
    return found


def _early(shown: list[Shown], until: datetime) -> list[Shown]:
    return [one for one in shown if one.stated_at <= until]


def _shown(row: PromiseRow) -> Shown:
    window = Window(row.start, row.until)
    return Shown(window, row.source, row.reason, row.stated_at)
