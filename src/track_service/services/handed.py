"""What a storefront told, as the documents that our API takes; read with indulgence.

A shop cannot mend its platform's payload: a field that our API would refuse is left
out, and the order is taken all the same. Only what names it must be right.
"""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from track_service.core.handover import Handover, Line, Parcel
from track_service.core.numbers import detect
from track_service.core.parcel import Brand, Order
from track_service.core.tracking import Stamp
from track_service.services import intake
from track_service.services.register import NewShipment, Refused

_CENT = Decimal("0.01")
_TITLE, _NAME, _TOWN = 300, 200, 120
_ORDERS = frozenset({"number", intake.WHOLE})
_PARCELS = frozenset({"number", "carrier", "order.number", intake.WHOLE})


def read_order(of: Handover, number: str, *, brand: Brand) -> Order:
    """Return the order that was handed over. Raises `Refused` for a wrong number."""
    document = _order(of, number, of.lines or ())
    while True:
        try:
            return intake.read_order(document, brand=brand)
        except Refused as error:
            if not _drop(document, error.fields, must=_ORDERS):
                raise


def read_parcel(
    of: Handover,
    parcel: Parcel,
    number: str,
    *,
    brand: Brand,
    reachable: Collection[str],
) -> NewShipment | None:
    """Return a parcel to register, None where nobody can be asked for it.

    Where the shop names a carrier that nobody here knows, such as a courier of its own,
    the number's form says nothing against that; only a check digit does.
    """
    if parcel.carrier is None and parcel.carrier_stated and not _proves(parcel.number):
        return None
    document: dict[str, Any] = {
        "order": _order(of, number, parcel.lines or of.lines or ()),
        "carrier": parcel.carrier,
        "number": parcel.number,
        "promised_on": _day(of.promised, brand),
        "shipped_on": _day(parcel.shipped_at, brand),
        "postal": of.buyer.postal,
        "service": cut(of.service, intake.LONGEST_SERVICE),
    }
    while True:
        try:
            return intake.read(document, brand=brand, reachable=reachable)
        except Refused as error:
            if not _drop(document, error.fields, must=_PARCELS):
                return None


def _proves(number: str | None) -> bool:
    return any(one.check_digit == "valid" for one in detect(number or ""))


def items_of(lines: Collection[Line]) -> list[dict[str, Any]]:
    """Return an order's lines as they are stored."""
    return [_item(line) for line in list(lines)[: intake.MOST_ITEMS]]


def day(stamp: Stamp | None, brand: Brand) -> date | None:
    """Return the calendar day that a stamp states.

    Of a time in UTC, which tells no place, it is the day where the shop is.
    """
    if stamp is None:
        return None
    if stamp.at is None or stamp.offset:
        return stamp.local.date()
    return stamp.at.astimezone(ZoneInfo(brand.zone)).date()


def _order(of: Handover, number: str, lines: Collection[Line]) -> dict[str, Any]:
    buyer = of.buyer
    placed = of.placed_at.text if of.placed_at and of.placed_at.at else None
    return {
        "number": number,
        "items": items_of(lines),
        "customer": {
            "name": cut(buyer.name, _NAME),
            "email": buyer.email,
            "phone": buyer.phone,
            "locale": buyer.locale,
        },
        "address": {
            "street": cut(buyer.street, _NAME),
            "city": cut(buyer.city, _TOWN),
            "region": cut(buyer.region, _TOWN),
            "postal": buyer.postal,
            "country": buyer.country,
        },
        "cod_amount": _money(of.cod_amount),
        "currency": of.currency,
        "placed_at": placed,
    }


def _item(line: Line) -> dict[str, Any]:
    return {
        "title": cut(line.title or line.sku or "?", _TITLE),
        "quantity": max(1, int(line.quantity.to_integral_value(ROUND_CEILING))),
        "sku": line.sku,
        "variant": cut(line.variant, _NAME),
        "price": _money(line.price),
        "image_url": line.image_url,
        "url": line.url,
    }


def _money(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.quantize(_CENT, ROUND_HALF_UP):f}"


def cut(value: str | None, longest: int) -> str | None:
    """Return a text of at most so many characters, with an ellipsis where it was longer."""
    if value is None or len(value) <= longest:
        return value
    return value[: longest - 1].rstrip() + "…"


def _day(stamp: Stamp | None, brand: Brand) -> str | None:
    stated = day(stamp, brand)
    return None if stated is None else stated.isoformat()


def _drop(
    document: dict[str, Any], wrong: Mapping[str, list[str]], *, must: frozenset[str]
) -> bool:
    """Leave out what was refused; tell whether there is any hope without it."""
    if not must.isdisjoint(wrong):
        return False
    return all(_drop_one(document, path.split(".")) for path in wrong)


def _drop_one(document: Any, path: list[str]) -> bool:
    """Blank a field; a line that cannot do without it goes as a whole."""
    *above, name = path
    holder = document
    for step in above:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        if (
            isinstance(holder, dict)
            and name in {"title", "quantity"}
            and step.isdigit()
        ):
            holder.update(title="?", quantity=1)
            return True
    if name == "currency":  # amounts of an unknown currency say nothing
        holder.update(currency=None, cod_amount=None)
        for item in holder["items"]:
            item["price"] = None
        return True
    if holder.get(name) is None:
        return False
    holder[name] = None
    return True
