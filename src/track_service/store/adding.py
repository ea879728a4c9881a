"""New shipments into their rows, many at a time."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session

from track_service.core.cadence import Urgency
from track_service.core.parcel import Item, Order, Shipment
from track_service.core.tracking import Stamp
from track_service.store import pictures
from track_service.store.db import insert_for
from track_service.store.models import OrderRow, PollRow, PromiseRow, ShipmentRow

_ORDERS, _SHIPMENTS = OrderRow.__table__, ShipmentRow.__table__


def add(
    session: Session, new: Sequence[tuple[Shipment, datetime | None]]
) -> dict[str, int]:
    """Store shipments of one brand, each with when it is asked for first.

    Their orders are stored as well, or learn what these parcels tell of them. Returns
    the ids by public id; a parcel whose brand, carrier and number are taken has none.
    """
    if not new:
        return {}
    parcels = [shipment for shipment, _ in new]
    told = [(of.brand.id, of.order, of.created_at) for of in parcels]
    orders = add_orders(session, told)
    adding = insert_for(session)(_SHIPMENTS).on_conflict_do_nothing(
        index_elements=["brand_id", "carrier", "number"]
    )
    session.execute(
        adding, [_shipment_values(one, orders[one.order.number]) for one in parcels]
    )
    # Of what arrived long ago nobody opens the page.
    items = [item for of in parcels if not of.quiet for item in of.order.items]
    urls = (item.image_url for item in items)
    pictures.want(session, urls, now=parcels[0].created_at)
    ids = _ids(
        session,
        select(_SHIPMENTS.c.public_id, _SHIPMENTS.c.id).where(
            _SHIPMENTS.c.public_id.in_([one.public_id for one in parcels])
        ),
    )
    added = [(of, at, ids[of.public_id]) for of, at in new if of.public_id in ids]
    if added:
        session.execute(insert(PollRow), [_poll_values(*one) for one in added])
    promises = [
        _promise_values(of, of.promised_on, i) for of, _, i in added if of.promised_on
    ]
    if promises:
        session.execute(insert(PromiseRow), promises)
    return ids


def add_orders(
    session: Session, orders: Sequence[tuple[int, Order, datetime]]
) -> dict[str, int]:
    """Store one brand's orders, or add what is told of known ones; return ids by number.

    Each comes with its brand's id and when it was told. Who tells later may know more,
    and never blanks what was known.
    """
    rows: dict[str, dict[str, Any]] = {}
    for brand_id, order, created_at in orders:
        told = _told(order)
        before = rows.setdefault(
            order.number,
            {
                "brand_id": brand_id,
                "number": order.number,
                "created_at": created_at,
                **told,
            },
        )
        before.update(
            {name: value for name, value in told.items() if value is not None}
        )
    adding = insert_for(session)(_ORDERS)
    statement = adding.on_conflict_do_update(
        index_elements=["brand_id", "number"],
        set_={n: func.coalesce(adding.excluded[n], _ORDERS.c[n]) for n in told},
    )
    session.execute(statement, list(rows.values()))
    return _ids(
        session,
        select(_ORDERS.c.number, _ORDERS.c.id).where(
            _ORDERS.c.brand_id.in_({brand_id for brand_id, _, _ in orders}),
            _ORDERS.c.number.in_(rows),
        ),
    )


def _ids(session: Session, query: Select[tuple[str, int]]) -> dict[str, int]:
    return dict(session.execute(query).tuples().all())


def _told(order: Order) -> dict[str, Any]:
    return {
        "customer_name": order.customer.name,
        "customer_email": order.customer.email,
        "customer_phone": order.customer.phone,
        "locale": order.customer.locale,
        "cod_amount": order.cod_amount,
        "currency": order.currency,
        "placed_at": order.placed_at,
        "is_gift": order.is_gift or None,
        "address": json.dumps(asdict(order.address), ensure_ascii=False)
        if order.address
        else None,
    }


def _shipment_values(shipment: Shipment, order_id: int) -> dict[str, Any]:
    return {
        "public_id": shipment.public_id,
        "token": shipment.token,
        "brand_id": shipment.brand.id,
        "order_id": order_id,
        "carrier": shipment.carrier,
        "carrier_stated": shipment.carrier_stated,
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
        "judge_after": None if shipment.quiet else shipment.created_at,
        "version": 1,
        "quiet": shipment.quiet,
        "inward": shipment.inward,
        "service": shipment.service,
    }


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


def _poll_values(
    shipment: Shipment, poll_after: datetime | None, shipment_id: int
) -> dict[str, Any]:
    return {
        "shipment_id": shipment_id,
        "carrier": shipment.carrier,
        "poll_after": poll_after,
        "urgency": int(Urgency.LATER if shipment.quiet else Urgency.SOON),
        "failures": 0,
    }


def _promise_values(shipment: Shipment, on: date, shipment_id: int) -> dict[str, Any]:
    """The ledger of dates begins with the shop's own."""
    day = Stamp.day(on)
    return {
        "shipment_id": shipment_id,
        "start": day,
        "until": day,
        "source": "merchant",
        "stated_at": shipment.created_at,
    }
