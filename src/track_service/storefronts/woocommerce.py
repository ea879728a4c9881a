"""WooCommerce: orders by webhook and REST v3; parcels live in plugins' order meta.

Source: https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks and #orders.
`date_created` is the site's local time, `date_created_gmt` is UTC though it states no
zone. Names hold HTML entities. The order's status is all that there is on fulfilment;
numbers are in the meta of the plugins Shipment Tracking
(https://woocommerce.com/document/shipment-tracking/) and Advanced Shipment Tracking.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from track_service.core.goods import Product
from track_service.core.handover import Buyer, Handover, Line, Parcel, Stage
from track_service.core.tracking import Stamp
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
from track_service.storefronts.products import woocommerce_product
from track_service.storefronts.proof import sample_body
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

_PARCELS = "_wc_shipment_tracking_items"
_LOCALES = ("wpml_language", "_wpml_language")
# https://woocommerce.com/document/managing-orders/order-statuses/
STAGES = {
    "pending": Stage.PLACED,
    "on-hold": Stage.PLACED,
    "processing": Stage.CONFIRMED,
    "completed": Stage.HANDED_OVER,
}
_OVER = frozenset({"cancelled", "failed", "trash"})
PAGE = "_track_service_url"  # the meta in which an order's tracking page is told
_PAGE = 50  # a small shop's server takes its time over a hundred


class WooCommerce(Storefront):
    """WooCommerce: hooks signed over the raw body, tried once by an unsigned form."""

    code: ClassVar[str] = "woocommerce"
    label: ClassVar[str] = "WooCommerce"
    optional: ClassVar[tuple[str, ...]] = ("url", "consumer_key", "consumer_secret")
    asks: ClassVar[tuple[str, ...]] = ("url", "consumer_key", "consumer_secret")
    topics: ClassVar[Mapping[str, Kind]] = {
        "order.created": Kind.ORDER,
        "order.updated": Kind.ORDER,
        "order.deleted": Kind.ORDER,
        "order.restored": Kind.ORDER,
        "product.created": Kind.PRODUCT,
        "product.updated": Kind.PRODUCT,
        "product.deleted": Kind.PRODUCT,
        "product.restored": Kind.PRODUCT,
    }

    @staticmethod
    def topic(hook: Hook) -> str | None:
        """Return `X-WC-Webhook-Topic`."""
        return text(hook.headers.get("x-wc-webhook-topic"))

    @staticmethod
    def is_trial(hook: Hook) -> bool:
        """Know the form `webhook_id=…` by which a new webhook's address is tried."""
        return hook.body.startswith(b"webhook_id=") and len(hook.body) < 40

    @staticmethod
    def verify(hook: Hook, settings: Mapping[str, str], *, now: datetime) -> Proven:
        """Compare `X-WC-Webhook-Signature`; WooCommerce stamps no hook."""
        given = hook.headers.get("x-wc-webhook-signature")
        return signed(settings["secret"], hook.body, given)

    @staticmethod
    def identity(hook: Hook) -> str | None:
        """Return `X-WC-Webhook-Delivery-ID`, which a repeated delivery bears again."""
        return text(hook.headers.get("x-wc-webhook-delivery-id"))

    @staticmethod
    def sample(order: Sampled, settings: Mapping[str, str]) -> Hook:
        """Return a made-up order, signed."""
        body = sample_body("woocommerce", order)
        signature = mac(settings["secret"], body)
        return Hook(
            body,
            {
                "x-wc-webhook-topic": "order.created",
                "x-wc-webhook-signature": signature,
            },
        )

    @staticmethod
    @reader
    def parse(body: bytes, topic: str | None) -> list[Handover]:
        """Read an order, or a list of orders; a deleted one tells no more than its id."""
        told = json_body(body)
        if isinstance(told, list):
            return [_order(order, None) for order in records(told, "body")]
        return [_order(mapping(told, "body"), topic)]

    @staticmethod
    @product_reader
    def products(body: bytes, settings: Mapping[str, str]) -> list[Product]:
        """Read a product; of a deleted one no more than its id is told."""
        return woocommerce_product(body)

    def sold(self, *, since: Stamp | None, cursor: str | None) -> Sold:
        """Ask for a page of orders changed since then. Raises `HttpError`.

        In the order of ids: what changes meanwhile moves others to later pages only.
        """
        number = int(cursor or 1)
        told = page(self._page(since, number, _PAGE))
        orders = orders_in(told, lambda order: _order(order, None))
        more = len(told) >= _PAGE
        return Sold(orders, str(number + 1) if more else None)

    def count(self, *, since: Stamp | None) -> int | None:
        """Ask how many orders changed since then. Raises `HttpError`."""
        answer = self._page(since, 1, 1)
        page(answer)
        return int(answer.headers.get("x-wp-total", "0"))

    def tell(self, word: Word) -> None:
        """Add a note for the shop's staff; the first one links the page in the meta."""
        order = f"{self._root()}/orders/{quote(word.order_id, safe='')}"
        sent = self._signed_in() | {"Content-Type": "application/json"}
        if word.first:
            meta = {"meta_data": [{"key": PAGE, "value": word.url}]}
            done(self.client.put(order, data=json.dumps(meta).encode(), headers=sent))
        note = {"note": f"{word.text} {word.url}", "customer_note": False}
        body = json.dumps(note).encode()
        done(self.client.post(f"{order}/notes", data=body, headers=sent))

    def _page(self, since: Stamp | None, number: int, size: int) -> Answer:
        asked = {"orderby": "id", "order": "asc", "page": number, "per_page": size}
        if since is not None and since.at is not None:
            asked["modified_after"] = f"{since.at:%Y-%m-%dT%H:%M:%S}"
            asked["dates_are_gmt"] = "true"
        url = f"{self._root()}/orders?{urlencode(asked)}"
        return self.client.get(url, headers=self._signed_in())

    def _root(self) -> str:
        return f"{self.given['url'].rstrip('/')}/wp-json/wc/v3"

    def _signed_in(self) -> dict[str, str]:
        pair = f"{self.given['consumer_key']}:{self.given['consumer_secret']}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


