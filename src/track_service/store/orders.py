"""Orders as storefronts tell them: found by either name, locked, and told anew."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from track_service.core.handover import Stage
from track_service.store.db import insert_for
from track_service.store.models import OrderRow, ShipmentRow
from track_service.store.shop_models import FulfilmentRow, HandedOrderRow


@dataclass(frozen=True, slots=True)
class Handed:
    """What is held of an order that a storefront handed over.

    `told_at` is the platform's time of the newest payload that was taken.
    """

    order_id: int
    platform: str
    external_id: str | None
    token: str | None
    stage: Stage | None = None
    told_at: datetime | None = None
    cancelled_at: datetime | None = None
    confirmed_at: datetime | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An order that a platform knows by an id of its own."""

    order_id: int
    number: str
    erased_at: datetime | None


def find(
    session: Session, brand_id: int, platform: str, external_id: str
) -> Found | None:
    """Return the order that a platform knows by an id, None if it was never told of."""
    found = session.execute(
        select(OrderRow.id, OrderRow.number, OrderRow.erased_at)
        .join(HandedOrderRow, HandedOrderRow.order_id == OrderRow.id)
        .where(
            HandedOrderRow.brand_id == brand_id,
            HandedOrderRow.platform == platform,
            HandedOrderRow.external_id == external_id,
        )
    ).first()
    return None if found is None else Found(found.id, found.number, found.erased_at)


def beginning(session: Session, brand_id: int, prefix: str) -> list[tuple[int, str]]:
    """Return id and number of the handed-over orders whose numbers begin so."""
    found = session.execute(
        select(OrderRow.id, OrderRow.number)
        .join(HandedOrderRow, HandedOrderRow.order_id == OrderRow.id)
        .where(OrderRow.brand_id == brand_id, OrderRow.number.startswith(prefix))
    )
    return list(found.tuples())


def begin(session: Session, brand_id: int, number: str, *, now: datetime) -> int:
    """Return the id of the order of this number, made if need be."""
    values = {"brand_id": brand_id, "number": number, "created_at": now}
    session.execute(
        insert_for(session)(OrderRow).values(**values).on_conflict_do_nothing()
    )
    return session.scalars(
        select(OrderRow.id).where(
            OrderRow.brand_id == brand_id, OrderRow.number == number
        )
    ).one()


def hold(
    session: Session,
    order_id: int,
    *,
    brand_id: int,
    platform: str,
    external_id: str | None,
    token: str,
) -> Handed:
    """Return an order as handed over before, or begin it; locked until the commit."""
    values = {"brand_id": brand_id, "platform": platform, "external_id": external_id}
    session.execute(
        insert_for(session)(HandedOrderRow)
        .values(order_id=order_id, **values, token=token, items=[], untracked=[])
        .on_conflict_do_nothing()
    )
    row = session.get_one(
        HandedOrderRow, order_id, with_for_update=True, populate_existing=True
    )
    if row.platform == platform and row.external_id is None:
        row.external_id = external_id
    return Handed(
        order_id,
        row.platform,
        row.external_id,
        row.token,
        Stage(row.stage) if row.stage else None,
        row.told_at,
        row.cancelled_at,
        row.confirmed_at,
        row.service,
    )


def tell(
    session: Session,
    order_id: int,
    *,
    items: Sequence[Mapping[str, Any]] | None,
    total: Decimal | None,
    promised_on: date | None,
    stage: Stage | None,
    staged_at: datetime,
    told_at: datetime | None,
    cancelled_at: datetime | None,
    service: str | None = None,
) -> None:
    """Store what a payload tells of an order; what it does not tell stays.

    `cancelled_at` alone is stored as given: None takes a cancellation back.
    """
    told: dict[str, Any] = {
        "items": items,
        "total": total,
        "promised_on": promised_on,
        "told_at": told_at,
        "service": service,
    }
    if stage is not None:
        told |= {"stage": stage, "staged_at": staged_at}
    values = {name: value for name, value in told.items() if value is not None}
    session.execute(
        update(HandedOrderRow)
        .where(HandedOrderRow.order_id == order_id)
        .values(values | {"cancelled_at": cancelled_at})
    )


def serve(session: Session, order_id: int, service: str) -> None:
    """Note what was bought for an order's parcels, of which nobody told it before.

    What a shopper sends back goes by a service of its own.
    """
    ids = session.scalars(
        select(ShipmentRow.id)
        .where(
            ShipmentRow.order_id == order_id,
            ShipmentRow.service.is_(None),
            ShipmentRow.inward.is_(False),
        )
        .order_by(ShipmentRow.id)  # as all who lock parcels, so that none wait in turn
        .with_for_update()
    ).all()
    session.execute(
        update(ShipmentRow).where(ShipmentRow.id.in_(ids)).values(service=service)
    )


def name_parcel(
    session: Session, order_id: int, number: str, external_id: str | None
) -> None:
    """Note by what id a platform knows an order's parcel of this number."""
    shipment_id = session.scalar(
        select(ShipmentRow.id).where(
            ShipmentRow.order_id == order_id, ShipmentRow.number == number
        )
    )
    if shipment_id is not None:
        values = {"order_id": order_id, "external_id": external_id}
        session.execute(
            insert_for(session)(FulfilmentRow)
            .values(shipment_id=shipment_id, **values)
            .on_conflict_do_update(index_elements=["shipment_id"], set_=values)
        )


def named(
    session: Session, order_id: int, external_id: str | None, number: str | None
) -> list[int]:
    """Return an order's parcels that a platform means by an id, else by a number."""
    query = select(ShipmentRow.id).where(ShipmentRow.order_id == order_id)
    if external_id is None:
        return list(session.scalars(query.where(ShipmentRow.number == number)))
    query = query.join(FulfilmentRow, FulfilmentRow.shipment_id == ShipmentRow.id)
    return list(session.scalars(query.where(FulfilmentRow.external_id == external_id)))


def note_void(session: Session, order_id: int, ids: Collection[str]) -> frozenset[str]:
    """Add ids of parcels that are cancelled; return all that ever were."""
    row = session.get_one(HandedOrderRow, order_id)
    before = frozenset(row.void or ())
    if not before.issuperset(ids):
        row.void = sorted(before.union(ids))
    return before.union(ids)


def note_untracked(
    session: Session,
    order_id: int,
    parcels: Sequence[Mapping[str, Any]],
    *,
    gone: Collection[str | None],
) -> None:
    """Add parcels that nobody can be asked for, in place of those told before.

    One that is `gone` (its id or number is told there) is cancelled, or asked for now.
    """
    row = session.get_one(HandedOrderRow, order_id)
    gone = {*gone, *(name for one in parcels for name in _names(one))} - {None}
    old = [one for one in row.untracked if gone.isdisjoint(_names(one))]
    left = [*old, *map(dict, parcels)]
    if left != row.untracked:
        row.untracked = left


def _names(parcel: Mapping[str, Any]) -> set[Any]:
    return {parcel["external_id"], parcel["number"]}
