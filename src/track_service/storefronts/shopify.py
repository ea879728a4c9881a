"""Shopify: orders, fulfilments and their events by webhook and Admin REST.

Source: https://shopify.dev/docs/api/webhooks and
https://shopify.dev/docs/api/admin-rest/latest/resources/order. Ids are beyond 2^53.
`name` is the order's number as the shopper sees it; a fulfilment is named after it,
"#1001.1". Payloads hold no pictures. A payload without a topic is read by its shape.
Pages follow by cursor: https://shopify.dev/docs/api/admin-rest/usage/pagination.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from track_service.core.goods import Product
from track_service.core.handover import (
    Buyer,
    Handover,
    Happening,
    Line,
    Parcel,
    Stage,
)
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Place, Stamp
from track_service.core.word import Word
from track_service.http import Answer
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
from track_service.storefronts.proof import is_fresh, sample_body
from track_service.storefronts.reading import (
    amount,
    chosen,
    done,
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

# https://shopify.dev/docs/api/admin-rest/latest/resources/fulfillment (shipment_status)
# and …/fulfillmentevent (status).
STATUSES = {
    "label_printed": Status.INFO_RECEIVED,
    "label_purchased": Status.INFO_RECEIVED,
    "confirmed": Status.INFO_RECEIVED,
    "carrier_picked_up": Status.PICKED_UP,
    "in_transit": Status.IN_TRANSIT,
    "delayed": Status.IN_TRANSIT,
    "out_for_delivery": Status.OUT_FOR_DELIVERY,
    "attempted_delivery": Status.ATTEMPT_FAILED,
    "ready_for_pickup": Status.AVAILABLE_FOR_PICKUP,
    "delivered": Status.DELIVERED,
    "failure": Status.EXCEPTION,
}
# The other way round; a trouble on the way is to Shopify one that may pass.
_EVENTS = {
    Status.IN_TRANSIT: "in_transit",
    Status.OUT_FOR_DELIVERY: "out_for_delivery",
    Status.AVAILABLE_FOR_PICKUP: "ready_for_pickup",
    Status.ATTEMPT_FAILED: "attempted_delivery",
    Status.EXCEPTION: "in_transit",
    Status.DELIVERED: "delivered",
    Status.RETURNING: "failure",
    Status.RETURNED: "failure",
}
# Repeats follow for four hours, and a hook may come a day late:
# https://shopify.dev/changelog/updates-to-webhook-retry-mechanism and
# https://shopify.dev/docs/apps/build/webhooks/best-practices.
_LATEST = timedelta(days=2)
_WRAPPERS = ("order", "fulfillment", "fulfillment_event")
_VOID = frozenset({"cancelled", "error", "failure"})
# A version is served for a year, then the oldest one that still is answers for it.
_API = "admin/api/2026-01"
_PAGE = "100"  # 250 are given, but orders of many lines would be too much at once
# What is read of an order, so that a page of them is small and tells no more.
_FIELDS = (
    "id,name,order_number,created_at,processed_at,updated_at,currency,total_price,"
    "shipping_address,billing_address,customer,email,contact_email,phone,"
    "customer_locale,line_items,refunds,fulfillments,confirmed,fulfillment_status,"
    "cancelled_at,shipping_lines"
)
_NEXT = re.compile(r'<([^>]+)>\s*;\s*rel="?next')


class Shopify(Storefront):
    """Shopify: hooks signed over the raw body, orders asked for by Admin REST."""

    code: ClassVar[str] = "shopify"
    label: ClassVar[str] = "Shopify"
    optional: ClassVar[tuple[str, ...]] = ("shop", "access_token")
    asks: ClassVar[tuple[str, ...]] = ("shop", "access_token")
    topics: ClassVar[Mapping[str, Kind]] = {
        "orders/create": Kind.ORDER,
        "orders/updated": Kind.ORDER,
        "orders/paid": Kind.ORDER,
        "orders/edited": Kind.ORDER,
        "orders/cancelled": Kind.ORDER,
        "orders/fulfilled": Kind.ORDER,
        "orders/partially_fulfilled": Kind.ORDER,
        "fulfillments/create": Kind.PARCEL,
        "fulfillments/update": Kind.PARCEL,
        "fulfillment_events/create": Kind.PARCEL,
        "refunds/create": Kind.ORDER,
        "products/create": Kind.PRODUCT,
        "products/update": Kind.PRODUCT,
        "products/delete": Kind.PRODUCT,
    }

    @staticmethod
    def topic(hook: Hook) -> str | None:
        """Return `X-Shopify-Topic`."""
        return text(hook.headers.get("x-shopify-topic"))

    @staticmethod
    def verify(hook: Hook, settings: Mapping[str, str], *, now: datetime) -> Proven:
        """Compare `X-Shopify-Hmac-Sha256`; `X-Shopify-Triggered-At` is not signed.

        The time stops late repeats, no thief. What states none is taken.
        """
        given = hook.headers.get("x-shopify-hmac-sha256")
        proven = signed(settings["secret"], hook.body, given)
        at = hook.headers.get("x-shopify-triggered-at")
        stale = bool(at) and not is_fresh(at or "", now, for_long=_LATEST)
        return Proven.STALE if stale and proven is Proven.SIGNED else proven

    @staticmethod
    def identity(hook: Hook) -> str | None:
        """Return `X-Shopify-Webhook-Id`, which a repeated delivery bears again."""
        return text(hook.headers.get("x-shopify-webhook-id"))

    @staticmethod
    def sample(order: Sampled, settings: Mapping[str, str]) -> Hook:
        """Return a made-up order, signed."""
        body = sample_body("shopify", order)
        signature = mac(settings["secret"], body)
        return Hook(
            body,
            {"x-shopify-topic": "orders/create", "x-shopify-hmac-sha256": signature},
        )

    @staticmethod
    @reader
    def parse(body: bytes, topic: str | None) -> list[Handover]:
        """Read an order, a fulfilment, an event or a refund, or a list of orders."""
        told = mapping(json_body(body), "body")
        if "orders" in told:
            return [_order(order) for order in records(told["orders"], "orders")]
        held = [told[name] for name in _WRAPPERS if name in told]
        return [_read(mapping(held[0], "body") if held else told)]

    @staticmethod
    @product_reader
    def products(body: bytes, settings: Mapping[str, str]) -> list[Product]:
        """Read a product; of a deleted one no more than its id is told."""
        return variants_product(body, settings.get("shop"))

    def sold(self, *, since: Stamp | None, cursor: str | None) -> Sold:
        """Ask for a page of orders changed since then. Raises `HttpError`."""
        wanted = {"page_info": cursor} if cursor else _changed(since)
        asked = {**wanted, "limit": _PAGE, "fields": _FIELDS}
        answer = self._get(f"orders.json?{urlencode(asked)}")
        told = mapping(page(answer), "body")
        return Sold(orders_in(told.get("orders"), _order), _next(answer))

    def count(self, *, since: Stamp | None) -> int | None:
        """Ask how many orders changed since then. Raises `HttpError`."""
        answer = self._get(f"orders/count.json?{urlencode(_changed(since))}")
        return int(mapping(page(answer), "body").get("count") or 0)

    def tell(self, word: Word) -> None:
        """Add an event to the fulfilment; Shopify's own page and admin show it."""
        event = {"status": _EVENTS[word.status], "message": f"{word.text} {word.url}"}
        if word.at is not None and word.at.at is not None:
            event["happened_at"] = word.at.text
        order, parcel = quote(word.order_id, safe=""), quote(word.parcel_id or "")
        done(
            self.client.post(
                f"{self._root()}/orders/{order}/fulfillments/{parcel}/events.json",
                data=json.dumps({"event": event}).encode(),
                headers=self._signed_in() | {"Content-Type": "application/json"},
            )
        )

    def _get(self, path: str) -> Answer:
        return self.client.get(f"{self._root()}/{path}", headers=self._signed_in())

    def _root(self) -> str:
        shop = self.given["shop"]
        host = shop if "." in shop else f"{shop}.myshopify.com"
        return f"https://{host}/{_API}"

    def _signed_in(self) -> dict[str, str]:
        return {"X-Shopify-Access-Token": self.given["access_token"]}


