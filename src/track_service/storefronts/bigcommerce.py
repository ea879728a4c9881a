"""BigCommerce: hooks that only name an order; the order is asked for by REST v2.

Source: https://developer.bigcommerce.com/docs/integrations/webhooks and
…/docs/rest-management/orders. A hook is signed by Standard Webhooks with the bytes of
the app's client secret. Its `hash` repeats when an event is told twice; because it is
not documented to differ between two changes of one order, the time goes with it.
Dates are RFC 2822. An order's number is its id. A shipment tells its lines by ids of
the order's. Status 0 is a checkout that was never finished: no order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from track_service.core.handover import Buyer, Handover, Line, Parcel, Stage
from track_service.core.tracking import Stamp
from track_service.http import Answer
from track_service.storefronts.base import (
    BadPayload,
    Hook,
    Kind,
    Proven,
    Sold,
    Storefront,
)
from track_service.storefronts.proof import standard
from track_service.storefronts.reading import (
    amount,
    answered,
    ident,
    joined,
    json_body,
    link,
    mapping,
    orders_in,
    page,
    quantity,
    reader,
    records,
    stamp,
    street,
    text,
    whose,
)

_API = "https://api.bigcommerce.com/stores"
_INCOMPLETE = "0"
_NO_MORE = 204
_PAGE = 20  # orders, each of which takes two more questions
# https://developer.bigcommerce.com/docs/rest-management/orders/order-status
STATUSES: Mapping[str | None, tuple[str | None, Stage | None]] = {
    None: (None, None),
    _INCOMPLETE: ("Incomplete", None),
    "1": ("Pending", Stage.PLACED),
    "2": ("Shipped", Stage.HANDED_OVER),
    "3": ("Partially Shipped", Stage.HANDED_OVER),
    "4": ("Refunded", None),
    "5": ("Cancelled", None),
    "6": ("Declined", None),
    "7": ("Awaiting Payment", Stage.PLACED),
    "8": ("Awaiting Pickup", Stage.PACKED),
    "9": ("Awaiting Shipment", Stage.PACKED),
    "10": ("Completed", Stage.HANDED_OVER),
    "11": ("Awaiting Fulfillment", Stage.CONFIRMED),
    "12": ("Manual Verification Required", Stage.PLACED),
    "13": ("Disputed", None),
    "14": ("Partially Refunded", None),
}
_OVER = frozenset({"5", "6"})
_PAID = frozenset({"captured", "paid"})


class BigCommerce(Storefront):
    """BigCommerce: stamped and signed hooks, completed by REST."""

    code: ClassVar[str] = "bigcommerce"
    label: ClassVar[str] = "BigCommerce"
    settings: ClassVar[tuple[str, ...]] = ("secret", "store_hash", "access_token")
    asks: ClassVar[tuple[str, ...]] = ("store_hash", "access_token")
    topics: ClassVar[Mapping[str, Kind]] = {
        "store/order/created": Kind.ORDER,
        "store/order/updated": Kind.ORDER,
        "store/order/statusUpdated": Kind.ORDER,
        "store/order/refund/created": Kind.ORDER,
        "store/shipment/created": Kind.PARCEL,
        "store/shipment/updated": Kind.PARCEL,
        "store/shipment/deleted": Kind.PARCEL,
    }

    @staticmethod
    def topic(hook: Hook) -> str | None:
        """Return the body's `scope`: no header states it."""
        return text(mapping(json_body(hook.body), "body").get("scope"))

    @staticmethod
    def verify(hook: Hook, settings: Mapping[str, str], *, now: datetime) -> Proven:
        """Compare `webhook-signature`, and the time that it covers."""
        return standard(settings["secret"], hook, now=now)

    @staticmethod
    def identity(hook: Hook) -> str | None:
        """Return the event's `hash` with its time."""
        told = mapping(json_body(hook.body), "body")
        digest, at = text(told.get("hash")), text(told.get("created_at"))
        return f"{digest}:{at}" if digest and at else None

    @staticmethod
    @reader
    def parse(body: bytes, topic: str | None) -> list[Handover]:
        """Read a hook, or an answer of the API: an order, a shipment, a list of such."""
        told = json_body(body)
        if isinstance(told, list):
            return [_read(one) for one in records(told, "body")]
        return [_read(mapping(told, "body"))]

    def complete(self, thin: Handover) -> Handover | None:
        """Ask for the order, its products and its shipments."""
        path = f"orders/{quote(thin.external_id or '', safe='')}"
        told = self._ask(path)
        if not told or _is_unfinished(told):
            return None
        return self._whole(told)

    def sold(self, *, since: Stamp | None, cursor: str | None) -> Sold:
        """Ask for orders changed since then, in the order of their ids."""
        number = int(cursor or 1)
        wanted = {"sort": "id:asc", "limit": str(_PAGE), "page": str(number)}
        if since is not None and since.at is not None:
            wanted["min_date_modified"] = since.at.isoformat(timespec="seconds")
        answer = self._get(f"orders?{urlencode(wanted)}")
        told = [] if answer.status == _NO_MORE else page(answer)
        orders = [one for one in records(told, "orders") if not _is_unfinished(one)]
        return Sold(
            orders_in(orders, self._whole),
            str(number + 1) if len(told) == _PAGE else None,
        )

    def _whole(self, told: Mapping[str, Any]) -> Handover:
        """Return an order with its products and shipments, which are asked for."""
        path = f"orders/{ident(told.get('id'))}"
        products = self._ask(f"{path}/products?limit=250")
        shipped = self._ask(f"{path}/shipments?limit=250")
        return _order(
            told, records(products, "products"), records(shipped, "shipments")
        )

    def _ask(self, path: str) -> Any:
        return answered(self._get(path))

    def _get(self, path: str) -> Answer:
        shop = quote(self.given["store_hash"], safe="")
        held = {
            "X-Auth-Token": self.given["access_token"],
            "Accept": "application/json",  # XML comes otherwise
        }
        return self.client.get(f"{_API}/{shop}/v2/{path}", headers=held)


