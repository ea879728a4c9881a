"""Documents: a shipment as the JSON API shows it to its shop."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from track_service.core import detail
from track_service.core.alerts import alert_of
from track_service.core.ordered import Ordered
from track_service.core.outlook import Outlook
from track_service.core.parcel import Item, Order, Shipment
from track_service.core.parsed import (
    event_document,
    money_documents,
    window_document,
)
from track_service.core.tracking import Money
from track_service.services.compose import order_url, page_url
from track_service.services.flags import Flag, alerts, flag_of
from track_service.services.intake import OUTBOUND, RETURN


def shipment_document(
    shipment: Shipment,
    *,
    base_url: str,
    now: datetime,
    money: Iterable[Money] = (),
    order_token: str | None = None,
) -> dict[str, Any]:
    """Return a shipment's JSON values at `now`; what is not known is None.

    Instants are RFC 3339 in UTC, days `YYYY-MM-DD`; `delivered_at` and
    `estimated_delivery` are as exact as the carrier stated them; amounts are texts.
    """
    of = shipment
    return {
        "id": of.public_id,
        "order": _order(of.order, order_url(of.brand.home(base_url), order_token)),
        "carrier": of.carrier,
        "carrier_stated": of.carrier_stated,
        "carrier_before": of.carrier_before,
        "carrier_named": of.carrier_named,
        "number": of.number,
        "direction": RETURN if of.inward else OUTBOUND,
        "service": of.service,
        "status": of.meaning.status,
        "sub_status": of.meaning.sub,
        "cause": of.meaning.cause,
        "promise_state": of.promise_state,
        "motion_state": of.motion_state,
        "alerts": [] if of.erased_at else _alerts(of, now),
        "outlook": _outlook(of.outlook),
        "promised_on": of.promised_on and of.promised_on.isoformat(),
        "shipped_on": of.shipped_on and of.shipped_on.isoformat(),
        "postal": of.postal,
        "estimated_delivery": window_document(of.window),
        "delivered_at": of.delivered_at and of.delivered_at.text,
        "signed_by": of.signed_by,
        **detail.document(of.detail),
        # An erased parcel's page is gone.
        "page_url": None if of.erased_at else page_url(base_url, of),
        "events": [event_document(event) for event in of.events],
        "money": money_documents(money),
        "created_at": _instant(of.created_at),
        "checked_at": _instant(of.asked_at),
        "seen_at": _instant(of.seen_at),
        "trouble": of.trouble,
        "erased": of.erased_at is not None,
    }


def _alerts(shipment: Shipment, now: datetime) -> list[dict[str, Any]]:
    """What is wrong with a parcel, the most urgent first."""
    return [
        {
            "kind": concern.kind,
            "severity": alert_of(concern.kind).severity.name.lower(),
            "since": _instant(concern.since),
            "detail": concern.detail,
        }
        for concern in alerts(shipment, now=now)
    ]


def _outlook(outlook: Outlook | None) -> dict[str, Any] | None:
    if outlook is None:
        return None
    return {
        "leg": outlook.leg,
        "window": window_document(outlook.window),
        "likely_on": outlook.on and outlook.on.isoformat(),
        "p_late": outlook.p_late,
        "usual_days": outlook.usual,
        "slower_days": outlook.slower,
        "known_by": outlook.known_by,
        "reason": outlook.reason,
        "shown": outlook.shown,
        "made_at": _instant(outlook.made_at),
        "stalled_at": _instant(outlook.stalled_at),
    }


def _flag(found: Flag | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "kind": found.alert.kind,
        "severity": found.alert.severity.name.lower(),
        "shipment": found.parcel and found.parcel.public_id,
    }


def order_document(
    ordered: Ordered,
    parcels: Sequence[Shipment],
    *,
    base_url: str,
    now: datetime,
    money: Mapping[int, tuple[Money, ...]],
) -> dict[str, Any]:
    """Return an order's JSON values with its parcels', as in `shipment_document`."""
    promised = ordered.promised_on
    return {
        **_order(ordered.order, order_url(ordered.brand.home(base_url), ordered.token)),
        "flag": _flag(flag_of(ordered, parcels, now=now)),
        "stage": ordered.stage,
        "staged_at": _instant(ordered.staged_at),
        "confirmed_at": _instant(ordered.confirmed_at),
        "late_since": _instant(ordered.late_since),
        "cancelled_at": _instant(ordered.cancelled_at),
        "promised_on": promised and promised.isoformat(),
        "service": ordered.service,
        "untracked": [
            {"carrier": one.carrier, "number": one.number, "url": one.url}
            for one in ordered.untracked
        ],
        "shipments": [
            shipment_document(
                one,
                base_url=base_url,
                now=now,
                money=money.get(one.id, ()),
                order_token=ordered.token,
            )
            for one in parcels
        ],
    }


def _order(order: Order, page_url: str | None) -> dict[str, Any]:
    customer = order.customer
    return {
        "number": order.number,
        "items": [_item(item) for item in order.items],
        "customer": {
            "name": customer.name,
            "email": customer.email,
            "phone": customer.phone,
            "locale": customer.locale,
        },
        "address": asdict(order.address),
        "cod_amount": _amount(order.cod_amount),
        "currency": order.currency,
        "placed_at": _instant(order.placed_at),
        "gift": order.is_gift,
        "page_url": page_url,
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "title": item.title,
        "quantity": item.quantity,
        "sku": item.sku,
        "variant": item.variant,
        "price": _amount(item.price),
        "image_url": item.image_url,
        "url": item.url,
    }


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _instant(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
