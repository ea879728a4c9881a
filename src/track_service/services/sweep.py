"""Housekeeping: what has outlived its time goes."""

from datetime import datetime, timedelta

from track_service.services.pictures import KEPT, MOST
from track_service.store import idempotency, pictures, raw, storefronts, telling, tries
from track_service.store.db import Database

_KEYS_LIVE = timedelta(days=7)
_TOLD_FOR = timedelta(days=7)


def sweep(database: Database, *, now: datetime) -> int:
    """Delete expired raw answers and idempotency keys; return how many answers went."""
    with database.write() as session:
        gone = raw.expire(session, now=now)
        storefronts.expire(session, now=now)
        tries.expire(session, wall=now)
        pictures.expire(session, before=now - KEPT, most=MOST)
        telling.expire(session, before=(now - _TOLD_FOR).date())
        idempotency.expire(session, before=now - _KEYS_LIVE)
        session.commit()
    return gone