STOREFRONT: type[Storefront] = BigCommerce


def _read(told: Mapping[str, Any]) -> Handover:
    if "scope" in told:
        return _hook(mapping(told.get("data"), "data"))
    if "order_id" in told and "tracking_number" in told:
        return _shipment(told)
    if "status_id" in told:
        return _order(told, None, None)
    raise BadPayload("body: neither a hook nor an order nor a shipment")


def _is_unfinished(order: Mapping[str, Any]) -> bool:
    return text(order.get("status_id")) == _INCOMPLETE


def _hook(data: Mapping[str, Any]) -> Handover:
    of_parcel = data.get("type") == "shipment"
    order_id = ident(data.get("orderId" if of_parcel else "id"))
    if order_id is None:
        raise BadPayload("data: no order's id")
    status = mapping(data.get("status"), "data.status").get("new_status_id")
    stated, _ = STATUSES.get(text(status), STATUSES[None])
    return Handover(external_id=order_id, fulfilment_stated=stated, thin=True)


def _order(
    told: Mapping[str, Any],
    products: list[dict[str, Any]] | None,
    shipments: list[dict[str, Any]] | None,
) -> Handover:
    """Read an order; None stands for products and shipments that were not asked for."""
    billing = mapping(told.get("billing_address"), "billing_address")
    lines = {ident(product.get("id")): _line(product) for product in products or ()}
    status = text(told.get("status_id"))
    _, stage = STATUSES.get(status, STATUSES[None])
    return Handover(
        number=ident(told.get("id")),
        external_id=ident(told.get("id")),
        placed_at=stamp(told.get("date_created")),
        updated_at=stamp(told.get("date_modified")),
        currency=text(told.get("currency_code")),
        total=amount(told.get("total_inc_tax")),
        cod_amount=_cod(told),
        service=_service(shipments or ()),
        buyer=replace(
            _buyer(billing),
            external_id=ident(told.get("customer_id")),
            locale=text(told.get("customer_locale")),
        ),
        lines=None if products is None else tuple(lines.values()),
        parcels=None
        if shipments is None
        else tuple(_parcel(shipment, lines) for shipment in shipments),
        stage=stage,
        fulfilment_stated=text(told.get("status")),
        cancelled=status in _OVER,
    )


def _shipment(told: Mapping[str, Any]) -> Handover:
    return Handover(
        external_id=ident(told.get("order_id")),
        service=_service([told]),
        buyer=_buyer(mapping(told.get("shipping_address"), "shipping_address")),
        parcels=(_parcel(told, {}),),
    )


def _buyer(address: Mapping[str, Any]) -> Buyer:
    return Buyer(
        name=joined(address.get("first_name"), address.get("last_name")),
        email=text(address.get("email")),
        phone=text(address.get("phone")),
        street=street(address.get("street_1"), address.get("street_2")),
        city=text(address.get("city")),
        region=text(address.get("state")),
        postal=text(address.get("zip")),
        country=text(address.get("country_iso2")),
    )


def _service(shipments: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the way of delivery that all of an order's parcels share."""
    named = {text(one.get("shipping_method")) for one in shipments}
    return named.pop() if len(named) == 1 and "None" not in named else None


def _cod(told: Mapping[str, Any]) -> Decimal | None:
    by_cod = (text(told.get("payment_method")) or "").lower() == "cash on delivery"
    due = by_cod and told.get("payment_status") not in _PAID
    return amount(told.get("total_inc_tax")) if due else None


def _line(product: Mapping[str, Any]) -> Line:
    options = records(product.get("product_options"), "product_options")
    chosen = [text(option.get("display_value")) for option in options]
    return Line(
        title=text(product.get("name_customer")) or text(product.get("name")),
        quantity=quantity(product.get("quantity")),
        sku=text(product.get("sku")),
        variant=" / ".join(filter(None, chosen)) or None,
        price=amount(product.get("price_inc_tax")),
        product_id=ident(product.get("product_id")),
    )


def _parcel(told: Mapping[str, Any], lines: Mapping[str | None, Line]) -> Parcel:
    stated = text(told.get("shipping_provider_display_name"))
    code = text(told.get("tracking_carrier")) or text(told.get("shipping_provider"))
    url = link(told.get("tracking_link")) or link(told.get("generated_tracking_link"))
    return Parcel(
        text(told.get("tracking_number")),
        whose(stated, None) or whose(code, url),
        stated or code,
        url,
        tuple(
            replace(
                lines.get(
                    ident(item.get("order_product_id")),
                    Line(product_id=ident(item.get("product_id"))),
                ),
                quantity=quantity(item.get("quantity")),
            )
            for item in records(told.get("items"), "items")
        ),
        external_id=ident(told.get("id")),
        shipped_at=stamp(told.get("date_created")),
    )
