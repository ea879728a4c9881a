"""Saleor: orders and fulfilments by webhook, signed by the shop's own public key.

Source: https://docs.saleor.io/developer/extending/webhooks/payload-signature and
…/overview. The signature is a detached JWS (RS256, `b64` false) whose key is at
`<url>/.well-known/jwks.json`; or hex HMAC where the webhook has a `secretKey` (optional
setting `secret`, deprecated by Saleor). The key is named "1" before and after it is
renewed. Two shapes are read: Saleor's own payload, a list of one order or fulfilment,
and what a subscription query yields, `{"order": {…}}` or `{"fulfillment", "order"}` with
the names of its GraphQL types. A carrier is named nowhere but in a link, which may
stand in place of the number; the number in it is taken where but one could be it.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from track_service.core.handover import Buyer, Handover, Line, Parcel, Stage
from track_service.core.status import Status
from track_service.http import Answer
from track_service.storefronts.base import (
    BadPayload,
    Hook,
    Kind,
    Proven,
    Sampled,
    Storefront,
)
from track_service.storefronts.proof import (
    jws_key,
    jws_signed,
    mac_in_hex,
    sample_body,
    signed_in_hex,
)
from track_service.storefronts.reading import (
    amount,
    check_link,
    ident,
    joined,
    json_body,
    link,
    mapping,
    number_in,
    quantity,
    reader,
    records,
    stamp,
    street,
    text,
    whose,
)

# https://docs.saleor.io/api-reference/orders/enums/order-status
STAGES = {
    "unconfirmed": Stage.PLACED,
    "unfulfilled": Stage.CONFIRMED,
    "partially fulfilled": Stage.HANDED_OVER,
    "fulfilled": Stage.HANDED_OVER,
}
_OVER = frozenset({"canceled", "expired"})
# https://docs.saleor.io/api-reference/orders/enums/fulfillment-status
_STATUSES = {
    "waiting for approval": Status.PREPARING,
    "returned": Status.RETURNED,
    "refunded and returned": Status.RETURNED,
}
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Saleor(Storefront):
    """Saleor: hooks signed by the shop's key, or by a secret where one is set."""

    code: ClassVar[str] = "saleor"
    label: ClassVar[str] = "Saleor"
    settings: ClassVar[tuple[str, ...]] = ("url",)
    optional: ClassVar[tuple[str, ...]] = ("secret",)
    topics: ClassVar[Mapping[str, Kind]] = {
        "order_created": Kind.ORDER,
        "order_updated": Kind.ORDER,
        "order_confirmed": Kind.ORDER,
        "order_paid": Kind.ORDER,
        "order_fully_paid": Kind.ORDER,
        "order_fulfilled": Kind.ORDER,
        "order_cancelled": Kind.ORDER,
        "order_expired": Kind.ORDER,
        "order_refunded": Kind.ORDER,
        "order_fully_refunded": Kind.ORDER,
        "fulfillment_created": Kind.PARCEL,
        "fulfillment_approved": Kind.PARCEL,
        "fulfillment_canceled": Kind.PARCEL,
        "fulfillment_tracking_number_updated": Kind.PARCEL,
    }

    @staticmethod
    def check(settings: Mapping[str, str]) -> None:
        """Refuse a `url` that is no web address. Raises `WrongSettings`."""
        check_link("url", settings["url"])

    @staticmethod
    def topic(hook: Hook) -> str | None:
        """Return `Saleor-Event`, or its older name."""
        stated = hook.headers.get("saleor-event") or hook.headers.get("x-saleor-event")
        return text(stated)

    @staticmethod
    def verify(hook: Hook, settings: Mapping[str, str], *, now: datetime) -> Proven:
        """Check `Saleor-Signature`; Saleor stamps no hook in what it signs."""
        if secret := settings.get("secret"):
            return signed_in_hex(secret, hook.body, _signature(hook))
        return jws_signed(hook, _signature(hook))

    @staticmethod
    def key_id(hook: Hook, settings: Mapping[str, str]) -> str | None:
        """Return the key that the JWS names, None where a secret signs."""
        return None if settings.get("secret") else jws_key(_signature(hook))

    @staticmethod
    def sample(order: Sampled, settings: Mapping[str, str]) -> Hook | None:
        """Return a made-up order where a secret signs; only the shop has its key."""
        secret = settings.get("secret")
        if not secret:
            return None
        body = sample_body("saleor", order)
        return Hook(
            body,
            {
                "saleor-event": "order_fulfilled",
                "saleor-signature": mac_in_hex(secret, body),
            },
        )

    def fetch_keys(self) -> Answer:
        """Ask the shop for its public keys."""
        return self.client.get(f"{self.given['url'].rstrip('/')}/.well-known/jwks.json")

    @staticmethod
    @reader
    def parse(body: bytes, topic: str | None) -> list[Handover]:
        """Read an order or a fulfilment, in a list or as a subscription yields it."""
        told = _snaked(json_body(body))
        if isinstance(told, list):
            return [_read(one) for one in records(told, "body")]
        return [_read(mapping(told, "body"))]


