"""The taxonomy: 14 statuses, their sub-statuses, and who caused a trouble.

A status is what a carrier says of a parcel, in our words. `unknown` is the honest
reading of a code that no table holds: it is kept, and it never moves a parcel.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """What a carrier says of a parcel; `unknown` is for single events alone."""

    PREPARING = "preparing"
    PENDING = "pending"
    INFO_RECEIVED = "info_received"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    ATTEMPT_FAILED = "attempt_failed"
    EXCEPTION = "exception"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """Whether a carrier has nothing more to do (delivery may still be revoked)."""
        return self in _FINAL

    @property
    def before_hand_over(self) -> bool:
        """Whether the carrier does not hold the parcel yet."""
        return self in _BEFORE_HAND_OVER

    @property
    def rank(self) -> int:
        """Place in a parcel's usual life; orders scans that share one instant."""
        return _RANK[self]


_FINAL = frozenset(
    {Status.DELIVERED, Status.RETURNED, Status.CANCELLED, Status.EXPIRED}
)
_BEFORE_HAND_OVER = frozenset(
    {Status.PREPARING, Status.PENDING, Status.INFO_RECEIVED, Status.UNKNOWN}
)
_RANK = {
    Status.UNKNOWN: 0,
    Status.PENDING: 1,
    Status.PREPARING: 2,
    Status.INFO_RECEIVED: 3,
    Status.PICKED_UP: 4,
    Status.IN_TRANSIT: 5,
    Status.OUT_FOR_DELIVERY: 6,
    Status.EXCEPTION: 7,
    Status.ATTEMPT_FAILED: 8,
    Status.AVAILABLE_FOR_PICKUP: 9,
    Status.RETURNING: 10,
    Status.DELIVERED: 11,
    Status.RETURNED: 12,
    Status.CANCELLED: 13,
    Status.EXPIRED: 14,
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code's meaning: status, the word that refines it, and who caused it.

    `sub` is a word of `SUB_STATUSES[status]` or None where the carrier says no more;
    `cause` is a word of `CAUSES` or None.
    """

    status: Status
    sub: str | None = None
    cause: str | None = None

    def __post_init__(self) -> None:
        """Refuse a word that the taxonomy does not hold."""
        if self.sub is not None and self.sub not in SUB_STATUSES[self.status]:
            raise ValueError(f"{self.status} has no sub-status {self.sub!r}")
        if self.cause is not None and self.cause not in CAUSES:
            raise ValueError(f"no cause {self.cause!r}")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Private AfterShip sub-tags (aftership_…) have no public wording: kept apart.
SUB_STATUSES: Mapping[Status, frozenset[str]] = {
    Status.PREPARING: _words("confirmed draft handed_to_postman packed"),
    Status.PENDING: _words(
        "aftership_002 aftership_003 aftership_004 aftership_005 aftership_006"
        " invalid_number no_info tracker_error unknown"
    ),
    Status.INFO_RECEIVED: _words(
        "awaiting_information label_created label_printed label_purchased"
        " pickup_assigned pickup_collecting_fee pickup_delayed"
        " pickup_delayed_reported pickup_failed pickup_failed_reported"
        " pickup_waiting received status_update"
    ),
    Status.PICKED_UP: _words("accepted collected courier_reported received_at_origin"),
    Status.IN_TRANSIT: _words(
        "address_corrected aftership_010 aftership_011 aftership_012 aftership_013"
        " arrived_at_destination arrived_at_facility arrived_destination_country"
        " at_delivery_depot bag_received bagged customs_info_required"
        " customs_released customs_started delivery_rescheduled delivery_scheduled"
        " departed_facility departed_origin_country departed_origin_facility"
        " dispatch_received dispatched handed_to_partner_carrier moving on_vehicle"
        " problem_resolved processed processing redirected vehicle_arrived"
        " waybill_edited"
    ),
    Status.OUT_FOR_DELIVERY: _words(
        "appointment_scheduled collecting_cod customer_contacted redelivery"
        " redelivery_requested with_courier"
    ),
    Status.AVAILABLE_FOR_PICKUP: _words("ready ready_recipient"),
    Status.ATTEMPT_FAILED: _words(
        "assignment_cancelled bad_address business_closed courier_reported generic"
        " location_inaccessible notice_left postponed postponed_reported"
        " recipient_unavailable refused reschedule_needed security_or_fee"
    ),
    Status.EXCEPTION: _words(
        "aftership_014 aftership_015 bad_address buyer_action_required compensated"
        " contact_carrier customer_moved damaged delayed delayed_customs"
        " delayed_external delayed_flight delayed_processing delayed_weather"
        " delivery disposed documents_missing generic held held_for_payment lost"
        " misrouted no_recipient pickup_missed refused rejected_by_carrier"
        " security_or_fee transit undeliverable"
    ),
    Status.DELIVERED: _words(
        "cod_collected cod_settled collected_by_customer courier_reported delivered"
        " signed to_neighbor"
    ),
    Status.RETURNING: _words(
        "approved attempt_failed awaiting_approval in_transit out_for_return"
        " processing to_sender unclaimed"
    ),
    Status.RETURNED: _words("settled to_sender"),
    Status.CANCELLED: _words("by_carrier intake_voided recall_requested shipment"),
    Status.EXPIRED: _words("no_updates"),
    Status.UNKNOWN: frozenset(),
}

# Who caused it: the axis is karrio's, in six groups (carrier, retailer, consignee,
# customs, nature, authority).
CAUSES: frozenset[str] = _words(
    "carrier_damaged_parcel carrier_sorting_error carrier_address_not_found"
    " carrier_parcel_lost carrier_not_enough_time carrier_vehicle_issue"
    " carrier_capacity_exceeded carrier_mechanical_delay"
    " retailer_cancelled retailer_incorrect_data retailer_not_ready"
    " retailer_incorrect_parcel retailer_incorrect_dimensions"
    " retailer_packaging_issue"
    " consignee_refused consignee_business_closed consignee_not_available"
    " consignee_not_home consignee_cancelled consignee_verification_failed"
    " consignee_incorrect_address consignee_access_restricted"
    " consignee_safe_place_unavailable"
    " customs_delay customs_documentation customs_duties_unpaid customs_prohibited"
    " customs_inspection"
    " weather_delay natural_disaster force_majeure"
    " parcel_being_researched security_issue regulatory_hold unknown"
)

UNKNOWN = Meaning(Status.UNKNOWN)


# A shop's word that a shipment is not to be.
CALLED_OFF = Meaning(Status.CANCELLED, cause="retailer_cancelled")

# One exception ends a parcel's life: nothing follows "lost" or "disposed".
ENDED_BADLY: frozenset[tuple[Status, str | None]] = frozenset(
    {(Status.EXCEPTION, "lost"), (Status.EXCEPTION, "disposed")}
)
# Nor does a parcel come that its carrier has paid for.
WILL_NOT_COME = ENDED_BADLY | {(Status.EXCEPTION, "compensated")}