STOREFRONT: type[Storefront] = Shopify


def _changed(since: Stamp | None) -> dict[str, str]:
    wanted = {"status": "any"}
    return wanted if since is None else wanted | {"updated_at_min": since.text}


def _next(answer: Answer) -> str | None:
    """Return the next page's cursor out of the header `Link`."""
    found = _NEXT.search(answer.headers.get("link", ""))
    asked = parse_qs(urlsplit(found[1]).query) if found else {}
    return next(iter(asked.get("page_info", [])), None)


def _read(told: Mapping[str, Any]) -> Handover:
    if "happened_at" in told:
        return _event(told)
    if "refund_line_items" in told:
        return Handover(external_id=ident(told.get("order_id")), thin=True)
    if "order_id" in told:
        return _fulfilment(told)
    if "line_items" in told or "financial_status" in told:
        return _order(told)
    raise BadPayload("body: neither an order nor a fulfilment")


def _order(told: Mapping[str, Any]) -> Handover:
    shipping = mapping(told.get("shipping_address"), "shipping_address")
    billing = mapping(told.get("billing_address"), "billing_address")
    customer = mapping(told.get("customer"), "customer")
    to = shipping or billing
    lines = _lines(told.get("line_items"), "line_items")
    parcels = tuple(
        parcel
        for i, one in enumerate(records(told.get("fulfillments"), "fulfillments"))
        for parcel in _parcels(one, f"fulfillments[{i}]")
    )
    return Handover(
        number=text(told.get("name")) or ident(told.get("order_number")),
        external_id=ident(told.get("id")),
        placed_at=stamp(told.get("created_at") or told.get("processed_at")),
        updated_at=stamp(told.get("updated_at")),
        currency=text(told.get("currency")),
        total=amount(told.get("total_price")),
        service=chosen(told.get("shipping_lines"), "shipping_lines", "code", "title"),
        buyer=Buyer(
            external_id=ident(customer.get("id")),
            name=joined(to.get("name"))
            or joined(to.get("first_name"), to.get("last_name"))
            or joined(customer.get("first_name"), customer.get("last_name")),
            email=text(told.get("email"))
            or text(told.get("contact_email"))
            or text(customer.get("email")),
            phone=text(told.get("phone"))
            or text(customer.get("phone"))
            or text(to.get("phone")),
            locale=text(told.get("customer_locale")),
            street=street(to.get("address1"), to.get("address2")),
            city=text(to.get("city")),
            region=text(to.get("province")),
            postal=text(to.get("zip")),
            country=text(to.get("country_code")),
        ),
        lines=lines,
        returned=refunded(told, lines),
        parcels=parcels,
        stage=_stage(told, parcels),
        fulfilment_stated=text(told.get("fulfillment_status")),
        cancelled=stamp(told.get("cancelled_at")) is not None,
    )


