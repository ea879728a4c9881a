"""Nhanh.vn (Vietnam): orders of its sales administration by webhook.

Source: https://apidocs.nhanh.vn/webhooks/order (version 2, flat) and
https://apidocs.nhanh.vn/v3/webhooks/order (version 3, in groups). Documented there are
the envelope, the three events, the buyer's fields and `shopOrderId`; `carrierCode` as the
number of the parcel is documented for the list of orders. The names of products' and
carriers' fields, the numeric statuses and that times in version 3 are Unix seconds are
taken from how shops' programs read them, and are not proven by a document.

Nothing is signed: `webhooksVerifyToken` is a secret inside the body, which proves who
sends and not what is sent. `deliveryDate` is not read: it is the day asked for as well as
the day of delivery. No field tells the currency: Nhanh.vn sells in dong.
"""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from track_service.core.handover import Buyer, Handover, Line, Parcel, Stage
from track_service.core.status import Status
from track_service.core.tracking import Stamp
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
    json_body,
    link,
    mapping,
    quantity,
    reader,
    records,
    stamp,
    text,
    whose,
)

# Version 3 tells by number what version 2 tells by word.
_WORDS = {
    "54": "New",
    "55": "Confirming",
    "57": "CustomerConfirming",
    "56": "Confirmed",
    "73": "ChangeDepot",
    "42": "Packing",
    "40": "Packed",
    "43": "Pickup",
    "59": "Shipping",
    "60": "Success",
    "61": "Failed",
    "63": "Canceled",
    "64": "Aborted",
    "58": "CarrierCanceled",
    "68": "SoldOut",
    "71": "Returning",
    "72": "Returned",
}
STAGES = {
    "New": Stage.PLACED,
    "Confirming": Stage.PLACED,
    "CustomerConfirming": Stage.PLACED,
    "Confirmed": Stage.CONFIRMED,
    "ChangeDepot": Stage.CONFIRMED,
    "Packing": Stage.CONFIRMED,
    "Packed": Stage.PACKED,
    "Pickup": Stage.PACKED,
    "Shipping": Stage.HANDED_OVER,
    "Success": Stage.HANDED_OVER,
    "Failed": Stage.HANDED_OVER,
    "Returning": Stage.HANDED_OVER,
    "Returned": Stage.HANDED_OVER,
}
STATUSES = {
    "Pickup": Status.INFO_RECEIVED,
    "Shipping": Status.IN_TRANSIT,
    "Success": Status.DELIVERED,
    "Failed": Status.EXCEPTION,
    "Returning": Status.RETURNING,
    "Returned": Status.RETURNED,
}
_OVER = frozenset({"Canceled", "Aborted", "SoldOut"})


class Nhanh(Storefront):
    """Nhanh.vn: hooks that hold the verify token of the shop's app."""

    code: ClassVar[str] = "nhanh"
    label: ClassVar[str] = "Nhanh.vn"
    topics: ClassVar[Mapping[str, Kind]] = {
        "orderAdd": Kind.ORDER,
        "orderUpdate": Kind.ORDER,
        "orderDelete": Kind.ORDER,
    }

    @staticmethod
    def topic(hook: Hook) -> str | None:
        """Return the envelope's `event`. Raises `BadPayload`."""
        return text(mapping(json_body(hook.body), "body").get("event"))

    @staticmethod
    def verify(hook: Hook, settings: Mapping[str, str], *, now: datetime) -> Proven:
        """Compare `webhooksVerifyToken` in constant time; Nhanh.vn stamps no hook."""
        try:
            told = mapping(json_body(hook.body), "body")
        except BadPayload:
            return Proven.REFUSED
        token = str(told.get("webhooksVerifyToken")).encode(errors="replace")
        same = hmac.compare_digest(token, settings["secret"].encode())
        return Proven.SIGNED if same else Proven.REFUSED

    @staticmethod
    def sample(order: Sampled, settings: Mapping[str, str]) -> Hook:
        """Return a made-up order with the token in it."""
        return Hook(sample_body("nhanh", order, secret=settings["secret"]))

    @staticmethod
    @reader
    def parse(body: bytes, topic: str | None) -> list[Handover]:
        """Read one order, or the ids of those that were deleted."""
        told = mapping(json_body(body), "body")
        if "data" not in told:
            raise BadPayload("body: no envelope, it lacks data")
        data = told["data"]
        if (topic or told.get("event")) == "orderDelete":
            gone = data if isinstance(data, list) else [_id(mapping(data, "data"))]
            return [Handover(external_id=ident(one), cancelled=True) for one in gone]
        return [_order(mapping(data, "data"))]


