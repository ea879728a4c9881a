"""Shipments: registered, found, loaded with their history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Select, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from track_service.core.parcel import Customer, Item, Order, Shipment
from track_service.core.status import Meaning, Status
from track_service.core.timeline import Known, in_order
from track_service.core.tracking import Event, Place, Window
from track_service.store import brands
from track_service.store.models import (
    BrandRow,
    ConcernRow,
    EventRow,
    NoticeRow,
    OrderRow,
    PollRow,
    ShipmentRow,
)


@dataclass(frozen=True, slots=True)
class Held:
    """All that a rule needs of a shipment: itself, its scans, what is open and told.

    `known` holds withdrawn scans too; `open_concerns` are (kind, cause) not cleared;
    `told` are the `kind:cause` of notices owed so far, `concerns` all (kind, cause) ever.
    """

    shipment: Shipment
    known: tuple[Known, ...] = ()
    open_concerns: frozenset[tuple[str, str]] = frozenset()
    concerns: frozenset[tuple[str, str]] = frozenset()
    told: frozenset[str] = frozenset()


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
    return shipment_id


def _order_id(session: Session, shipment: Shipment) -> int:
    order, brand_id = shipment.order, shipment.brand.id
    known = session.scalar(
        select(OrderRow).where(
            OrderRow.brand_id == brand_id, OrderRow.number == order.number
        )
    )
    values = {
        "customer_name": order.customer.name,
        "customer_email": order.customer.email,
        "customer_phone": order.customer.phone,
        "locale": order.customer.locale,
        "cod_amount": order.cod_amount,
        "currency": order.currency,
        "placed_at": order.placed_at,
    }
    if known is None:
        known = OrderRow(
            brand_id=brand_id,
            number=order.number,
            created_at=shipment.created_at,
            **values,
        )
        session.add(known)
    else:  # a later parcel of the order may know more, it never blanks what was known
        for name, value in values.items():
            if value is not None:
                setattr(known, name, value)
    session.flush()
    return known.id


def by_token(session: Session, token: str) -> Shipment | None:
    """Return the shipment of a page link, None for an unknown or erased one."""
    held = _held(
        session, ShipmentRow.token == token, ShipmentRow.erased_at.is_(None), full=False
    )
    return held[0].shipment if held else None


def by_public_id(session: Session, brand_id: int, public_id: str) -> Shipment | None:
    """Return a brand's shipment by its public id, None if it has none such."""
    held = _held(
        session,
        ShipmentRow.brand_id == brand_id,
        ShipmentRow.public_id == public_id,
        full=False,
    )
    return held[0].shipment if held else None


def page(
    session: Session,
    brand_id: int,
    *,
    after: int | None,
    limit: int,
    status: str | None = None,
    order_number: str | None = None,
) -> list[Shipment]:
    """Return up to `limit` of a brand's shipments, newest first, below the id `after`."""
    query = select(ShipmentRow.id).where(ShipmentRow.brand_id == brand_id)
    if after is not None:
        query = query.where(ShipmentRow.id < after)
    if status is not None:
        query = query.where(ShipmentRow.status == status)
    if order_number is not None:
        query = query.join(OrderRow, OrderRow.id == ShipmentRow.order_id).where(
            OrderRow.number == order_number
        )
    ids = session.scalars(query.order_by(ShipmentRow.id.desc()).limit(limit)).all()
    held = {h.shipment.id: h.shipment for h in load(session, ids, full=False)}
    return [held[shipment_id] for shipment_id in ids]


def by_numbers(session: Session, carrier: str, numbers: Sequence[str]) -> list[int]:
    """Return the ids of the live parcels that a carrier's numbers belong to."""
    return list(
        session.scalars(
            select(ShipmentRow.id).where(
                ShipmentRow.carrier == carrier,
                ShipmentRow.number.in_(numbers),
                ShipmentRow.erased_at.is_(None),
            )
        )
    )


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


def load(session: Session, ids: Sequence[int], *, full: bool = True) -> list[Held]:
    """Return shipments with their history; `full` adds concerns and notices."""
    return _held(session, ShipmentRow.id.in_(ids), full=full) if ids else []


