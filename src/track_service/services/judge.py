"""Judge parcels anew that time alone may have changed: a promised day that is over."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from track_service.services import look
from track_service.services.desk import Desk
from track_service.store import history, shipments
from track_service.store.history import Outcome
from track_service.store.shipments import Held

log = structlog.get_logger("track_service.judge")

_LATER = timedelta(hours=1)


def judge_due(desk: Desk, *, limit: int = 200) -> int:
    """Judge up to `limit` parcels whose time has come; return how many."""
    eye = desk.eye()
    with desk.database.write() as session:
        ids = shipments.due_for_judgement(session, now=eye.now, limit=limit)
        held = shipments.load(session, ids, lock=True)
        outcomes = list(_judged(held, eye))
        history.write(session, outcomes, now=eye.now, wall=desk.wall())
        session.commit()
    return len(ids)


def _judged(held: Sequence[Held], eye: look.Eye) -> Iterator[Outcome]:
    for one in held:
        if one.shipment.erased_at is not None:
            continue
        try:
            yield look.by_time(one, eye)
        except Exception:
            # One parcel that cannot be judged must not hold up everybody's.
            log.exception("parcel not judged", shipment=one.shipment.public_id)
            yield replace(look.untouched(one), judge_after=eye.now + _LATER)
