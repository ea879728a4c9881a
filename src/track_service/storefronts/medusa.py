"""Medusa v2: a shop's own subscriber posts the order as the admin API tells it.

Medusa sends no webhooks; a subscriber (https://docs.medusajs.com/learn/fundamentals/
events-and-subscribers) posts to the hook URL what `GET /admin/orders/:id` answers with
`fields=+fulfillments.labels.*` (without it no number is told), `{"order": {…}}`, and says
in the header `X-Medusa-Topic` the event's name, in `X-Medusa-Hmac-Sha256` the raw body's
HMAC-SHA256 by a secret of the shop's choice, in base64 or hex; and, if it can, in
`X-Medusa-Delivery` what names this delivery. Source of the order:
https://docs.medusajs.com/api/admin#orders. Amounts are in the major unit. No field
names the carrier. A link that is missing may be "#".
"""

from collections.abc import Mapping
from dataclasses import replace
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
from track_service.storefronts.proof import sample_body, signed_in_hex
from track_service.storefronts.reading import (
    amount,
    chosen,
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


class Medusa(Storefront):
    """Medusa: hooks of a shop's own subscriber, signed over the raw body."""

    code: ClassVar[str] = "medusa"
    label: ClassVar[str] = "Medusa"
    topics: ClassVar[Mapping[str, Kind]] = {
        "order.placed": Kind.ORDER,
        "order.updated": Kind.ORDER,
        "order.completed": Kind.ORDER,
        "order.canceled": Kind.ORDER,
        "order.fulfillment_created": Kind.PARCEL,
        "order.fulfillment_canceled": Kind.PARCEL,
        "shipment.created": Kind.PARCEL,
        "delivery.created": Kind.PARCEL,
        "order.return_received": Kind.ORDER,
        "payment.refunded": Kind.ORDER,
    }

    @staticmethod
    def topic(hook: Hook) -> str | None:
        """Return `X-Medusa-Topic`."""
        return text(hook.headers.get("x-medusa-topic"))

    @staticmethod
    def verify(hook: Hook, settings: Mapping[str, str], *, now: datetime) -> Proven:
        """Compare `X-Medusa-Hmac-Sha256`, base64 or hex; nothing is stamped."""
        secret, given = settings["secret"], hook.headers.get("x-medusa-hmac-sha256")
        if signed_in_hex(secret, hook.body, given) is Proven.SIGNED:
            return Proven.SIGNED
        return signed(secret, hook.body, given)

    @staticmethod
    def identity(hook: Hook) -> str | None:
        """Return `X-Medusa-Delivery`."""
        return text(hook.headers.get("x-medusa-delivery"))

    @staticmethod
    def sample(order: Sampled, settings: Mapping[str, str]) -> Hook:
        """Return a made-up order, signed."""
        body = sample_body("medusa", order)
        signature = mac(settings["secret"], body)
        return Hook(
            body,
            {"x-medusa-topic": "order.placed", "x-medusa-hmac-sha256": signature},
        )

    @staticmethod
    @reader
    def parse(body: bytes, topic: str | None) -> list[Handover]:
        """Read an order, wrapped or bare, or a list of orders."""
        told = mapping(json_body(body), "body")
        if "orders" in told:
            return [_order(order) for order in records(told["orders"], "orders")]
        return [_order(mapping(told.get("order", told), "order"))]


STOREFRONT: type[Storefront] = Medusa


def _order(told: Mapping[str, Any]) -> Handover:
    if ident(told.get("id")) is None or "items" not in told:
        raise BadPayload("body: no order, it lacks id or items")
    fulfilments = records(told.get("fulfillments"), "fulfillments")
    lines = {
        ident(item.get("id")): _line(item) for item in records(told["items"], "items")
    }
    return Handover(
        number=ident(told.get("display_id")),
        external_id=ident(told.get("id")),
        placed_at=stamp(told.get("created_at")),
        updated_at=stamp(told.get("updated_at")),
        currency=(text(told.get("currency_code")) or "").upper() or None,
        total=amount(told.get("total")),
        service=chosen(told.get("shipping_methods"), "shipping_methods", "name"),
        buyer=_buyer(told),
        lines=tuple(lines.values()),
        parcels=tuple(
            parcel
            for i, one in enumerate(fulfilments)
            for parcel in _parcels(one, lines, f"fulfillments[{i}]")
        )
        if "fulfillments" in told
        else None,
        stage=_stage(told, fulfilments),
        fulfilment_stated=text(told.get("fulfillment_status")),
        cancelled=told.get("status") == "canceled"
        or stamp(told.get("canceled_at")) is not None,
    )


def _buyer(told: Mapping[str, Any]) -> Buyer:
    to = mapping(told.get("shipping_address"), "shipping_address") or mapping(
        told.get("billing_address"), "billing_address"
    )
    return Buyer(
        external_id=ident(told.get("customer_id")),
        name=joined(to.get("first_name"), to.get("last_name")),
        email=text(told.get("email")),
        phone=text(to.get("phone")),
        locale=text(told.get("locale")),
        street=street(to.get("address_1"), to.get("address_2")),
        city=text(to.get("city")),
        region=text(to.get("province")),
        postal=text(to.get("postal_code")),
        country=(text(to.get("country_code")) or "").upper() or None,
    )


def _stage(told: Mapping[str, Any], fulfilments: list[dict[str, Any]]) -> Stage:
    """A fulfilment is packed when it is made, and handed over when it is shipped."""
    living = [one for one in fulfilments if stamp(one.get("canceled_at")) is None]
    marks = [one.get(at) for one in living for at in ("shipped_at", "delivered_at")]
    if any(stamp(mark) is not None for mark in marks):
        return Stage.HANDED_OVER
    if living:
        return Stage.PACKED
    paid = told.get("payment_status") in {"authorized", "captured"}
    return Stage.CONFIRMED if paid else Stage.PLACED


def _line(item: Mapping[str, Any]) -> Line:
    detail = mapping(item.get("detail"), "items.detail")
    return Line(
        title=text(item.get("product_title")) or text(item.get("title")),
        quantity=quantity(item.get("quantity", detail.get("quantity"))),
        sku=text(item.get("variant_sku")),
        variant=text(item.get("variant_title")),
        price=amount(item.get("unit_price")),
        product_id=ident(item.get("product_id")),
        image_url=link(item.get("thumbnail")),
    )


def _parcels(
    told: Mapping[str, Any], lines: Mapping[str | None, Line], place: str
) -> list[Parcel]:
    """Return a fulfilment's parcels, one a label; one without a number if it has none."""
    inside = tuple(
        _packed(item, lines) for item in records(told.get("items"), f"{place}.items")
    )
    delivered = stamp(told.get("delivered_at")) is not None
    parcels = []
    for label in records(told.get("labels"), f"{place}.labels") or [{}]:
        number, url = (
            text(label.get("tracking_number")),
            link(label.get("tracking_url")),
        )
        parcels.append(
            Parcel(
                None if number == "#" else number,
                whose(None, url),
                url=url,
                lines=inside,
                status=Status.DELIVERED if delivered else None,
                external_id=ident(told.get("id")),
                shipped_at=stamp(told.get("shipped_at")),
                void=stamp(told.get("canceled_at")) is not None,
            )
        )
    return parcels


def _packed(item: Mapping[str, Any], lines: Mapping[str | None, Line]) -> Line:
    of = lines.get(ident(item.get("line_item_id")))
    known = of or Line(title=text(item.get("title")), sku=text(item.get("sku")))
    return replace(known, quantity=quantity(item.get("quantity")))
