"""What carriers told of parcels' money, for their shops to read."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from track_service.core.tracking import Money, MoneyKind
from track_service.store.models import MoneyRow


def told(session: Session, ids: Collection[int]) -> dict[int, tuple[Money, ...]]:
    """Return the facts of each of these shipments that has any, as they were told."""
    columns = (
        MoneyRow.shipment_id,
        MoneyRow.kind,
        MoneyRow.stamp,
        MoneyRow.amount,
        MoneyRow.currency,
    )
    query = select(*columns).where(MoneyRow.shipment_id.in_(ids)).order_by(MoneyRow.id)
    found: dict[int, tuple[Money, ...]] = {}
    for shipment_id, kind, stamp, amount, currency in session.execute(query):
        fact = Money(MoneyKind(kind), stamp, amount, currency)
        found[shipment_id] = (*found.get(shipment_id, ()), fact)
    return found