STOREFRONT: type[Storefront] = Nhanh


def _id(told: Mapping[str, Any]) -> str:
    found = ident(told.get("orderId")) or ident(told.get("id"))
    if found is None:
        raise BadPayload("data: no order, it lacks its id")
    return found


def _order(told: Mapping[str, Any]) -> Handover:
    """Read both versions: what version 3 groups, version 2 has in one heap."""
    info = mapping(told.get("info"), "info") or told
    channel = mapping(told.get("channel"), "channel") or told
    payment = mapping(told.get("payment"), "payment")
    stated = text(info.get("status") or info.get("statusCode"))
    status = _WORDS.get(stated or "", stated or "")
    return Handover(
        number=ident(channel.get("appOrderId"))
        or ident(told.get("shopOrderId"))
        or _id(info),
        external_id=_id(info),
        placed_at=_moment(info, "createdDateTime", "createdAt"),
        updated_at=_moment(info, "updatedDateTime", "updatedAt"),
        currency="VND",
        total=amount(told.get("calcTotalMoney")),
        cod_amount=amount(payment.get("codAmount")),
        buyer=_buyer(told),
        lines=_lines(told),
        parcels=_parcels(told, info, status),
        stage=STAGES.get(status),
        fulfilment_stated=stated,
        cancelled=status in _OVER if status else None,
    )


def _moment(told: Mapping[str, Any], *names: str) -> Stamp | None:
    """Return the first time that is told; Unix seconds since 2001 have ten digits."""
    stated = next((told[name] for name in names if ident(told.get(name))), None)
    if (seconds := text(stated)) is not None and re.fullmatch("[0-9]{10}", seconds):
        return Stamp.aware(datetime.fromtimestamp(int(seconds), UTC))
    return stamp(stated)


def _buyer(told: Mapping[str, Any]) -> Buyer:
    to = mapping(told.get("shippingAddress"), "shippingAddress")
    return Buyer(
        external_id=ident(to.get("id")) or ident(told.get("customerId")),
        name=text(to.get("name")) or text(told.get("customerName")),
        email=text(to.get("email")) or text(told.get("customerEmail")),
        phone=text(to.get("mobile")) or text(told.get("customerMobile")),
        street=text(to.get("address")) or text(told.get("customerAddress")),
    )


def _parcels(
    told: Mapping[str, Any], info: Mapping[str, Any], status: str
) -> tuple[Parcel, ...] | None:
    carrier = told.get("carrier")
    by = mapping(carrier, "carrier") if isinstance(carrier, dict) else told
    stated = text(by.get("name") if by is not told else by.get("carrierName"))
    number = text(by.get("carrierCode"))
    url = link(info.get("trackingUrl"))
    if number is None and url is None:
        return None
    void = status == "CarrierCanceled"
    at = STATUSES.get(status)
    return (Parcel(number, whose(stated, url), stated, url, (), at, void=void),)


def _lines(told: Mapping[str, Any]) -> tuple[Line, ...] | None:
    products = told.get("products")
    if products is None:
        return None
    listed = list(products.values()) if isinstance(products, dict) else products
    return tuple(
        Line(
            title=text(line.get("name")) or text(line.get("productName")),
            quantity=quantity(line.get("quantity")),
            sku=text(line.get("code")) or text(line.get("productCode")),
            price=amount(line.get("price")),
            product_id=ident(line.get("id")) or ident(line.get("productId")),
            image_url=link(line.get("image")),
        )
        for line in records(listed, "products")
    )