STOREFRONT: type[Storefront] = Saleor


def _signature(hook: Hook) -> str | None:
    return hook.headers.get("saleor-signature") or hook.headers.get(
        "x-saleor-signature"
    )


def _snaked(told: Any) -> Any:
    """Return a document with GraphQL's names as the older payload writes them."""
    if isinstance(told, list):
        return [_snaked(value) for value in told]
    if isinstance(told, dict):
        return {_HUMP.sub("_", k).lower(): _snaked(v) for k, v in told.items()}
    return told


def _read(told: Mapping[str, Any]) -> Handover:
    alone = told.get("type") == "Fulfillment"
    order = mapping(told.get("order", {} if alone else told), "order")
    parcel = mapping(told if alone else told.get("fulfillment"), "fulfillment")
    if ident(order.get("id")) is None or not ("status" in order or parcel):
        raise BadPayload("body: no order, it lacks id or status")
    fulfilments = records(order.get("fulfillments"), "fulfillments")
    if parcel and parcel.get("id") not in [one.get("id") for one in fulfilments]:
        fulfilments.append(parcel)
    issued = mapping(told.get("meta"), "meta").get("issued_at")
    return _order(order, fulfilments, issued)


def _order(
    told: Mapping[str, Any], fulfilments: list[dict[str, Any]], issued: object
) -> Handover:
    """Read an order; `issued` is when its payload was made, if that is told."""
    status = text(told.get("status"))
    plain = _plain(status)
    lines = _lines(told.get("lines"), "lines")
    known = "fulfillments" in told or fulfilments
    return Handover(
        number=text(told.get("number")),
        external_id=ident(told.get("id")),
        placed_at=stamp(told.get("created")),
        updated_at=stamp(told.get("updated_at") or issued),
        currency=_currency(told),
        total=amount(told.get("total_gross_amount") or _gross(told, "total")),
        service=text(told.get("shipping_method_name")),
        buyer=_buyer(told),
        lines=lines if "lines" in told else None,
        parcels=tuple(_parcel(one, lines) for one in fulfilments) if known else None,
        stage=STAGES.get(plain),
        fulfilment_stated=status,
        cancelled=plain in _OVER if plain else None,
    )


def _plain(status: str | None) -> str:
    """Return a status as the older payload writes it; GraphQL has "PARTIALLY_…"."""
    return (status or "").lower().replace("_", " ")


def _buyer(told: Mapping[str, Any]) -> Buyer:
    to = mapping(told.get("shipping_address"), "shipping_address") or mapping(
        told.get("billing_address"), "billing_address"
    )
    country = to.get("country")
    enum = (text(told.get("language_code_enum")) or "").lower().replace("_", "-")
    return Buyer(
        external_id=ident(mapping(told.get("user"), "user").get("id")),
        name=joined(to.get("first_name"), to.get("last_name")),
        email=text(told.get("user_email")),
        phone=text(to.get("phone")),
        locale=text(told.get("language_code")) or enum or None,
        street=street(to.get("street_address_1"), to.get("street_address_2")),
        city=text(to.get("city")),
        region=text(to.get("country_area")),
        postal=text(to.get("postal_code")),
        country=text(country.get("code") if isinstance(country, dict) else country),
    )


def _currency(told: Mapping[str, Any]) -> str | None:
    channel = mapping(told.get("channel"), "channel")
    return text(channel.get("currency_code")) or text(
        _price(told, "total").get("currency")
    )


def _price(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    return mapping(mapping(told.get(name), name).get("gross"), name)


def _gross(told: Mapping[str, Any], name: str) -> Any:
    return _price(told, name).get("amount")


def _lines(told: object, place: str) -> tuple[Line, ...]:
    return tuple(_line(line, line) for line in records(told, place))


def _line(told: Mapping[str, Any], held: Mapping[str, Any]) -> Line:
    """Read a line; of a fulfilment's, `held` is the order's line that it is of."""
    if "unit_price" in held:
        price = _gross(held, "unit_price")
    else:
        price = held.get("unit_price_gross_amount") or held.get("unit_price_gross")
    return Line(
        title=text(held.get("product_name")),
        quantity=quantity(told.get("quantity")),
        sku=text(held.get("product_sku")),
        variant=text(held.get("variant_name")),
        price=amount(price),
        image_url=link(mapping(held.get("thumbnail"), "thumbnail").get("url")),
    )


def _parcel(told: Mapping[str, Any], lines: tuple[Line, ...]) -> Parcel:
    status = _plain(text(told.get("status")))
    stated = text(told.get("tracking_number"))
    url = link(stated)
    inside = tuple(
        _line(line, mapping(line.get("order_line"), "order_line") or line)
        for line in records(told.get("lines"), "fulfillment.lines")
    )
    return Parcel(
        number_in(url) if url else stated,
        whose(None, url),
        url=url,
        lines=inside or lines,
        status=_STATUSES.get(status),
        external_id=ident(told.get("id")),
        shipped_at=stamp(told.get("created")),
        void=status == "canceled",
    )