def _fulfilment(told: Mapping[str, Any]) -> Handover:
    """A fulfilment tells its order's number only in its own name, "#1001.1".

    Its `updated_at` is its own: by it the order, told later, would pass for old.
    """
    to = mapping(told.get("destination"), "destination")
    name, dot, running = (text(told.get("name")) or "").rpartition(".")
    return Handover(
        number=name if dot and running.isdecimal() else None,
        external_id=ident(told.get("order_id")),
        currency=_currency(told),
        buyer=Buyer(
            name=text(to.get("name")),
            email=text(told.get("email")),
            phone=text(to.get("phone")),
            street=street(to.get("address1"), to.get("address2")),
            city=text(to.get("city")),
            region=text(to.get("province")),
            postal=text(to.get("zip")),
            country=text(to.get("country_code")),
        ),
        parcels=_parcels(told, "body"),
        fulfilment_stated=text(told.get("status")),
    )


def _currency(told: Mapping[str, Any]) -> str | None:
    """A fulfilment tells its order's currency only beside the prices of its lines."""
    for line in records(told.get("line_items"), "line_items"):
        prices = mapping(line.get("price_set"), "price_set")
        shop = mapping(prices.get("shop_money"), "shop_money")
        if currency := text(shop.get("currency_code")):
            return currency
    return None


def _event(told: Mapping[str, Any]) -> Handover:
    """A fulfilment's event names neither number nor order name: ids alone."""
    stated = text(told.get("status"))
    place = Place(
        text(told.get("city")),
        text(told.get("province")),
        text(told.get("country")),
        text(told.get("zip")),
    )
    meaning = Meaning(STATUSES.get(stated or "", Status.UNKNOWN))
    happened = stamp(told.get("happened_at"))
    event = Event(happened, meaning, stated, text(told.get("message")), place)
    return Handover(
        external_id=ident(told.get("order_id")),
        promised=stamp(told.get("estimated_delivery_at")),
        fulfilment_stated=stated,
        happening=Happening(ident(told.get("fulfillment_id")), event),
    )


def _stage(told: Mapping[str, Any], parcels: tuple[Parcel, ...]) -> Stage:
    """A shop fulfils an order when it gives it to the carrier."""
    if any(not parcel.void for parcel in parcels):
        return Stage.HANDED_OVER
    return Stage.CONFIRMED if told.get("confirmed") else Stage.PLACED


def _parcels(told: Mapping[str, Any], place: str) -> tuple[Parcel, ...]:
    """Return a fulfilment's parcels: it may have several numbers, or none."""
    stated = text(told.get("tracking_company"))
    numbers = _several(told.get("tracking_numbers"), told.get("tracking_number"))
    urls = _several(told.get("tracking_urls"), told.get("tracking_url"))
    lines = _lines(told.get("line_items"), f"{place}.line_items") or ()
    status = STATUSES.get(text(told.get("shipment_status")) or "")
    parcels = []
    for i, number in enumerate(numbers or [None]):
        url = link(urls[i]) if i < len(urls) else None
        parcels.append(
            Parcel(
                number,
                whose(stated, url),
                stated,
                url,
                lines,
                status,
                ident(told.get("id")),
                stamp(told.get("created_at")),
                void=text(told.get("status")) in _VOID,
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
        )
        for line in records(told, place)
    )
