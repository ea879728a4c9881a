"""Products and purchases as a shop tells them, each checked on its own.

One set of rules for the JSON API and the CSV import.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Range

from track_service.core.goods import Product, Purchase, bought
from track_service.core.parcel import Brand
from track_service.services.fields import (
    Amount,
    BrandLocale,
    Currency,
    Email,
    Moment,
    Phone,
    Quantity,
    Reference,
    Text,
    Url,
)
from track_service.services.goods.shoppers import digests
from track_service.services.intake import by_path
from track_service.services.register import Refused
from track_service.storefronts import storefronts

MOST = 1000  # products or orders in a request
MOST_LINES = 500
_CLOCKS_DIFFER = timedelta(days=1)  # a time this far ahead is taken as now
_MAYBE: dict[str, Any] = {"allow_none": True, "load_default": None}

T = TypeVar("T")


class ProductIn(Schema):
    """A product as a whole: what is left out is not known (`in_stock` is true)."""

    id = Reference(longest=120, required=True)
    title = Text(longest=300, required=True)
    category = Text(longest=200, **_MAYBE)
    price = Amount(longest=15, **_MAYBE)
    currency = Currency(longest=3, **_MAYBE)
    url = Url(longest=2000, **_MAYBE)
    image_url = Url(longest=2000, **_MAYBE)
    in_stock = fields.Boolean(load_default=True)

    @validates_schema
    def _a_price_has_a_currency(self, told: Mapping[str, Any], **_: Any) -> None:
        if told.get("price") is not None and told.get("currency") is None:
            raise ValidationError("Wanted where there is a price.", "currency")


class LineIn(Schema):
    """Pieces of a product; a negative quantity was sent back."""

    product = Reference(longest=120, required=True)
    quantity = Quantity(validate=Range(-100_000, 100_000), load_default=1)


class PurchaseIn(Schema):
    """An order as a whole, in the place of what was told of it before.

    Who placed it is kept as a keyed hash: by `customer`, the id at the shop's
    `platform`, else by `email`, else by `phone`.
    """

    order = Reference(longest=120, required=True)
    at = Moment(longest=35, required=True)
    customer = Reference(longest=120, **_MAYBE)
    platform = fields.String(validate=OneOf(sorted(storefronts())), **_MAYBE)
    email = Email(longest=254, **_MAYBE)
    phone = Phone(longest=40, **_MAYBE)
    lines = fields.List(
        fields.Nested(LineIn), required=True, validate=Length(1, MOST_LINES)
    )


class ProductsIn(Schema):
    """Up to 1,000 products."""

    products = fields.List(fields.Nested(ProductIn), required=True)


class PurchasesIn(Schema):
    """Up to 1,000 orders."""

    purchases = fields.List(fields.Nested(PurchaseIn), required=True)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one of many, by field: its place from 0, and its id if told."""

    index: int
    id: str | None
    errors: Mapping[str, list[str]]


@dataclass(slots=True)
class Batch:
    """The good ones of many, and what is wrong with the others."""

    good: list[Any] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


_PRODUCT, _PURCHASE = ProductIn(), PurchaseIn()


def read_products(document: object, *, now: datetime) -> Batch:
    """Return the products that a document tells. Raises `Refused` for no batch."""
    return _each(document, "products", "id", lambda one: read_product(one, now=now))


def read_purchases(document: object, *, brand: Brand, key: str, now: datetime) -> Batch:
    """Return the purchases that a document tells. Raises `Refused` for no batch.

    `key` is the brand's, under which shoppers are hashed.
    """
    with BrandLocale(brand.locale):
        return _each(
            document,
            "purchases",
            "order",
            lambda one: read_purchase(one, key=key, now=now),
        )


def read_product(document: object, *, now: datetime) -> Product:
    """Return one product. Raises `Refused`."""
    told = _load(_PRODUCT, document)
    return Product(external_id=told.pop("id"), told_at=now, **told)


def read_purchase(document: object, *, key: str, now: datetime) -> Purchase:
    """Return one order. Raises `Refused`."""
    told = _load(_PURCHASE, document)
    whose = {n: told[n] for n in ("platform", "customer", "email", "phone")}
    lines = [(line["product"], line["quantity"]) for line in told["lines"]]
    names = digests(key, **whose)
    at = placed(told["at"], now=now)
    return Purchase(told["order"], at, bought(lines), next(iter(names), None), names)


def placed(at: datetime, *, now: datetime) -> datetime:
    """Return when an order was placed, never after now. Raises `Refused`."""
    if at > now + _CLOCKS_DIFFER:
        raise Refused({"at": ["It lies in the future."]})
    return min(at, now)


def _load(schema: Schema, document: object) -> dict[str, Any]:
    try:
        return cast("dict[str, Any]", schema.load(cast("Any", document)))
    except ValidationError as error:
        raise Refused(by_path(error.messages)) from error


def _each(
    document: object, name: str, id_name: str, read: Callable[[object], T]
) -> Batch:
    batch = Batch()
    for index, one in enumerate(_listed(document, name)):
        try:
            batch.good.append(read(one))
        except Refused as error:
            stated = one.get(id_name) if isinstance(one, Mapping) else None
            known = stated[:120] if isinstance(stated, str) else None
            batch.wrong.append(Wrong(index, known, error.fields))
    return batch


def _listed(document: object, name: str) -> Sequence[object]:
    listed = document.get(name) if isinstance(document, Mapping) else None
    if not isinstance(listed, list):
        raise Refused({name: ["A list is wanted."]})
    if not 1 <= len(listed) <= MOST:
        raise Refused({name: [f"1 to {MOST} of them are taken at a time."]})
    return listed
