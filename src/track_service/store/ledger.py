"""The ledger of dates out of its rows."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from track_service.core.ledger import Shown
from track_service.core.tracking import Stamp, Window
from track_service.store import ahead
from track_service.store.models import EventRow, PromiseRow, ShipmentRow


def shown(session: Session, shipment_id: int) -> tuple[Shown, ...]:
    """Return every date ever shown for a parcel, oldest first.

    Before its own come those that the page of its order showed until it was there.
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
    return (*early, *(_shown(row) for row in rows))


def delivered(
    session: Session, brand_id: int, *, start: datetime, until: datetime
) -> list[tuple[str, Stamp, tuple[Shown, ...]]]:
    """Return a brand's parcels that we saw delivered from `start` to before `until`.

    Each as its public id, when it was delivered as its carrier states it, and every
    date that was shown of it. Past orders that were imported are left out: nobody was
    shown anything.
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
    found = []
    for name, parcel in parcels.items():
        early = _early(before.get(parcel.order_id, []), parcel.created_at)
        if parcel.delivered_at is not None:
            found.append((name, parcel.delivered_at, (*early, *told[name])))
    return found


def _early(shown: list[Shown], until: datetime) -> list[Shown]:
    return [one for one in shown if one.stated_at <= until]


def _shown(row: PromiseRow) -> Shown:
    window = Window(row.start, row.until)
    return Shown(window, row.source, row.reason, row.stated_at)
