"""Asking for reviews: planned when a parcel has come, owed when its products were used.

Where the brand has Zalo's rating template it asks first; the reminder is a mail.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from track_service.core.notices import Audience
from track_service.core.parcel import Shipment
from track_service.core.reviews import KIND, Question, cause
from track_service.services.desk import Desk
from track_service.services.rating import is_in_work
from track_service.services.review_mail import Invitation, invitation
from track_service.services.reviewing import used_at
from track_service.store import notices, reviews, shipments

_LOOKED_BACK = timedelta(
    days=120
)  # parcels that were registered before are past asking
_AT_ONCE = 50
_LATER = timedelta(days=7)  # until then what went wrong may be put right
_NOT_YET = timedelta(days=1)


def ask_due(desk: Desk) -> int:
    """Plan for parcels that came and owe the mails that are due; return how many."""
    with desk.database.write() as session:
        done = sum(_plan(session, desk, b) for b in reviews.asking_brands(session))
        for shipment_id, asked in reviews.take_due(
            session, now=desk.now(), limit=_AT_ONCE
        ):
            _ask(session, desk, shipment_id, asked)
            done += 1
        session.commit()
    return done


def _plan(session: Session, desk: Desk, brand_id: int) -> int:
    since = desk.now() - _LOOKED_BACK
    ids = reviews.unplanned(session, brand_id, since=since, limit=_AT_ONCE)
    for held in shipments.load(session, ids):
        due_at = used_at(session, held.shipment)
        reviews.plan(session, held.shipment.id, due_at=due_at)
    return len(ids)


def _ask(session: Session, desk: Desk, shipment_id: int, asked: int) -> None:
    """Owe a question; of a parcel that went wrong first whether that was put right, once.

    Whom it cannot ask it asks never, unless a human may still put right what is wrong.
    """
    now = desk.now()
    (held,) = shipments.load(session, [shipment_id])
    to = invitation(session, held.shipment, now=now)
    if to is None:
        is_past = held.shipment.created_at + _LOOKED_BACK < now
        if is_past or not is_in_work(session, shipment_id):
            reviews.stop(session, shipment_id)
        else:  # it is looked at again, and not counted as asked
            reviews.wait(session, shipment_id, asked=asked, until=now + _NOT_YET)
        return
    is_new = _owe(session, desk, held.shipment, to, asked)
    if to.question is Question.RECOVERY:
        if is_new:
            reviews.wait(session, shipment_id, asked=asked, until=now + _LATER)
        else:
            reviews.stop(session, shipment_id)


def _owe(
    session: Session, desk: Desk, shipment: Shipment, to: Invitation, asked: int
) -> bool:
    return notices.owe(
        session,
        key=desk.name(),
        cause=cause(shipment.id, to.question, asked),
        kind=KIND,
        concern=str(shipment.id),
        detail=to.question,
        channel=to.channel(asked),
        target=0,
        brand_id=shipment.brand.id,
        now=desk.now(),
        wall=desk.wall(),
        audience=Audience.SHOPPER,
    )
