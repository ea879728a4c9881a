"""Forget a person: at the shop's word."""

from datetime import datetime

from sqlalchemy.orm import Session

from track_service.store import erasing, ordered, polling


def erase(session: Session, brand_id: int, public_id: str, *, now: datetime) -> bool:
    """Blank a shipment's personal fields everywhere; False if the brand has none such."""
    shipment_id = polling.id_of(session, brand_id, public_id)
    if shipment_id is None:
        return False
    erasing.erase(session, shipment_id, now=now)
    return True


def erase_order(session: Session, brand_id: int, number: str, *, now: datetime) -> bool:
    """Blank an order and all its parcels; False if the brand has none of this number."""
    order = ordered.by_number(session, brand_id, number)
    if order is None:
        return False
    erasing.erase_order(session, order.id, now=now)
    return True
