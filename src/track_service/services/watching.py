"""Somebody looks at a parcel's page: it is asked for more often."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from track_service.core.cadence import after_failure
from track_service.core.parcel import Shipment
from track_service.services.desk import Desk
from track_service.store import accounts, polling, shipments

_NEWS_WITHIN = timedelta(minutes=5)
_BLIND_AFTER = timedelta(minutes=5)  # one parcel's rubbish blinds no other's page


def watch(desk: Desk, token: str) -> bool:
    """Note that a page is open, and ask its carrier soon; False for an unknown token.

    A carrier that failed us is not asked sooner for being looked at.
    """
    now = desk.now()
    with desk.database.read() as session:
        shipment = shipments.by_token(session, token)
    if shipment is None:
        return False
    if shipment.viewed_at is not None and now - shipment.viewed_at < timedelta(
        minutes=1
    ):
        return True
    given_up = shipment.paused_at is not None and not shipment.meaning.status.is_final
    with desk.database.write() as session:
        polling.looked_at(session, shipment.id, now=now)
        at = max(now, _soonest(shipment))
        if given_up:  # somebody still waits for it
            polling.resume(session, shipment.id, now=at)
        else:
            polling.ask_by(session, shipment.id, at=at)
        session.commit()
    return True


def _soonest(shipment: Shipment) -> datetime:
    asked = shipment.asked_at or shipment.created_at
    if shipment.failures:
        return after_failure(shipment.failures, now=asked, jitter=1)
    return asked + _NEWS_WITHIN


def is_blind(session: Session, carrier: str, *, wall: datetime) -> bool:
    """Tell whether a carrier's account has told nothing for some minutes."""
    blind = accounts.blind(session, before=wall - _BLIND_AFTER)
    return any(account == carrier for account, _ in blind)
