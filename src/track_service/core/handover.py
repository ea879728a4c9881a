"""What a storefront told us of an order, in our words: Handover and its parts.

No `repr` shows a person: it ends up in logs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from track_service.core.parsed import event_document
from track_service.core.status import Status
from track_service.core.tracking import Event, Stamp


class Stage(StrEnum):
    """How far an order has come before a carrier has it."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    PACKED = "packed"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order; `price` is for one piece, `quantity` may be a fraction."""

    title: str | None = None
    quantity: Decimal = Decimal(1)
    sku: str | None = None
    variant: str | None = None
    price: Decimal | None = None
    product_id: str | None = None
    image_url: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who ordered, as stated: a phone may not be one that can be dialled."""

    external_id: str | None = None
    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    locale: str | None = None
    street: str | None = field(default=None, repr=False)
    city: str | None = field(default=None, repr=False)
    region: str | None = None
    postal: str | None = field(default=None, repr=False)
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """A fulfilment: what the shop wrote of its carrier and number, and how it stands.

    `carrier` is our code where the words or the link name one, else None. `lines` are
    those in this parcel, all of the order's where the shop tells none. A `void` one
    failed or was cancelled: nobody is to track it.
    """

    number: str | None = None
    carrier: str | None = None
    carrier_stated: str | None = None
    url: str | None = None
    lines: tuple[Line, ...] = ()
    status: Status | None = None
    external_id: str | None = None
    shipped_at: Stamp | None = None
    void: bool = False


@dataclass(frozen=True, slots=True)
class Happening:
    """A scan that the platform tells of a fulfilment, which it names by its own id."""

    parcel_id: str | None
    event: Event


@dataclass(frozen=True, slots=True)
class Handover:
    """An order as one payload tells it; a field that it does not tell is None.

    `number` is what the shopper sees, `external_id` the platform's own. `thin` tells
    that the payload only names an order or a parcel, which must be asked for.
    `lines` is None where the payload tells nothing of them, as `parcels` is. `returned`
    are lines of which so many pieces were taken back since. `service` is the delivery
    that the buyer chose, by the platform's name for it.
    """

    number: str | None = None
    external_id: str | None = None
    placed_at: Stamp | None = None
    updated_at: Stamp | None = None
    currency: str | None = None
    total: Decimal | None = None
    cod_amount: Decimal | None = None
    promised: Stamp | None = None
    service: str | None = None
    buyer: Buyer = field(default_factory=Buyer)
    lines: tuple[Line, ...] | None = None
    returned: tuple[Line, ...] = ()
    parcels: tuple[Parcel, ...] | None = None
    stage: Stage | None = None
    fulfilment_stated: str | None = None
    cancelled: bool | None = None
    happening: Happening | None = None
    thin: bool = False


def document(
    platform: str, topic: str | None, handovers: Iterable[Handover]
) -> dict[str, Any]:
    """Return the Order document: `order` is the first, `orders` all where many."""
    orders = [_order(handover) for handover in handovers]
    told: dict[str, Any] = {"platform": platform, "topic": topic}
    told["order"] = orders[0] if orders else None
    if len(orders) > 1:
        told["orders"] = orders
    return told


def _order(of: Handover) -> dict[str, Any]:
    buyer = of.buyer
    return {
        "number": of.number,
        "external_id": of.external_id,
        "placed_at": of.placed_at and of.placed_at.text,
        "updated_at": of.updated_at and of.updated_at.text,
        "currency": of.currency,
        "total": _plain(of.total),
        "cod_amount": _plain(of.cod_amount),
        "promised": of.promised and of.promised.text,
        "service": of.service,
        "customer": {
            "external_id": buyer.external_id,
            "name": buyer.name,
            "email": buyer.email,
            "phone": buyer.phone,
            "locale": buyer.locale,
            "street": buyer.street,
            "city": buyer.city,
            "region": buyer.region,
            "postal": buyer.postal,
            "country": buyer.country,
        },
        "items": [_line(line) for line in _lines(of)],
        "shipments": [_parcel(parcel) for parcel in of.parcels or ()],
        "stage": of.stage,
        "fulfilment_status": of.fulfilment_stated,
        "cancelled": bool(of.cancelled),
        "event": of.happening
        and event_document(of.happening.event) | {"parcel_id": of.happening.parcel_id},
        "thin": of.thin,
    }


def _lines(of: Handover) -> tuple[Line, ...]:
    """Return the order's lines; of a payload on a parcel alone, those in it."""
    if of.lines is not None:
        return of.lines
    return of.parcels[0].lines if of.parcels else ()


def _line(line: Line) -> dict[str, Any]:
    whole = line.quantity == line.quantity.to_integral_value()
    return {
        "sku": line.sku,
        "product_id": line.product_id,
        "title": line.title,
        "variant": line.variant,
        "quantity": int(line.quantity) if whole else float(line.quantity),
        "price": _plain(line.price),
        "image_url": line.image_url,
        "url": line.url,
    }


def _parcel(parcel: Parcel) -> dict[str, Any]:
    return {
        "carrier": parcel.carrier,
        "carrier_stated": parcel.carrier_stated,
        "number": parcel.number,
        "url": parcel.url,
        "items": [_line(line) for line in parcel.lines],
        "status": parcel.status,
        "external_id": parcel.external_id,
        "shipped_at": parcel.shipped_at and parcel.shipped_at.text,
        "void": parcel.void,
    }


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
