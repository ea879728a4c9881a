"""Schemas: query arguments read, and answers described for the OpenAPI document.

What may be handed over is described by `services.intake`, which the import shares.
"""

from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, fields
from marshmallow.validate import OneOf, Range

from track_service.core.handover import Stage
from track_service.core.legs import Leg
from track_service.core.status import Status
from track_service.core.tracking import MoneyKind
from track_service.services.fields import Reference, Text
from track_service.services.intake import OUTBOUND, RETURN

_MAYBE: dict[str, Any] = {"allow_none": True}
_BOUGHT = {"description": "The carrier's service that was bought, in the shop's words."}
STATUSES = [status.value for status in Status if status is not Status.UNKNOWN]


class ListQuery(Schema):
    """Which shipments to list."""

    class Meta:
        """A mistyped argument is refused: it would list too much."""

        unknown = RAISE

    limit = fields.Integer(load_default=20, validate=Range(1, 100))
    cursor = Text(
        longest=64, metadata={"description": "From `next` of the page before."}
    )
    status = fields.String(validate=OneOf(STATUSES))
    order = Reference(longest=120, metadata={"description": "The order's number."})


class CreateHeaders(Schema):
    """What may go with a new shipment."""

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        metadata={
            "description": "Up to 255 printable ASCII characters. The same key with"
            " the same body gives the first shipment again."
        },
    )


class ItemOut(Schema):
    """One line of an order."""

    title = fields.String(required=True)
    quantity = fields.Integer(required=True)
    sku = fields.String(required=True, **_MAYBE)
    variant = fields.String(required=True, **_MAYBE)
    price = fields.String(required=True, **_MAYBE)
    image_url = fields.String(required=True, **_MAYBE)
    url = fields.String(required=True, **_MAYBE)


class CustomerOut(Schema):
    """Whom a parcel is for; all null once erased."""

    name = fields.String(required=True, **_MAYBE)
    email = fields.String(required=True, **_MAYBE)
    phone = fields.String(required=True, **_MAYBE)
    locale = fields.String(required=True, **_MAYBE)


class AddressOut(Schema):
    """Where an order is delivered; all null once erased."""

    street = fields.String(required=True, **_MAYBE)
    city = fields.String(required=True, **_MAYBE)
    region = fields.String(required=True, **_MAYBE)
    postal = fields.String(required=True, **_MAYBE)
    country = fields.String(required=True, **_MAYBE)


class OrderOut(Schema):
    """What was bought."""

    number = fields.String(required=True)
    items = fields.List(fields.Nested(ItemOut), required=True)
    customer = fields.Nested(CustomerOut, required=True)
    address = fields.Nested(AddressOut, required=True)
    cod_amount = fields.String(required=True, **_MAYBE)
    currency = fields.String(required=True, **_MAYBE)
    placed_at = fields.DateTime(format="iso", required=True, **_MAYBE)
    gift = fields.Boolean(required=True)
    page_url = fields.String(
        required=True,
        **_MAYBE,
        metadata={"description": "The order's page; null if no storefront told of it."},
    )


class EventOut(Schema):
    """One scan: `local` and `offset` as stated, `at` in UTC where it can be known."""

    local = fields.String(required=True, **_MAYBE)
    offset = fields.String(required=True, **_MAYBE)
    at = fields.String(required=True, **_MAYBE)
    precision = fields.String(required=True, **_MAYBE)
    code = fields.String(required=True, **_MAYBE)
    description = fields.String(required=True, **_MAYBE)
    status = fields.String(required=True)
    sub_status = fields.String(required=True, **_MAYBE)
    cause = fields.String(required=True, **_MAYBE)
    city = fields.String(required=True, **_MAYBE)
    region = fields.String(required=True, **_MAYBE)
    country = fields.String(required=True, **_MAYBE)
    postal = fields.String(required=True, **_MAYBE)


class MoneyOut(Schema):
    """What the carrier told of the parcel's money: no step of its way."""

    kind = fields.String(required=True, validate=OneOf([*MoneyKind]))
    at = fields.String(required=True, **_MAYBE)
    amount = fields.String(required=True, **_MAYBE)
    currency = fields.String(required=True, **_MAYBE)


class EstimateOut(Schema):
    """From when until when; either may be a bare day."""

    start = fields.String(data_key="from", required=True)
    until = fields.String(required=True)


class AlertOut(Schema):
    """One thing that is wrong; docs/alerts.md tells by which rule."""

    kind = fields.String(required=True)
    severity = fields.String(required=True)
    since = fields.DateTime(format="iso", required=True)
    detail = fields.String(required=True, **_MAYBE)


class OutlookOut(Schema):
    """What we foresee; docs/eta.md tells how. `shown` tells that the page shows it."""

    leg = fields.String(required=True, validate=OneOf([*Leg]))
    window = fields.Nested(EstimateOut, required=True, **_MAYBE)
    likely_on = fields.Date(required=True, **_MAYBE)
    p_late = fields.Float(required=True, **_MAYBE)
    usual_days = fields.List(fields.Float(), required=True, **_MAYBE)
    slower_days = fields.Float(required=True)
    known_by = fields.String(
        required=True,
        **_MAYBE,
        metadata={
            "description": "The finest group with figures of its own, `date` where the"
            " carrier's own date tells more; null where its commitment is all that is"
            " known."
        },
    )
    reason = fields.String(required=True, **_MAYBE)
    shown = fields.Boolean(required=True)
    made_at = fields.DateTime(format="iso", required=True)
    stalled_at = fields.DateTime(format="iso", required=True)


