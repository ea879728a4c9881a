"""Sapo (Vietnam): orders of its sales administration by webhook and REST.

Read from what the platform's own samples and real shops' deliveries hold: the order
comes bare in a hook, as `order` or `orders` in an API answer; a hook names its topic in
a header, and nothing names the delivery. Seen are the topics orders/create and
orders/update, the others are taken as Sapo's relatives name them. How an order stands is told on
several axes (`status`, `packed_status`, `fulfillment_status`, `received_status`,
`return_status`) and once more by each fulfilment. One that the buyer collects has no
`shipment`. No field tells the currency: Sapo sells in dong. `ship_on_max` is until when
the shop promised to deliver. Errors of the API are `data_error` or `error`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from track_service.core.handover import Buyer, Handover, Line, Parcel, Stage
from track_service.core.status import Status
from track_service.storefronts.base import (
    BadPayload,
    Hook,
    Kind,
    Proven,
    Sampled,
    Storefront,
)
from track_service.storefronts.proof import sample_body
from track_service.storefronts.reading import (
    amount,
    ident,
    joined,
    json_body,
    link,
    mac,
    mapping,
    quantity,
    reader,
    records,
    signed,
    stamp,
    street,
    text,
    whose,
)

# `composite_fulfillment_status`: what became of the goods and of their parcel in one.
STATUSES = {
    "packed": Status.INFO_RECEIVED,
    "fulfilled": Status.IN_TRANSIT,
    "retry_delivery": Status.ATTEMPT_FAILED,
    "received": Status.DELIVERED,
    "fulfilled_cancelling": Status.RETURNING,
    "fulfilled_cancelled": Status.RETURNED,
}
_NO_MARK = frozenset({None, "unshipped", "unpacked"})


class Sapo(Storefront):
    """Sapo: hooks signed over the raw body."""

    code: ClassVar[str] = "sapo"
    label: ClassVar[str] = "Sapo"
    topics: ClassVar[Mapping[str, Kind]] = {
        "orders/create": Kind.ORDER,
        "orders/update": Kind.ORDER,
        "orders/updated": Kind.ORDER,
        "orders/cancelled": Kind.ORDER,
        "orders/fulfilled": Kind.ORDER,
        "orders/delete": Kind.ORDER,
    }

    @staticmethod
    def topic(hook: Hook) -> str | None:
        """Return `X-Sapo-Topic`."""
        return text(hook.headers.get("x-sapo-topic"))

    @staticmethod
    def verify(hook: Hook, settings: Mapping[str, str], *, now: datetime) -> Proven:
        """Compare `X-Sapo-Hmac-Sha256`; Sapo stamps no hook."""
        given = hook.headers.get("x-sapo-hmac-sha256")
        return signed(settings["secret"], hook.body, given)

    @staticmethod
    def sample(order: Sampled, settings: Mapping[str, str]) -> Hook:
        """Return a made-up order, signed."""
        body = sample_body("sapo", order)
        signature = mac(settings["secret"], body)
        return Hook(
            body, {"x-sapo-topic": "orders/create", "x-sapo-hmac-sha256": signature}
        )

    @staticmethod
    @reader
    def parse(body: bytes, topic: str | None) -> list[Handover]:
        """Read an order, wrapped or bare, or a list of orders."""
        told = mapping(json_body(body), "body")
        for wrong in ("data_error", "error", "errors"):
            if wrong in told:
                raise BadPayload(f"{wrong}: {_why(told[wrong])}"[:300])
        if "orders" in told:
            return [_order(order) for order in records(told["orders"], "orders")]
        order = mapping(told.get("order", told), "order")
        if topic == "orders/delete":
            return [Handover(external_id=_id(order), cancelled=True)]
        return [_order(order)]


STOREFRONT: type[Storefront] = Sapo


def _why(told: object) -> str:
    if not isinstance(told, dict):
        return text(told) or "no reason"
    named = told.get("errors")
    reasons = named if isinstance(named, dict) else told
    return "; ".join(f"{name}: {text(why)}" for name, why in reasons.items())


def _id(told: Mapping[str, Any]) -> str:
    found = ident(told.get("id"))
    if found is None:
        raise BadPayload("order: no id")
    return found


def _order(told: Mapping[str, Any]) -> Handover:
    if "order_line_items" not in told:
        raise BadPayload("body: no order, it lacks order_line_items")
    fulfilments = records(told.get("fulfillments"), "fulfillments")
    found = (_parcel(one, f"fulfillments[{i}]") for i, one in enumerate(fulfilments))
    status = text(told.get("status"))
    return Handover(
        number=text(told.get("code")),
        external_id=_id(told),
        placed_at=stamp(told.get("created_on")),
        updated_at=stamp(told.get("modified_on")),
        currency="VND",
        total=amount(told.get("total")),
        promised=stamp(told.get("ship_on_max") or told.get("ship_on")),
        buyer=_buyer(told),
        lines=_lines(told.get("order_line_items"), "order_line_items"),
        parcels=tuple(parcel for parcel in found if parcel is not None),
        stage=_stage(told, status),
        fulfilment_stated=text(told.get("fulfillment_status")),
        cancelled=status == "cancelled",
    )


_STREET = ("address1", "address2", "ward", "district")


def _buyer(told: Mapping[str, Any]) -> Buyer:
    to = mapping(told.get("shipping_address"), "shipping_address")
    customer = mapping(told.get("customer_data"), "customer_data")
    return Buyer(
        external_id=ident(told.get("customer_id")),
        name=joined(to.get("last_name"), to.get("first_name"))
        or text(to.get("full_name"))
        or text(customer.get("name")),
        email=text(told.get("email")) or text(customer.get("email")),
        phone=text(told.get("phone_number"))
        or text(to.get("phone_number"))
        or text(customer.get("phone_number")),
        street=street(*(to.get(name) for name in _STREET)),
        city=text(to.get("city")),
        postal=text(to.get("zip_code")),
        country="VN" if text(to.get("country")) == "Việt Nam" else None,
    )


def _stage(told: Mapping[str, Any], status: str | None) -> Stage:
    if text(told.get("fulfillment_status")) not in _NO_MARK:
        return Stage.HANDED_OVER
    if text(told.get("packed_status")) not in _NO_MARK:
        return Stage.PACKED
    return Stage.PLACED if status == "draft" else Stage.CONFIRMED


def _parcel(told: Mapping[str, Any], place: str) -> Parcel | None:
    """Return a fulfilment's parcel, None where the buyer collects the goods."""
    shipment = mapping(told.get("shipment"), f"{place}.shipment")
    if not shipment:
        return None
    stated = text(shipment.get("service_name"))
    url = link(shipment.get("tracking_url"))
    composite = text(told.get("composite_fulfillment_status")) or ""
    return Parcel(
        text(shipment.get("tracking_code")),
        whose(stated, url),
        stated,
        url,
        _lines(told.get("fulfillment_line_items"), f"{place}.fulfillment_line_items"),
        STATUSES.get(composite),
        ident(told.get("id")),
        stamp(told.get("shipped_on")),
        # What was cancelled once it was on its way comes back, and is followed home.
        void=told.get("status") == "cancelled" and composite not in STATUSES,
    )


def _lines(told: object, place: str) -> tuple[Line, ...]:
    return tuple(
        Line(
            title=text(line.get("product_name")) or text(line.get("variant_name")),
            quantity=quantity(line.get("quantity")),
            sku=text(line.get("sku")),
            variant=text(line.get("variant_options")),
            price=amount(line.get("price", line.get("base_price"))),
            product_id=ident(line.get("product_id")),
        )
        for line in records(told, place)
    )
