"""Somebody looks at a parcel's page: it is asked for more often."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from track_service.core.cadence import after_failure
from track_service.core.parcel import Shipment
from track_service.services.desk import Desk
from track_service.store import accounts, ordered, polling, shipments

_NEWS_WITHIN = timedelta(minutes=5)
_BLIND_AFTER = timedelta(minutes=5)  # one parcel's rubbish blinds no other's page


def watch(desk: Desk, token: str) -> bool:
    """Note that a page is open, and ask its carriers soon; False for an unknown token.

    A carrier that failed us is not asked sooner for being looked at.
    """
    with desk.database.read() as session:
        shipment = shipments.by_token(session, token)
        order = None if shipment else ordered.by_token(session, token)
        parcels = ordered.parcels(session, order.id) if order else []
    for parcel in [shipment] if shipment else parcels:
        _watch(desk, parcel)
    return shipment is not None or order is not None


def _watch(desk: Desk, shipment: Shipment) -> None:
    now = desk.now()
    viewed = shipment.viewed_at
    if viewed is not None and now - viewed < timedelta(minutes=1):
        return
    given_up = shipment.paused_at is not None and not shipment.meaning.status.is_final
    with desk.database.write() as session:
        polling.looked_at(session, shipment.id, now=now)
        at = max(now, _soonest(shipment))
        if given_up:  # somebody still waits for it
            polling.resume(session, shipment.id, now=at)
        else:
            polling.ask_by(session, shipment.id, at=at)
        session.commit()


def _soonest(shipment: Shipment) -> datetime:
    asked = shipment.asked_at or shipment.created_at
    if shipment.failures:
        return after_failure(shipment.failures, now=asked, jitter=1)
    return asked + _NEWS_WITHIN


def is_blind(session: Session, carrier: str, *, wall: datetime) -> bool:
    """Tell whether a carrier's account has told nothing for some minutes."""
    blind = accounts.blind(session, before=wall - _BLIND_AFTER)
    return any(account == carrier for account, _ in blind)
