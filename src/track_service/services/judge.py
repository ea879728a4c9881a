"""Judge parcels anew that time alone may have changed: a promised day that is over."""

from track_service.services import look
from track_service.services.desk import Desk
from track_service.store import history, shipments


def judge_due(desk: Desk, *, limit: int = 200) -> int:
    """Judge up to `limit` parcels whose time has come; return how many."""
    eye = desk.eye()
    with desk.database.write() as session:
        ids = shipments.due_for_judgement(session, now=eye.now, limit=limit)
        outcomes = [
            look.by_time(held, eye)
            for held in shipments.load(session, ids, lock=True)
            if held.shipment.erased_at is None
        ]
        history.write(session, outcomes, now=eye.now, wall=desk.wall())
        session.commit()
    return len(ids)
