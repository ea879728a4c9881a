"""Haravan (Vietnam): orders and their fulfilments by webhook and REST.

Source: https://docs.haravan.com/docs/omni-apis/order/ and …/webhooks. Modelled on Shopify,
yet other in detail: the header has no hyphen before `Sha256`, a picture is `{src}`,
`fulfillment_status` is "notfulfilled", amounts are JSON numbers, a fulfilment tells its
carrier's state (`carrier_status_code`) with a date for each.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import urlencode

from track_service.core.goods import Product
from track_service.core.handover import Buyer, Handover, Line, Parcel, Stage
from track_service.core.status import Status
from track_service.core.tracking import Stamp
from track_service.storefronts.base import (
    BadPayload,
    Hook,
    Kind,
    Proven,
    Sampled,
    Sold,
    Storefront,
)
from track_service.storefronts.products import variants_product
from track_service.storefronts.proof import sample_body
from track_service.storefronts.reading import (
    amount,
    chosen,
    ident,
    joined,
    json_body,
    link,
    mac,
    mapping,
    orders_in,
    page,
    product_reader,
    quantity,
    reader,
    records,
    signed,
    stamp,
    street,
    text,
    whose,
)
from track_service.storefronts.refunds import refunded

STATUSES = {
    "readytopick": Status.INFO_RECEIVED,
    "picking": Status.INFO_RECEIVED,
    "delivering": Status.OUT_FOR_DELIVERY,
    "delivered": Status.DELIVERED,
    "cancel": Status.CANCELLED,
    "return": Status.RETURNING,
    "notmeetcustomer": Status.ATTEMPT_FAILED,
    "waitingforreturn": Status.RETURNING,
}
_VOID = frozenset({"cancelled", "error", "failure"})
_API = "https://apis.haravan.com/com"
_PAGE = 50  # the most that it gives


class Haravan(Storefront):
    """Haravan: hooks signed over the raw body, orders asked for by REST."""

    code: ClassVar[str] = "haravan"
    label: ClassVar[str] = "Haravan"
    optional: ClassVar[tuple[str, ...]] = ("access_token", "shop")
    asks: ClassVar[tuple[str, ...]] = ("access_token",)
    topics: ClassVar[Mapping[str, Kind]] = {
        "orders/create": Kind.ORDER,
        "orders/updated": Kind.ORDER,
        "orders/paid": Kind.ORDER,
        "orders/cancelled": Kind.ORDER,
        "orders/fulfilled": Kind.ORDER,
        "orders/delete": Kind.ORDER,
        "products/create": Kind.PRODUCT,
        "products/update": Kind.PRODUCT,
        "products/delete": Kind.PRODUCT,
    }

    @staticmethod
    def topic(hook: Hook) -> str | None:
        """Return `X-Haravan-Topic`."""
        return text(hook.headers.get("x-haravan-topic"))

    @staticmethod
    def verify(hook: Hook, settings: Mapping[str, str], *, now: datetime) -> Proven:
        """Compare `X-Haravan-HmacSha256`; Haravan stamps no hook."""
        given = hook.headers.get("x-haravan-hmacsha256")
        return signed(settings["secret"], hook.body, given)

    @staticmethod
    def sample(order: Sampled, settings: Mapping[str, str]) -> Hook:
        """Return a made-up order, signed."""
        body = sample_body("haravan", order)
        signature = mac(settings["secret"], body)
        return Hook(
            body,
            {"x-haravan-topic": "orders/create", "x-haravan-hmacsha256": signature},
        )

    @staticmethod
    @reader
    def parse(body: bytes, topic: str | None) -> list[Handover]:
        """Read an order, wrapped or bare, or a list of orders."""
        told = mapping(json_body(body), "body")
        if "orders" in told:
            return [_order(order) for order in records(told["orders"], "orders")]
        order = mapping(told.get("order", told), "order")
        if topic == "orders/delete":
            return [Handover(external_id=_id(order), cancelled=True)]
        return [_order(order)]

    @staticmethod
    @product_reader
    def products(body: bytes, settings: Mapping[str, str]) -> list[Product]:
        """Read a product; of a deleted one no more than its id is told."""
        return variants_product(body, settings.get("shop"))

    def sold(self, *, since: Stamp | None, cursor: str | None) -> Sold:
        """Ask for a page of orders changed since then. Raises `HttpError`."""
        number = int(cursor or 1)
        told = self._get("orders.json", since, page=number, limit=_PAGE).get("orders")
        orders = orders_in(told, _order)
        more = told is not None and len(told) >= _PAGE
        return Sold(orders, str(number + 1) if more else None)

    def count(self, *, since: Stamp | None) -> int | None:
        """Ask how many orders changed since then. Raises `HttpError`."""
        return int(self._get("orders/count.json", since).get("count") or 0)

    def _get(self, path: str, since: Stamp | None, **asked: object) -> dict[str, Any]:
        if since is not None:
            asked["updated_at_min"] = since.text
        signed_in = {"Authorization": f"Bearer {self.given['access_token']}"}
        url = f"{_API}/{path}?{urlencode(asked)}"
        return mapping(page(self.client.get(url, headers=signed_in)), "body")


STOREFRONT: type[Storefront] = Haravan


def _id(told: Mapping[str, Any]) -> str:
    found = ident(told.get("id"))
    if found is None:
        raise BadPayload("order: no id")
    return found


def _order(told: Mapping[str, Any]) -> Handover:
    if "line_items" not in told:
        raise BadPayload("body: no order, it lacks line_items")
    parcels = tuple(
        parcel
        for i, one in enumerate(records(told.get("fulfillments"), "fulfillments"))
        for parcel in _parcels(one, f"fulfillments[{i}]")
    )
    lines = _lines(told["line_items"], "line_items")
    return Handover(
        number=text(told.get("order_number")) or text(told.get("name")),
        external_id=_id(told),
        placed_at=stamp(told.get("created_at")),
        updated_at=stamp(told.get("updated_at")),
        currency=text(told.get("currency")),
        total=amount(told.get("total_price")),
        cod_amount=_cod(told),
        service=chosen(told.get("shipping_lines"), "shipping_lines", "code", "title"),
        buyer=_buyer(told),
        lines=lines,
        returned=refunded(told, lines),
        parcels=parcels,
        stage=_stage(told, parcels),
        fulfilment_stated=text(told.get("fulfillment_status")),
        cancelled=stamp(told.get("cancelled_at")) is not None
        or told.get("cancelled_status") == "cancelled",
    )


_STREET = ("address1", "address2", "ward", "district")


def _buyer(told: Mapping[str, Any]) -> Buyer:
    to = mapping(told.get("shipping_address"), "shipping_address")
    customer = mapping(told.get("customer"), "customer")
    return Buyer(
        external_id=ident(customer.get("id")),
        name=joined(to.get("name"))
        or joined(to.get("last_name"), to.get("first_name"))
        or joined(customer.get("last_name"), customer.get("first_name")),
        email=text(told.get("email"))
        or text(told.get("contact_email"))
        or text(customer.get("email")),
        phone=text(to.get("phone")) or text(customer.get("phone")),
        street=street(*(to.get(name) for name in _STREET)),
        city=text(to.get("city")),
        region=text(to.get("province")),
        postal=text(to.get("zip")),
        country=text(to.get("country_code")),
    )


def _cod(told: Mapping[str, Any]) -> Decimal | None:
    unpaid = told.get("financial_status") == "pending"
    by_cod = (text(told.get("gateway_code")) or "").upper() == "COD"
    return amount(told.get("total_price")) if unpaid and by_cod else None


def _stage(told: Mapping[str, Any], parcels: tuple[Parcel, ...]) -> Stage:
    if any(not parcel.void for parcel in parcels):
        return Stage.HANDED_OVER
    confirmed = told.get("confirmed_status") == "confirmed" or told.get("confirmed_at")
    return Stage.CONFIRMED if confirmed else Stage.PLACED


def _parcels(told: Mapping[str, Any], place: str) -> tuple[Parcel, ...]:
    """Return a fulfilment's parcels, one without a number where the shop brings it."""
    stated = text(told.get("tracking_company"))
    numbers = _several(told.get("tracking_numbers"), told.get("tracking_number"))
    urls = _several(told.get("tracking_urls"), told.get("tracking_url"))
    code = text(told.get("carrier_status_code")) or ""
    parcels = []
    for i, number in enumerate(numbers or [None]):
        url = link(urls[i]) if i < len(urls) else None
        parcels.append(
            Parcel(
                number,
                whose(stated, url),
                stated,
                url,
                _lines(told.get("line_items"), f"{place}.line_items"),
                STATUSES.get(code),
                ident(told.get("id")),
                stamp(told.get("created_at")),
                void=text(told.get("status")) in _VOID or code == "cancel",
            )
        )
    return tuple(parcels)


def _several(many: object, one: object) -> list[str]:
    listed = many if isinstance(many, list) else []
    return [t for value in listed or [one] if (t := text(value)) is not None]


def _lines(told: object, place: str) -> tuple[Line, ...]:
    return tuple(
        Line(
            title=text(line.get("title")) or text(line.get("name")),
            quantity=quantity(line.get("quantity")),
            sku=text(line.get("sku")),
            variant=text(line.get("variant_title")),
            price=amount(line.get("price")),
            product_id=ident(line.get("product_id")),
            image_url=link(mapping(line.get("image"), "image").get("src")),
        )
        for line in records(told, place)
    )