def _held(session: Session, *where: Any, full: bool) -> list[Held]:
    rows = session.execute(_query().where(*where)).all()
    ids = [row.ShipmentRow.id for row in rows]
    known = _known(session, ids)
    concerns = _grouped(session, ids, ConcernRow) if full else {}
    told = _grouped(session, ids, NoticeRow) if full else {}
    found = []
    for row in rows:
        number = row.ShipmentRow.id
        scans = known.get(number, [])
        of_parcel = concerns.get(number, [])
        found.append(
            Held(
                _shipment(row, scans),
                tuple(scans),
                frozenset((c.kind, c.cause) for c in of_parcel if c.cleared_at is None),
                frozenset((c.kind, c.cause) for c in of_parcel),
                frozenset(f"{n.kind}:{n.concern}" for n in told.get(number, [])),
            )
        )
    return found


def _query() -> Select[tuple[ShipmentRow, OrderRow, BrandRow, PollRow]]:
    return (
        select(ShipmentRow, OrderRow, BrandRow, PollRow)
        .join(OrderRow, OrderRow.id == ShipmentRow.order_id)
        .join(BrandRow, BrandRow.id == ShipmentRow.brand_id)
        .join(PollRow, PollRow.shipment_id == ShipmentRow.id)
    )


def _grouped(session: Session, ids: Iterable[int], model: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in session.scalars(select(model).where(model.shipment_id.in_(ids))):
        found.setdefault(row.shipment_id, []).append(row)
    return found


def _known(session: Session, ids: Iterable[int]) -> dict[int, list[Known]]:
    # Columns, not rows: a long history costs a third of what mapped objects cost.
    columns = (
        EventRow.shipment_id,
        EventRow.stamp,
        EventRow.status,
        EventRow.sub_status,
        EventRow.cause,
        EventRow.code,
        EventRow.description,
        EventRow.city,
        EventRow.region,
        EventRow.country,
        EventRow.postal,
        EventRow.source,
        EventRow.withdrawn_at,
    )
    found: dict[int, list[Known]] = {}
    query = select(*columns).where(EventRow.shipment_id.in_(ids)).order_by(EventRow.id)
    for row in session.execute(query):
        event = Event(
            row.stamp,
            Meaning(Status(row.status), row.sub_status, row.cause),
            row.code,
            row.description,
            Place(row.city, row.region, row.country, row.postal),
        )
        known = Known(event, row.source, withdrawn=row.withdrawn_at is not None)
        found.setdefault(row.shipment_id, []).append(known)
    return found


def _shipment(row: Row[Any], known: Iterable[Known]) -> Shipment:
    of, order, brand, poll = row.ShipmentRow, row.OrderRow, row.BrandRow, row.PollRow
    window = (
        Window(of.window_start, of.window_until or of.window_start)
        if of.window_start
        else None
    )
    zone = ZoneInfo(brand.zone)
    return Shipment(
        id=of.id,
        public_id=of.public_id,
        token=of.token,
        brand=brands.of_row(brand),
        order=_order(order, of.items),
        carrier=of.carrier,
        number=of.number,
        created_at=of.created_at,
        promised_on=of.promised_on,
        shipped_on=of.shipped_on,
        postal=of.postal,
        meaning=Meaning(Status(of.status), of.sub_status, of.cause),
        window=window,
        delivered_at=of.delivered_at,
        signed_by=of.signed_by,
        promise_state=of.promise_state,
        motion_state=of.motion_state,
        events=tuple(
            in_order(
                (k.event for k in known if not k.withdrawn),
                of.created_at.astimezone(zone).utcoffset() or timedelta(),
            )
        ),
        asked_at=poll.asked_at,
        seen_at=poll.seen_at,
        trouble=poll.trouble,
        failures=poll.failures,
        viewed_at=poll.viewed_at,
        pushed_at=poll.pushed_at,
        paused_at=poll.paused_at,
        version=of.version,
        erased_at=of.erased_at,
    )


def _order(order: OrderRow, items: Sequence[dict[str, Any]]) -> Order:
    return Order(
        number=order.number,
        items=tuple(_item(item) for item in items),
        customer=Customer(
            order.customer_name,
            order.customer_email,
            order.customer_phone,
            order.locale,
        ),
        cod_amount=order.cod_amount,
        currency=order.currency,
        placed_at=order.placed_at,
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


def _item(values: dict[str, Any]) -> Item:
    price = values.get("price")
    return Item(**{**values, "price": None if price is None else Decimal(price)})
