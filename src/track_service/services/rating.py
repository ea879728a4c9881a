"""Rating a delivery: what its page asks, and what becomes of the answers."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.calendar import today
from track_service.core.cases import CaseKind
from track_service.core.parcel import Shipment
from track_service.core.reviews import (
    Past,
    Question,
    delivered_at,
    is_late,
    is_unhappy,
    may_rate,
    question,
    region,
)
from track_service.services.cases import open_case
from track_service.services.desk import Desk
from track_service.services.prompts import Prompt
from track_service.services.reviewing import is_used, lines
from track_service.store import cases, feedback, reviews
from track_service.store.cases import Case, Report
from track_service.store.feedback import Of, Said


def prompt(
    session: Session,
    shipment: Shipment,
    language: str,
    *,
    told: Sequence[Case],
    now: datetime,
) -> Prompt | None:
    """Return what a parcel's page asks, None where it asks nothing."""
    zone = ZoneInfo(shipment.brand.zone)
    if not may_rate(shipment, past_of(told, Said()), now=now, zone=zone):
        return None
    said = feedback.of_shipment(session, shipment.id) or Said()
    past = past_of(told, said)
    asked = question(shipment, past, now=now, zone=zone)
    is_open = asked is Question.REVIEW and is_used(session, shipment, now=now)
    left = is_open and len(lines(session, shipment)) > len(
        reviews.of_order(session, shipment.id)
    )
    here, tongue = f"/t/{shipment.token}", f"?lang={language}"
    return Prompt(
        path=f"{here}/feedback{tongue}",
        stars=said.stars,
        more=said.likely is None and said.text is None,
        recovery=asked is Question.RECOVERY,
        review=f"{here}/review{tongue}" if left else None,
    )


def asked_of(session: Session, shipment: Shipment, *, now: datetime) -> Question | None:
    """Return what may be asked of a parcel beside its delivery's rating."""
    told = cases.of_shipment(session, shipment.id)
    said = feedback.of_shipment(session, shipment.id) or Said()
    zone = ZoneInfo(shipment.brand.zone)
    return question(shipment, past_of(told, said), now=now, zone=zone)


def is_in_work(session: Session, shipment_id: int) -> bool:
    """Tell whether a human still has to see to something about a parcel."""
    past = past_of(cases.of_shipment(session, shipment_id), Said())
    return past.has_case or past.is_unhappy


def past_of(told: Sequence[Case], said: Said) -> Past:
    """Return what is known of a parcel beside its scans, from its cases and answers."""
    waiting = {case.kind for case in told if case.settled_at is None}
    mended = {case.kind for case in told if case.settled_at is not None}
    return Past(
        has_case=bool(waiting - {CaseKind.UNHAPPY}),
        had_case=bool(mended - {CaseKind.REDELIVER}),
        is_right=said.is_right,
        is_unhappy=CaseKind.UNHAPPY in waiting,
    )


def rate(desk: Desk, shipment: Shipment, said: Said) -> bool:
    """Store answers of a delivery; False where it may not be rated.

    Ops are told of somebody unhappy in the same transaction, once a parcel.
    """
    now, zone = desk.now(), ZoneInfo(shipment.brand.zone)
    with desk.database.write() as session:
        told = cases.of_shipment(session, shipment.id)
        if not may_rate(shipment, past_of(told, said), now=now, zone=zone):
            return False
        stored = feedback.say(session, _delivery(shipment, now), said, now=now)
        if stored is not None:
            _alert(session, desk, shipment, stored)
            cases.touch(session, shipment.id)
        session.commit()
    return stored is not None


def _alert(session: Session, desk: Desk, shipment: Shipment, said: Said) -> None:
    if not is_unhappy(said.stars, said.likely, said.is_right):
        return
    if feedback.take_alert(session, shipment.id, now=desk.now()):
        open_case(session, desk, shipment, Report(CaseKind.UNHAPPY, said.text))
    elif said.text:
        cases.add_words(session, shipment.id, CaseKind.UNHAPPY, said.text)


def _delivery(shipment: Shipment, now: datetime) -> Of:
    zone = ZoneInfo(shipment.brand.zone)
    return Of(
        shipment.id,
        shipment.carrier,
        region(shipment.events),
        today(delivered_at(shipment, zone=zone), zone),
        is_late(shipment, now=now, zone=zone),
    )
