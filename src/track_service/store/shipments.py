"""Shipments: registered, found and listed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from track_service.core.parcel import Item, Shipment
from track_service.core.tracking import Stamp
from track_service.store.db import insert_for
from track_service.store.figures import TEST_CARRIER
from track_service.store.loading import Held as Held
from track_service.store.loading import held
from track_service.store.loading import load as load
from track_service.store.models import OrderRow, PollRow, PromiseRow, ShipmentRow


class Taken(Exception):
    """Somebody else stored the same brand, carrier and number in the same moment."""


def find(session: Session, *, brand_id: int, carrier: str, number: str) -> str | None:
    """Return the public id of a brand's parcel by its number, None if there is none."""
    return session.scalar(
        select(ShipmentRow.public_id).where(
            ShipmentRow.brand_id == brand_id,
            ShipmentRow.carrier == carrier,
            ShipmentRow.number == number,
        )
    )


def add(session: Session, shipment: Shipment, *, poll_after: datetime | None) -> int:
    """Store a new shipment, with its order if that is new; return its id.

    Raises `Taken`; the caller's transaction stays usable.
    """
    try:
        with session.begin_nested():
            return _add(session, shipment, poll_after)
    except IntegrityError as error:
        raise Taken(shipment.number) from error


def _add(session: Session, shipment: Shipment, poll_after: datetime | None) -> int:
    values = {
        "public_id": shipment.public_id,
        "token": shipment.token,
        "brand_id": shipment.brand.id,
        "order_id": _order_id(session, shipment),
        "carrier": shipment.carrier,
        "number": shipment.number,
        "items": [_item_values(item) for item in shipment.order.items],
        "postal": shipment.postal,
        "promised_on": shipment.promised_on,
        "shipped_on": shipment.shipped_on,
        "created_at": shipment.created_at,
        "status": shipment.meaning.status,
        "sub_status": shipment.meaning.sub,
        "promise_state": shipment.promise_state,
        "motion_state": shipment.motion_state,
        "judge_after": shipment.created_at,
        "version": 1,
    }
    shipment_id = session.scalar(
        insert(ShipmentRow).values(values).returning(ShipmentRow.id)
    )
    assert shipment_id is not None  # noqa: S101  RETURNING of an insert gives the row
    session.execute(
        insert(PollRow).values(
            shipment_id=shipment_id,
            carrier=shipment.carrier,
            poll_after=poll_after,
            urgency=1,
            failures=0,
        )
    )
    _promise(session, shipment, shipment_id)
    return shipment_id


def _promise(session: Session, shipment: Shipment, shipment_id: int) -> None:
    """Begin the ledger of dates with the shop's own."""
    if shipment.promised_on is not None:
        day = Stamp.day(shipment.promised_on)
        session.execute(
            insert(PromiseRow).values(
                shipment_id=shipment_id,
                start=day,
                until=day,
                source="merchant",
                stated_at=shipment.created_at,
            )
        )


def _order_id(session: Session, shipment: Shipment) -> int:
    """Store the order, or add what a later parcel tells of it; return its id.

    A later parcel of the order may know more, it never blanks what was known.
    """
    order = shipment.order
    told = {
        "customer_name": order.customer.name,
        "customer_email": order.customer.email,
        "customer_phone": order.customer.phone,
        "locale": order.customer.locale,
        "cod_amount": order.cod_amount,
        "currency": order.currency,
        "placed_at": order.placed_at,
    }
    adding = insert_for(session)(OrderRow).values(
        brand_id=shipment.brand.id,
        number=order.number,
        created_at=shipment.created_at,
        **told,
    )
    known = OrderRow.__table__.c
    statement = adding.on_conflict_do_update(
        index_elements=["brand_id", "number"],
        set_={n: func.coalesce(adding.excluded[n], known[n]) for n in told},
    ).returning(OrderRow.id)
    order_id: int = session.scalar(statement)
    return order_id


def by_token(session: Session, token: str) -> Shipment | None:
    """Return the shipment of a page link, None for an unknown or erased one."""
    found = held(
        session, ShipmentRow.token == token, ShipmentRow.erased_at.is_(None), full=False
    )
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
    brand_id: int | None = None,
) -> list[int]:
    """Return the ids of the live parcels that a carrier's numbers belong to.

    Those of any brand, or of `brand_id` alone.
    """
    query = select(ShipmentRow.id).where(
        ShipmentRow.carrier == carrier,
        ShipmentRow.number.in_(numbers),
        ShipmentRow.erased_at.is_(None),
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
    """Return the ids of shipments of which time alone may have changed the judgement."""
    return list(
        session.scalars(
            select(ShipmentRow.id)
            .where(ShipmentRow.judge_after.is_not(None), ShipmentRow.judge_after <= now)
            .order_by(ShipmentRow.judge_after)
            .limit(limit)
        )
    )


def _item_values(item: Item) -> dict[str, Any]:
    return {
        "title": item.title,
        "quantity": item.quantity,
        "sku": item.sku,
        "variant": item.variant,
        "price": None if item.price is None else str(item.price),
        "image_url": item.image_url,
        "url": item.url,
    }
