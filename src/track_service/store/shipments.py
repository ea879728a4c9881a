"""Shipments: found and listed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from track_service.core.parcel import Shipment
from track_service.store.figures import TEST_CARRIER
from track_service.store.loading import Held as Held
from track_service.store.loading import held
from track_service.store.loading import load as load
from track_service.store.models import OrderRow, PollRow, ShipmentRow


def find(session: Session, *, brand_id: int, carrier: str, number: str) -> str | None:
    """Return the public id of a brand's parcel by its number, None if there is none.

    `carrier` is the one that has it, or with which it was registered.
    """
    return session.scalar(
        select(ShipmentRow.public_id).where(
            ShipmentRow.brand_id == brand_id,
            ShipmentRow.number == number,
            or_(ShipmentRow.carrier == carrier, ShipmentRow.carrier_before == carrier),
        )
    )


def known(
    session: Session, brand_id: int, numbers: Collection[str]
) -> set[tuple[str, str]]:
    """Return the (carrier, number) by which a brand has parcels of these numbers.

    A parcel is known by the carrier that it was registered with as well.
    """
    rows = session.execute(
        select(
            ShipmentRow.number, ShipmentRow.carrier, ShipmentRow.carrier_before
        ).where(ShipmentRow.brand_id == brand_id, ShipmentRow.number.in_(numbers))
    )
    return {(code, number) for number, *codes in rows for code in codes if code}


def by_token(session: Session, token: str) -> Shipment | None:
    """Return the shipment of a page link, None for an unknown or erased one."""
    found = held(
        session, ShipmentRow.token == token, ShipmentRow.erased_at.is_(None), full=False
    )
    return found[0].shipment if found else None


def by_name(session: Session, public_id: str) -> Shipment | None:
    """Return any brand's shipment by its public id, None for none or an erased one."""
    of_it = ShipmentRow.public_id == public_id
    found = held(session, of_it, ShipmentRow.erased_at.is_(None), full=False)
    return found[0].shipment if found else None


def by_public_id(session: Session, brand_id: int, public_id: str) -> Shipment | None:
    """Return a brand's shipment by its public id, None if it has none such."""
    found = held(
        session,
        ShipmentRow.brand_id == brand_id,
        ShipmentRow.public_id == public_id,
        full=False,
    )
    return found[0].shipment if found else None


def page(
    session: Session,
    brand_id: int,
    *,
    after: int | None,
    limit: int,
    status: str | None = None,
    order_number: str | None = None,
) -> list[Shipment]:
    """Return up to `limit` of a brand's shipments, newest first, below the id `after`.

    The page that a new brand was given to look at is no shipment of its shop.
    """
    query = select(ShipmentRow.id).where(
        ShipmentRow.brand_id == brand_id, ShipmentRow.carrier != TEST_CARRIER
    )
    if after is not None:
        query = query.where(ShipmentRow.id < after)
    if status is not None:
        query = query.where(ShipmentRow.status == status)
    if order_number is not None:
        query = query.join(OrderRow, OrderRow.id == ShipmentRow.order_id).where(
            OrderRow.number == order_number
        )
    ids = session.scalars(query.order_by(ShipmentRow.id.desc()).limit(limit)).all()
    found = {h.shipment.id: h.shipment for h in load(session, ids, full=False)}
    return [found[shipment_id] for shipment_id in ids]


def by_numbers(
    session: Session,
    carrier: str,
    numbers: Sequence[str],
    *,
    stands_in_for: Collection[str] = (),
    brand_id: int | None = None,
) -> list[int]:
    """Return the ids of the live parcels that a carrier's numbers belong to.

    Those of any brand, or of `brand_id` alone. An aggregator has besides the parcels
    of the carriers that it `stands_in_for`, as long as they have fallen back to it.
    """
    fallen_back = exists().where(
        PollRow.shipment_id == ShipmentRow.id, PollRow.own_after.is_not(None)
    )
    query = select(ShipmentRow.id).where(
        ShipmentRow.carrier.in_({carrier, *stands_in_for}),
        ShipmentRow.number.in_(numbers),
        ShipmentRow.erased_at.is_(None),
        or_(ShipmentRow.carrier == carrier, fallen_back),
    )
    if brand_id is not None:
        query = query.where(ShipmentRow.brand_id == brand_id)
    return list(session.scalars(query))


def by_number(
    session: Session, number: str, *, carrier: str | None = None
) -> list[int]:
    """Return the ids of the live parcels that have a number, of any brand."""
    query = select(ShipmentRow.id).where(
        ShipmentRow.number == number, ShipmentRow.erased_at.is_(None)
    )
    if carrier is not None:
        query = query.where(ShipmentRow.carrier == carrier)
    return list(session.scalars(query))


def due_for_judgement(session: Session, *, now: datetime, limit: int) -> list[int]:
    """Return the ids of shipments of which time alone may have changed the judgement.

    They are the caller's until its transaction ends; those that somebody else is
    judging or recording are passed by.
    """
    return list(
        session.scalars(
            select(ShipmentRow.id)
            .where(ShipmentRow.judge_after.is_not(None), ShipmentRow.judge_after <= now)
            .order_by(ShipmentRow.judge_after)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
