"""Magento and Adobe Commerce: orders and shipments by REST; hooks only name an order.

Source: https://developer.adobe.com/commerce/webapi/rest/ (orders, shipments; an
integration's token as bearer, which newer versions allow by a setting of their own:
"Allow OAuth Access Tokens to be used as standalone Bearer tokens") and
https://developer.adobe.com/commerce/extensibility/events/. Magento has no webhooks
itself; Adobe I/O Events, or a module of the shop, may tell us that an order changed.
Nothing in such a body is believed but the order's id, by which the shop is asked: so it
needs no signature, and who knows the URL can but make us ask. Times are UTC and state
no zone. A configurable product's row is followed by one for its variant, left out here.
"""

import re
from collections.abc import Mapping
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
from track_service.storefronts.reading import (
    amount,
    answered,
    check_link,
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

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{1,100}")
_PAGE = 25  # orders, each of some 10 kB
# https://experienceleague.adobe.com/en/docs/commerce-admin/stores-sales/
# order-management/orders/order-status: states, of which a shop names its own statuses.
STAGES = {
    "new": Stage.PLACED,
    "pending": Stage.PLACED,
    "pending_payment": Stage.PLACED,
    "payment_review": Stage.PLACED,
    "holded": Stage.PLACED,
    "processing": Stage.CONFIRMED,
    "complete": Stage.HANDED_OVER,
}


class Magento(Storefront):
    """Magento: asked by REST, at once where a hook tells that there is news."""

    code: ClassVar[str] = "magento"
    label: ClassVar[str] = "Magento / Adobe Commerce"
    settings: ClassVar[tuple[str, ...]] = ("url", "access_token")
    asks: ClassVar[tuple[str, ...]] = ("url", "access_token")
    topics: ClassVar[Mapping[str, Kind]] = {
        "sales_order_save_commit_after": Kind.ORDER,
        "sales_order_save_after": Kind.ORDER,
        "sales_order_place_after": Kind.ORDER,
        "order_cancel_after": Kind.ORDER,
        "sales_order_creditmemo_save_after": Kind.ORDER,
        "sales_order_shipment_save_after": Kind.PARCEL,
        "sales_order_shipment_track_save_after": Kind.PARCEL,
    }

    @staticmethod
    def check(settings: Mapping[str, str]) -> None:
        """Refuse a `url` that is no web address. Raises `WrongSettings`."""
        check_link("url", settings["url"])

    @staticmethod
    def topic(hook: Hook) -> str | None:
        """Return the event's name: "com.adobe.commerce.observer.<name>" in the body."""
        told = mapping(json_body(hook.body), "body")
        event = mapping(told.get("event"), "event")
        stated = text(told.get("type")) or text(event.get("@type"))
        return stated and stated.rpartition(".")[2]

    @staticmethod
    def challenge(query: Mapping[str, str]) -> str | None:
        """Return Adobe's `challenge` as it is: without it no address is registered."""
        stated = query.get("challenge", "")
        return stated if _CHALLENGE.fullmatch(stated) else None

    @staticmethod
    def verify(hook: Hook, settings: Mapping[str, str], *, now: datetime) -> Proven:
        """Believe nobody: a hook is but a reason to ask."""
        return Proven.URL_ONLY

    @staticmethod
    def identity(hook: Hook) -> str | None:
        """Return the event's id, which a repeated delivery bears again."""
        told = mapping(json_body(hook.body), "body")
        return text(told.get("event_id")) or text(told.get("id"))

    @staticmethod
    @reader
    def parse(body: bytes, topic: str | None) -> list[Handover]:
        """Read a hook (`topic` is one), or an answer of the API, by its shape."""
        told = mapping(json_body(body), "body")
        if topic in Magento.topics:
            return [_hook(told)]
        if "search_criteria" in told or "total_count" in told:
            return [_read(one) for one in records(told.get("items"), "items")]
        return [_read(told)]

    def complete(self, thin: Handover) -> Handover | None:
        """Ask for the order and its shipments."""
        order_id = thin.external_id or ""
        told = answered(self._get(f"orders/{quote(order_id, safe='')}"))
        return None if told is None else _order(told, self._shipments([order_id]))

    def count(self, *, since: Stamp | None) -> int | None:
        """Ask how many orders changed since then."""
        return self._total(self._listed(since, number=1, size=1))

    def sold(self, *, since: Stamp | None, cursor: str | None) -> Sold:
        """Ask for orders changed since then, in the order of their ids."""
        number = int(cursor or 1)
        told = self._listed(since, number=number, size=_PAGE)
        orders = records(told.get("items"), "items")
        ids = [found for one in orders if (found := ident(one.get("entity_id")))]
        shipments = self._shipments(ids) if ids else []
        more = bool(orders) and number * _PAGE < self._total(told)
        return Sold(
            orders_in(orders, lambda one: _order(one, shipments)),
            str(number + 1) if more else None,
        )

    def _listed(self, since: Stamp | None, *, number: int, size: int) -> dict[str, Any]:
        wanted = {
            "searchCriteria[sortOrders][0][field]": "entity_id",
            "searchCriteria[sortOrders][0][direction]": "ASC",
            "searchCriteria[pageSize]": str(size),
            "searchCriteria[currentPage]": str(number),
        }
        if since is not None and since.at is not None:
            at = since.at.strftime("%Y-%m-%d %H:%M:%S")
            wanted |= _filter("updated_at", at, "gteq")
        return mapping(page(self._get(f"orders?{urlencode(wanted)}")), "body")

    @staticmethod
    def _total(told: Mapping[str, Any]) -> int:
        return int(amount(told.get("total_count")) or 0)

    def _shipments(self, order_ids: list[str]) -> list[dict[str, Any]]:
        wanted = _filter("order_id", ",".join(order_ids), "in")
        told = page(self._get(f"shipments?{urlencode(wanted)}"))
        return records(mapping(told, "body").get("items"), "items")

    def _get(self, path: str) -> Answer:
        url = f"{self.given['url'].rstrip('/')}/rest/V1/{path}"
        held = {"Authorization": f"Bearer {self.given['access_token']}"}
        return self.client.get(url, headers=held)


STOREFRONT: type[Storefront] = Magento


def _filter(name: str, value: str, condition: str) -> dict[str, str]:
    of = "searchCriteria[filterGroups][0][filters][0]"
    return {
        f"{of}[field]": name,
        f"{of}[value]": value,
        f"{of}[conditionType]": condition,
    }


def _hook(told: Mapping[str, Any]) -> Handover:
    """Read which order it is about: of what is part of an order, `order_id` tells."""
    event = mapping(told.get("event"), "event") or told
    data = mapping(event.get("data"), "data")
    value = mapping(data.get("value"), "data.value") or data
    order_id = ident(value.get("order_id")) or ident(value.get("entity_id"))
    if order_id is None:
        raise BadPayload("data: no order's id")
    return Handover(external_id=order_id, thin=True)


def _read(told: Mapping[str, Any]) -> Handover:
    if "order_id" in told and "items" in told:
        return Handover(external_id=ident(told.get("order_id")), parcels=_parcels(told))
    if "increment_id" in told and "items" in told:
        return _order(told, None)
    raise BadPayload("body: neither an order nor a shipment")


def _order(told: Mapping[str, Any], shipments: list[dict[str, Any]] | None) -> Handover:
    """Read an order; `shipments` may be others' too, None: they were not asked for."""
    order_id = ident(told.get("entity_id"))
    state = text(told.get("state")) or text(told.get("status"))
    return Handover(
        number=text(told.get("increment_id")),
        external_id=order_id,
        placed_at=stamp(told.get("created_at"), utc=True),
        updated_at=stamp(told.get("updated_at"), utc=True),
        currency=text(told.get("order_currency_code")),
        total=amount(told.get("grand_total")),
        cod_amount=_cod(told),
        service=text(told.get("shipping_description")),
        buyer=_buyer(told),
        lines=tuple(
            _line(item, "qty_ordered")
            for item in records(told.get("items"), "items")
            if ident(item.get("parent_item_id")) is None
        ),
        parcels=None
        if shipments is None
        else tuple(
            parcel
            for shipment in shipments
            if ident(shipment.get("order_id")) == order_id
            for parcel in _parcels(shipment)
        ),
        stage=STAGES.get(state or ""),
        fulfilment_stated=text(told.get("status")),
        cancelled=state == "canceled",
    )


def _buyer(told: Mapping[str, Any]) -> Buyer:
    more = mapping(told.get("extension_attributes"), "extension_attributes")
    assigned = records(more.get("shipping_assignments"), "shipping_assignments")
    shipping = mapping(assigned[0].get("shipping"), "shipping") if assigned else {}
    to = mapping(shipping.get("address"), "address") or mapping(
        told.get("billing_address"), "billing_address"
    )
    lines = to.get("street")
    return Buyer(
        external_id=ident(told.get("customer_id")),
        name=joined(to.get("firstname"), to.get("lastname"))
        or joined(told.get("customer_firstname"), told.get("customer_lastname")),
        email=text(told.get("customer_email")),
        phone=text(to.get("telephone")),
        street=street(*lines) if isinstance(lines, list) else text(lines),
        city=text(to.get("city")),
        region=text(to.get("region")),
        postal=text(to.get("postcode")),
        country=text(to.get("country_id")),
    )


def _cod(told: Mapping[str, Any]) -> Decimal | None:
    method = mapping(told.get("payment"), "payment").get("method")
    due = amount(told.get("total_due")) if method == "cashondelivery" else None
    return due or None


def _line(item: Mapping[str, Any], counted: str) -> Line:
    return Line(
        title=text(item.get("name")),
        quantity=quantity(item.get(counted)),
        sku=text(item.get("sku")),
        price=amount(item.get("price_incl_tax", item.get("price"))),
        product_id=ident(item.get("product_id")),
    )


def _parcels(told: Mapping[str, Any]) -> tuple[Parcel, ...]:
    """Return a shipment's parcels, one a track; one without a number if it has none."""
    lines = tuple(_line(i, "qty") for i in records(told.get("items"), "items"))
    parcels = []
    for track in records(told.get("tracks"), "tracks") or [{}]:
        stated, code = text(track.get("title")), text(track.get("carrier_code"))
        url = link(track.get("url"))
        parcels.append(
            Parcel(
                text(track.get("track_number")),
                whose(stated, None) or whose(code, url),
                stated or code,
                url,
                lines,
                external_id=ident(told.get("entity_id")),
                shipped_at=stamp(told.get("created_at"), utc=True),
            )
        )
    return tuple(parcels)
