"""Shipments out of their rows: with order, brand, history, what is open and told."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, bindparam, select
from sqlalchemy.orm import Session

from track_service.core.notices import Audience
from track_service.core.parcel import Address, Customer, Item, Order, Shipment
from track_service.core.status import Meaning, Status
from track_service.core.timeline import Known, in_order
from track_service.core.tracking import Event, Place, Window
from track_service.store import brands, details, outlooks
from track_service.store.detail_models import DetailRow
from track_service.store.lane_models import OutlookRow
from track_service.store.models import (
    BrandRow,
    ConcernRow,
    EventRow,
    NoticeRow,
    OrderRow,
    PollRow,
    ShipmentRow,
)
from track_service.store.notices import WITHDRAWN


@dataclass(frozen=True, slots=True)
class Held:
    """All that a rule needs of a shipment: itself, its scans, what is open and told.

    `known` holds withdrawn scans too; `open_concerns` are (kind, cause) not cleared;
    `told` are the `kind:cause` of notices owed so far, `shopper_told` the shopper's.
    """

    shipment: Shipment
    known: tuple[Known, ...] = ()
    open_concerns: frozenset[tuple[str, str]] = frozenset()
    told: frozenset[str] = frozenset()
    shopper_told: frozenset[str] = frozenset()


def load(
    session: Session, ids: Collection[int], *, full: bool = True, lock: bool = False
) -> list[Held]:
    """Return shipments with their history; `full` adds concerns and notices.

    With `lock` nobody else changes them until the transaction ends: what is written
    then follows from what was read.
    """
    if not ids:
        return []
    if lock:  # in one order, so that no two wait for each other
        session.execute(
            select(ShipmentRow.id)
            .where(ShipmentRow.id.in_(ids))
            .order_by(ShipmentRow.id)
            .with_for_update()
        )
    return held(session, ShipmentRow.id.in_(ids), full=full)


def of_order(session: Session, order_id: int) -> list[Shipment]:
    """Return an order's parcels, without concerns and notices."""
    found = held(session, ShipmentRow.order_id == order_id, full=False)
    return [one.shipment for one in found]


def held(session: Session, *where: ColumnElement[bool], full: bool) -> list[Held]:
    """Return the shipments that meet all conditions."""
    rows = session.execute(_query().where(*where)).all()
    ids = [row.ShipmentRow.id for row in rows]
    known = _known(session, ids)
    concerns = _open_concerns(session, ids) if full else {}
    notices = _notices(session, ids) if full else {}
    found = []
    for row in rows:
        scans = known.get(row.ShipmentRow.id, [])
        told = notices.get(row.ShipmentRow.id, [])
        found.append(
            Held(
                _shipment(row, scans),
                tuple(scans),
                frozenset(concerns.get(row.ShipmentRow.id, [])),
                frozenset(cause for cause, _ in told),
                frozenset(cause for cause, to in told if to == Audience.SHOPPER),
            )
        )
    return found


@cache
def _query() -> Select[Any]:
    return (
        select(ShipmentRow, OrderRow, BrandRow, PollRow, OutlookRow, DetailRow)
        .join(OrderRow, OrderRow.id == ShipmentRow.order_id)
        .join(BrandRow, BrandRow.id == ShipmentRow.brand_id)
        .join(PollRow, PollRow.shipment_id == ShipmentRow.id)
        .outerjoin(OutlookRow, OutlookRow.shipment_id == ShipmentRow.id)
        .outerjoin(DetailRow, DetailRow.shipment_id == ShipmentRow.id)
    )


def _open_concerns(
    session: Session, ids: Iterable[int]
) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    query = select(ConcernRow.shipment_id, ConcernRow.kind, ConcernRow.cause).where(
        ConcernRow.shipment_id.in_(ids), ConcernRow.cleared_at.is_(None)
    )
    for shipment_id, kind, cause in session.execute(query):
        found.setdefault(shipment_id, []).append((kind, cause))
    return found


def _notices(
    session: Session, ids: Iterable[int]
) -> dict[int | None, list[tuple[str, str]]]:
    """Return (`kind:cause`, audience) of all notices ever owed, bar those withdrawn."""
    found: dict[int | None, list[tuple[str, str]]] = {}
    query = select(
        NoticeRow.shipment_id, NoticeRow.kind, NoticeRow.concern, NoticeRow.audience
    ).where(NoticeRow.shipment_id.in_(ids), NoticeRow.state != WITHDRAWN)
    for shipment_id, kind, concern, audience in session.execute(query):
        found.setdefault(shipment_id, []).append((f"{kind}:{concern}", audience))
    return found


@cache
def _scans() -> Select[Any]:
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
    of = EventRow.shipment_id.in_(bindparam("ids", expanding=True))
    return select(*columns).where(of).order_by(EventRow.id)


def _known(session: Session, ids: Iterable[int]) -> dict[int, list[Known]]:
    found: dict[int, list[Known]] = {}
    for row in session.execute(_scans(), {"ids": list(ids)}):
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
        order=_order(order, of.items, nobodys=of.erased_at is not None),
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
        blind=poll.blind or (),
        trouble=poll.trouble,
        failures=poll.failures,
        viewed_at=poll.viewed_at,
        pushed_at=poll.pushed_at,
        paused_at=poll.paused_at,
        version=of.version,
        erased_at=of.erased_at,
        carrier_stated=of.carrier_stated,
        carrier_before=of.carrier_before,
        carrier_named=of.carrier_named,
        asked_of=None if poll.carrier == of.carrier else poll.carrier,
        own_after=poll.own_after,
        quiet=of.quiet,
        inward=of.inward,
        service=of.service,
        outlook=outlooks.of_row(row.OutlookRow),
        detail=details.of_row(row.DetailRow),
    )


def _order(order: OrderRow, items: Sequence[dict[str, Any]], *, nobodys: bool) -> Order:
    """An erased parcel is `nobodys`, though its order's other parcels are somebody's."""
    customer = Customer(
        order.customer_name, order.customer_email, order.customer_phone, order.locale
    )
    return Order(
        number=order.number,
        items=tuple(item(values) for values in items),
        customer=Customer() if nobodys else customer,
        cod_amount=order.cod_amount,
        currency=order.currency,
        placed_at=order.placed_at,
        is_gift=bool(order.is_gift),
        address=Address() if nobodys else address(order.address),
    )


def address(stored: str | None) -> Address:
    """Return an order's address out of how it is stored."""
    return Address(**json.loads(stored)) if stored else Address()


def item(values: dict[str, Any]) -> Item:
    """Return an order's line out of how it is stored."""
    price = values.get("price")
    return Item(**{**values, "price": None if price is None else Decimal(price)})
