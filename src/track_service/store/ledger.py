"""The ledger of dates out of its rows."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from track_service.core.ledger import Shown
from track_service.core.tracking import Stamp, Window
from track_service.store.models import EventRow, PromiseRow, ShipmentRow


def shown(session: Session, shipment_id: int) -> tuple[Shown, ...]:
    """Return every date ever shown for a parcel, oldest first."""
    rows = session.scalars(
        select(PromiseRow)
        .where(PromiseRow.shipment_id == shipment_id)
        .order_by(PromiseRow.id)
    )
    return tuple(_shown(row) for row in rows)


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
        select(ShipmentRow.public_id, ShipmentRow.delivered_at, PromiseRow)
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
    came: dict[str, Stamp] = {}
    told: dict[str, list[Shown]] = {}
    for public_id, stamp, row in rows:
        came[public_id] = stamp
        told.setdefault(public_id, [])
        if row is not None:
            told[public_id].append(_shown(row))
    return [(one, came[one], tuple(dates)) for one, dates in told.items()]


def _shown(row: PromiseRow) -> Shown:
    window = Window(row.start, row.until)
    return Shown(window, row.source, row.reason, row.stated_at)