class FlagOut(Schema):
    """An order's most urgent alert; `shipment` is null where it is the order's own."""

    kind = fields.String(required=True)
    severity = fields.String(required=True)
    shipment = fields.String(required=True, **_MAYBE)


class PickupPointOut(Schema):
    """Where a parcel waits; `opening_hours` are as the carrier states them."""

    name = fields.String(required=True, **_MAYBE)
    address = fields.List(fields.String(), required=True)
    opening_hours = fields.List(fields.String(), required=True)


class MileOut(Schema):
    """Whom the carrier names for the first or last leg, and the number there."""

    carrier = fields.String(required=True, **_MAYBE)
    number = fields.String(required=True, **_MAYBE)


class ShipmentOut(Schema):
    """A parcel as it stands."""

    id = fields.String(required=True)
    order = fields.Nested(OrderOut, required=True)
    carrier = fields.String(required=True)
    carrier_stated = fields.String(
        required=True,
        **_MAYBE,
        metadata={"description": "As the shop wrote it; null if it left it to us."},
    )
    carrier_before = fields.String(
        required=True,
        **_MAYBE,
        metadata={
            "description": "With which it was registered, if that was not the one"
            " that has it."
        },
    )
    carrier_named = fields.String(
        required=True,
        **_MAYBE,
        metadata={
            "description": "Whom an aggregator names as the parcel's carrier: a code of"
            " ours, or its own word."
        },
    )
    number = fields.String(required=True)
    direction = fields.String(required=True, validate=OneOf((OUTBOUND, RETURN)))
    service = fields.String(required=True, **_MAYBE, metadata=_BOUGHT)
    status = fields.String(required=True, validate=OneOf(STATUSES))
    sub_status = fields.String(required=True, **_MAYBE)
    cause = fields.String(required=True, **_MAYBE)
    promise_state = fields.String(required=True)
    motion_state = fields.String(required=True)
    alerts = fields.List(
        fields.Nested(AlertOut),
        required=True,
        metadata={"description": "What is wrong now, the most urgent first."},
    )
    outlook = fields.Nested(OutlookOut, required=True, **_MAYBE)
    promised_on = fields.Date(required=True, **_MAYBE)
    shipped_on = fields.Date(required=True, **_MAYBE)
    postal = fields.String(required=True, **_MAYBE)
    estimated_delivery = fields.Nested(EstimateOut, required=True, **_MAYBE)
    delivered_at = fields.String(required=True, **_MAYBE)
    signed_by = fields.String(required=True, **_MAYBE)
    pickup_point = fields.Nested(PickupPointOut, required=True, **_MAYBE)
    collect_by = fields.String(
        required=True,
        **_MAYBE,
        metadata={"description": "The last day on which the pick-up point keeps it."},
    )
    proof_url = fields.String(
        required=True,
        **_MAYBE,
        metadata={
            "description": "The carrier's photo or document of the delivery. Personal: the"
            " page shows it only after the second factor."
        },
    )
    first_mile = fields.Nested(MileOut, required=True, **_MAYBE)
    last_mile = fields.Nested(MileOut, required=True, **_MAYBE)
    page_url = fields.String(required=True, **_MAYBE)
    events = fields.List(fields.Nested(EventOut), required=True)
    money = fields.List(fields.Nested(MoneyOut), required=True)
    created_at = fields.DateTime(format="iso", required=True)
    checked_at = fields.DateTime(format="iso", required=True, **_MAYBE)
    seen_at = fields.DateTime(format="iso", required=True, **_MAYBE)
    trouble = fields.String(required=True, **_MAYBE)
    erased = fields.Boolean(required=True)


class UntrackedOut(Schema):
    """A parcel that nobody can be asked for, as its shop wrote it."""

    carrier = fields.String(required=True, **_MAYBE)
    number = fields.String(required=True, **_MAYBE)
    url = fields.String(required=True, **_MAYBE)


class OrderStateOut(OrderOut):
    """An order as it stands; `items` are what its storefront says was ordered."""

    flag = fields.Nested(FlagOut, required=True, **_MAYBE)
    stage = fields.String(required=True, **_MAYBE, validate=OneOf([*Stage]))
    staged_at = fields.DateTime(format="iso", required=True, **_MAYBE)
    confirmed_at = fields.DateTime(format="iso", required=True, **_MAYBE)
    late_since = fields.DateTime(
        format="iso",
        required=True,
        **_MAYBE,
        metadata={"description": "Since when it should have been handed over."},
    )
    cancelled_at = fields.DateTime(format="iso", required=True, **_MAYBE)
    promised_on = fields.Date(required=True, **_MAYBE)
    service = fields.String(required=True, **_MAYBE, metadata=_BOUGHT)
    untracked = fields.List(fields.Nested(UntrackedOut), required=True)
    shipments = fields.List(fields.Nested(ShipmentOut), required=True)


class ShipmentsOut(Schema):
    """A page of shipments, newest first; `next` is the next page's address."""

    shipments = fields.List(fields.Nested(ShipmentOut), required=True)
    next = fields.String(required=True, **_MAYBE)


class ProblemOut(Schema):
    """Problem details of RFC 9457."""

    class Meta:
        """More members may come."""

        unknown = INCLUDE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    instance = fields.String()
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "What is wrong, by field path."},
    )
    candidates = fields.List(
        fields.String(),
        metadata={"description": "Carriers whose the number may be: name one."},
    )
    id = fields.String(metadata={"description": "The shipment that is there already."})
    href = fields.String(metadata={"description": "Where that shipment is."})
