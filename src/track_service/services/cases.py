"""A shopper tells that something is wrong: kept once, and ops owed word of it."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.calendar import today
from track_service.core.cases import hub
from track_service.core.parcel import Shipment
from track_service.core.severity import CASE
from track_service.services import ops
from track_service.services.closed_days import holidays_of
from track_service.services.desk import Desk
from track_service.store import cases, queue_sla
from track_service.store.cases import Report

_CHOICES = 5  # days to choose from
_SUNDAY = 6


def report(desk: Desk, shipment: Shipment, told: Report) -> bool:
    """Open a case and owe ops word of it; False where one of its kind is open already.

    The same report, sent twice, is one case.
    """
    with desk.database.write() as session:
        is_new = open_case(session, desk, shipment, told)
        session.commit()
    return is_new


def open_case(session: Session, desk: Desk, shipment: Shipment, told: Report) -> bool:
    """Do as `report` in a transaction of the caller's."""
    now, zone = desk.now(), ZoneInfo(shipment.brand.zone)
    sla = queue_sla.sla_of(session, shipment.brand.id)
    case_id = cases.open_case(
        session,
        shipment.id,
        told,
        hub=hub(shipment.events),
        now=now,
        due_at=sla.due(now, told.kind.severity, zone=zone),
    )
    if case_id is not None:
        cases.touch(session, shipment.id)
        about = str(case_id)
        ops.owe(
            session,
            desk,
            shipment.brand,
            CASE,
            about,
            concern=about,
            entry=told.kind,
            carrier=shipment.carrier,
        )
    return case_id is not None


def next_days(shipment: Shipment, desk: Desk) -> tuple[date, ...]:
    """Return the days on which a courier may come again: working days after today.

    Where the parcel is tells its country's holidays; without that Sundays alone are
    left out.
    """
    zone = ZoneInfo(shipment.brand.zone)
    country = shipment.order.address.country or _country(shipment)
    closed = holidays_of(country) if country else ()
    day, found = today(desk.now(), zone), list[date]()
    while len(found) < _CHOICES:
        day += timedelta(days=1)
        if day.weekday() != _SUNDAY and day not in closed:
            found.append(day)
    return tuple(found)


def _country(shipment: Shipment) -> str | None:
    places = (event.place.country for event in reversed(shipment.events))
    return next((country for country in places if country), None)