STOREFRONT: type[Storefront] = WooCommerce


def _order(told: Mapping[str, Any], topic: str | None) -> Handover:
    deleted = topic == "order.deleted"
    if ident(told.get("id")) is None or not (deleted or "line_items" in told):
        raise BadPayload("body: no order, it lacks id or line_items")
    billing = mapping(told.get("billing"), "billing")
    shipping = mapping(told.get("shipping"), "shipping")
    meta = _meta(told)
    status = text(told.get("status"))
    return Handover(
        number=text(told.get("number")),
        external_id=ident(told.get("id")),
        placed_at=_moment(told, "date_created"),
        updated_at=_moment(told, "date_modified"),
        currency=text(told.get("currency")),
        total=amount(told.get("total")),
        cod_amount=_cod(told),
        service=chosen(told.get("shipping_lines"), "shipping_lines", "method_title"),
        buyer=_buyer(told, billing, shipping, meta),
        lines=_lines(told) if "line_items" in told else None,
        parcels=_parcels(meta),
        stage=STAGES.get(status or ""),
        fulfilment_stated=status,
        cancelled=deleted or status in _OVER,
    )


def _buyer(
    told: Mapping[str, Any],
    billing: Mapping[str, Any],
    shipping: Mapping[str, Any],
    meta: Mapping[str, Any],
) -> Buyer:
    to = shipping if text(shipping.get("address_1")) else billing
    return Buyer(
        external_id=ident(told.get("customer_id")),
        name=joined(shipping.get("first_name"), shipping.get("last_name"))
        or joined(billing.get("first_name"), billing.get("last_name")),
        email=text(billing.get("email")),
        phone=text(billing.get("phone")) or text(shipping.get("phone")),
        locale=next((t for key in _LOCALES if (t := text(meta.get(key)))), None),
        street=street(to.get("address_1"), to.get("address_2")),
        city=text(to.get("city")),
        region=text(to.get("state")),
        postal=text(shipping.get("postcode")) or text(billing.get("postcode")),
        country=text(shipping.get("country")) or text(billing.get("country")),
    )


def _meta(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        text(entry.get("key")) or "": entry.get("value")
        for entry in records(told.get("meta_data"), "meta_data")
    }


def _moment(told: Mapping[str, Any], name: str) -> Stamp | None:
    """Return the time in UTC where it is told, else the site's local one."""
    return stamp(told.get(f"{name}_gmt"), utc=True) or stamp(told.get(name))


def _cod(told: Mapping[str, Any]) -> Any:
    due = told.get("payment_method") == "cod" and not told.get("date_paid")
    return amount(told.get("total")) if due else None


def _lines(told: Mapping[str, Any]) -> tuple[Line, ...]:
    return tuple(
        Line(
            title=text(line.get("name")),
            quantity=quantity(line.get("quantity")),
            sku=text(line.get("sku")),
            price=amount(line.get("price")),
            product_id=ident(line.get("product_id")),
            image_url=link(mapping(line.get("image"), "image").get("src")),
        )
        for line in records(told.get("line_items"), "line_items")
    )


def _parcels(meta: Mapping[str, Any]) -> tuple[Parcel, ...]:
    told = meta.get(_PARCELS)
    if isinstance(told, str):  # some plugins write the list as a text
        told = json.loads(told) if told.strip() else None
    parcels = []
    for item in records(told or None, _PARCELS):
        stated = text(item.get("tracking_provider")) or text(
            item.get("custom_tracking_provider")
        )
        url = link(item.get("custom_tracking_link")) or link(
            item.get("formatted_tracking_link")
        )
        parcels.append(
            Parcel(
                text(item.get("tracking_number")),
                whose(stated, url),
                stated,
                url,
                external_id=ident(item.get("tracking_id")),
                shipped_at=_day_shipped(item.get("date_shipped")),
            )
        )
    return tuple(parcels)


def _day_shipped(value: object) -> Stamp | None:
    """Read an epoch, which comes as a text or as a number."""
    seconds = amount(value)
    if not seconds:
        return None
    return Stamp.aware(datetime.fromtimestamp(int(seconds), UTC))
