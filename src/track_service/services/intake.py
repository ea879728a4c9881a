"""Intake: what a shop may tell of a parcel, checked as a whole.

One set of rules for the JSON API and the CSV import: both make the same document of
what they were given, and `read` it.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, cast

from marshmallow import (
    Schema,
    ValidationError,
    fields,
    post_load,
    validates_schema,
)
from marshmallow.validate import Length, OneOf, Range

from track_service.carriers import carriers
from track_service.core.numbers import choose, detect, spelled
from track_service.core.parcel import Address, Brand, Customer, Item, Order
from track_service.services.fields import (
    Amount,
    BrandLocale,
    CarrierName,
    Country,
    Currency,
    Day,
    Email,
    Locale,
    Moment,
    Phone,
    Quantity,
    Reference,
    Text,
    Url,
    code_of,
)
from track_service.services.register import NewShipment, Refused

MOST_ITEMS = 200
LONGEST_SERVICE = 80
WHOLE = "body"  # the path of what is wrong with the document itself
_OPTIONAL: dict[str, Any] = {"allow_none": True, "load_default": None}


class ItemIn(Schema):
    """One line of an order; `price` is for one piece."""

    title = Text(longest=300, required=True)
    quantity = Quantity(validate=Range(1, 100_000), load_default=1)
    sku = Text(longest=100, **_OPTIONAL)
    variant = Text(longest=200, **_OPTIONAL)
    price = Amount(longest=15, **_OPTIONAL)
    image_url = Url(longest=2000, **_OPTIONAL)
    url = Url(longest=2000, **_OPTIONAL)

    @post_load
    def _build(self, values: dict[str, Any], **_: Any) -> Item:
        return Item(**values)


class CustomerIn(Schema):
    """Whom a parcel is for."""

    name = Text(longest=200, **_OPTIONAL)
    email = Email(longest=254, **_OPTIONAL)
    phone = Phone(longest=40, **_OPTIONAL)
    locale = Locale(longest=12, **_OPTIONAL)

    @post_load
    def _build(self, values: dict[str, Any], **_: Any) -> Customer:
        return Customer(**values)


class AddressIn(Schema):
    """Where an order is delivered; shoppers see it masked, after the second factor."""

    street = Text(longest=300, **_OPTIONAL)
    city = Text(longest=120, **_OPTIONAL)
    region = Text(longest=120, **_OPTIONAL)
    postal = Text(longest=20, **_OPTIONAL)
    country = Country(longest=2, shortest=2, **_OPTIONAL)

    @post_load
    def _build(self, values: dict[str, Any], **_: Any) -> Address:
        return Address(**values)


class OrderIn(Schema):
    """What was bought; `cod_amount` is what the courier collects."""

    number = Reference(longest=120, required=True)
    items = fields.List(
        fields.Nested(ItemIn), validate=Length(max=MOST_ITEMS), load_default=()
    )
    customer = fields.Nested(CustomerIn, load_default=Customer)
    address = fields.Nested(AddressIn, load_default=Address)
    cod_amount = Amount(longest=15, **_OPTIONAL)
    currency = Currency(longest=3, **_OPTIONAL)
    placed_at = Moment(longest=35, **_OPTIONAL)
    is_gift = fields.Boolean(
        data_key="gift",
        load_default=False,
        metadata={"description": "Its page shows neither items nor offers."},
    )

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _amounts_have_a_currency(self, _data: Any, original: Any, **_: Any) -> None:
        if not isinstance(original, Mapping) or original.get("currency") is not None:
            return
        if any(amount is not None for amount in _amounts(original)):
            raise ValidationError("Wanted where there is an amount.", "currency")

    @post_load
    def _build(self, values: dict[str, Any], **_: Any) -> Order:
        return Order(**{**values, "items": tuple(values["items"])})


def _amounts(order: Mapping[str, Any]) -> Iterator[Any]:
    yield order.get("cod_amount")
    items = order.get("items")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Mapping):
            yield item.get("price")


OUTBOUND, RETURN = "outbound", "return"


class ShipmentIn(Schema):
    """A parcel to follow; `postal` is for carriers that ask for it.

    `carrier` is a code or a name; without it the number has to tell whose it is.
    """

    order = fields.Nested(OrderIn, required=True)
    carrier = CarrierName(longest=80, **_OPTIONAL)
    number = Reference(longest=80, shortest=4, required=True)
    promised_on = Day(longest=10, **_OPTIONAL)
    shipped_on = Day(longest=10, **_OPTIONAL)
    postal = Text(longest=20, **_OPTIONAL)
    service = Text(
        longest=LONGEST_SERVICE,
        **_OPTIONAL,
        metadata={
            "description": "Which of the carrier's services was bought, in any words;"
            " the same words each time."
        },
    )
    direction = fields.String(
        validate=OneOf((OUTBOUND, RETURN)),
        load_default=OUTBOUND,
        metadata={"description": "`return`: from the shopper to the shop."},
    )

    @validates_schema(skip_on_field_errors=True)
    def _promises_no_return(self, told: dict[str, Any], **_: Any) -> None:
        if told["direction"] == RETURN and told["promised_on"] is not None:
            raise ValidationError("Nobody is promised a return.", "promised_on")


_SHIPMENT = ShipmentIn()
_ORDER = OrderIn()


def read(
    document: object, *, brand: Brand, reachable: Collection[str] = ()
) -> NewShipment:
    """Return what a document of JSON values tells.

    `reachable` are the codes of the carriers that can be asked: one of them is taken
    where the document names none and the number tells. Raises `Refused`, its fields
    named by path: `order.items.0.title`; what is wrong with the document itself is
    under `body`.
    """
    with BrandLocale(brand.locale):
        try:
            told = _SHIPMENT.load(cast("Any", document))
        except ValidationError as error:
            raise Refused(by_path(error.messages)) from error
    stated = told.pop("carrier")
    carrier = code_of(stated) if stated else None
    carrier = carrier or _owner(told["number"], reachable)
    told["number"] = spelled(told["number"], carrier)
    inward = told.pop("direction") == RETURN
    return NewShipment(**told, carrier=carrier, carrier_stated=stated, inward=inward)


def read_order(document: object, *, brand: Brand) -> Order:
    """Return what a document tells of an order without a parcel. Raises `Refused`."""
    with BrandLocale(brand.locale):
        try:
            return cast("Order", _ORDER.load(cast("Any", document)))
        except ValidationError as error:
            raise Refused(by_path(error.messages)) from error


def _owner(number: str, reachable: Collection[str]) -> str:
    """Return whose number it is. Raises `Refused` where that is not clear."""
    candidates = detect(number)
    chosen = choose(candidates, among=reachable)
    if chosen is not None:
        return chosen.carrier
    could = tuple(one.carrier for one in candidates if one.carrier in carriers())
    told = f"; it may be {', '.join(could)}" if could else ""
    raise Refused(
        {"carrier": [f"Wanted: the number alone does not tell whose it is{told}."]},
        candidates=could,
    )


def by_path(messages: Any) -> dict[str, list[str]]:
    """Return a schema's nested messages as a flat mapping of dotted paths."""
    found: dict[str, list[str]] = {}
    for path, message in _leaves(messages, ()):
        found.setdefault(".".join(path) or WHOLE, []).append(message)
    return found


def _leaves(
    messages: Any, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            step = () if name == "_schema" else (str(name),)
            yield from _leaves(below, (*path, *step))
    elif isinstance(messages, list):
        for message in messages:
            yield from _leaves(message, path)
    else:
        yield path, str(messages)
