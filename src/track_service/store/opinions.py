"""Second opinions: which other carriers were asked for a parcel, and what came of it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from track_service.store.db import insert_for
from track_service.store.models import PollRow, SecondOpinionRow, ShipmentRow


class Taken(Exception):
    """The brand has a parcel of this carrier and number already."""


def asked(session: Session, ids: Collection[int]) -> dict[int, set[str]]:
    """Return the carriers that were asked besides their own, by shipment id."""
    found: dict[int, set[str]] = {shipment_id: set() for shipment_id in ids}
    query = select(SecondOpinionRow.shipment_id, SecondOpinionRow.carrier).where(
        SecondOpinionRow.shipment_id.in_(ids)
    )
    for shipment_id, carrier in session.execute(query):
        found[shipment_id].add(carrier)
    return found


def note(
    session: Session, shipment_id: int, carrier: str, *, came_to: str, now: datetime
) -> None:
    """Note that a carrier was asked; what it told the first time stands."""
    session.execute(
        insert_for(session)(SecondOpinionRow)
        .values(shipment_id=shipment_id, carrier=carrier, came_to=came_to, asked_at=now)
        .on_conflict_do_nothing()
    )


def move(
    session: Session, shipment_id: int, *, carrier: str, number: str, before: str
) -> None:
    """Give a parcel to another carrier, under its spelling of the number.

    Raises `Taken`; the caller's transaction stays usable.
    """
    try:
        with session.begin_nested():
            session.execute(
                update(ShipmentRow)
                .where(ShipmentRow.id == shipment_id)
                .values(carrier=carrier, number=number, carrier_before=before)
            )
    except IntegrityError as error:
        raise Taken(number) from error
    session.execute(
        update(PollRow)
        .where(PollRow.shipment_id == shipment_id)
        .values(carrier=carrier)
    )
