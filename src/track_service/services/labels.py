"""Labels: a scan's meaning in a few words, for the timeline."""

from collections.abc import Mapping

from track_service.core.status import Meaning, Status
from track_service.templating.voice import N_

_S = Status
_LABELS: Mapping[Status, str] = {
    _S.PREPARING: N_("Being prepared"),
    _S.PENDING: N_("Waiting for the first scan"),
    _S.INFO_RECEIVED: N_("Shipment announced to the carrier"),
    _S.PICKED_UP: N_("Handed over to the carrier"),
    _S.IN_TRANSIT: N_("On the way"),
    _S.OUT_FOR_DELIVERY: N_("Out for delivery"),
    _S.AVAILABLE_FOR_PICKUP: N_("Ready for pick-up"),
    _S.ATTEMPT_FAILED: N_("Delivery attempt failed"),
    _S.EXCEPTION: N_("Problem on the way"),
    _S.DELIVERED: N_("Delivered"),
    _S.RETURNING: N_("On the way back"),
    _S.RETURNED: N_("Returned to the sender"),
    _S.CANCELLED: N_("Shipment cancelled"),
    _S.EXPIRED: N_("No more news from the carrier"),
}
_COLLECTION_LATE = N_("Collection from the shop delayed")
_COLLECTION_FAILED = N_("Collection from the shop failed")
_REFINED: Mapping[tuple[Status, str], str] = {
    (_S.PREPARING, "confirmed"): N_("Order confirmed"),
    (_S.PREPARING, "packed"): N_("Packed"),
    (_S.INFO_RECEIVED, "label_created"): N_("Label made"),
    (_S.INFO_RECEIVED, "label_printed"): N_("Label made"),
    (_S.INFO_RECEIVED, "label_purchased"): N_("Label made"),
    (_S.INFO_RECEIVED, "pickup_assigned"): N_("Courier assigned for the collection"),
    (_S.INFO_RECEIVED, "pickup_waiting"): N_("Waiting for the collection"),
    (_S.INFO_RECEIVED, "pickup_delayed"): _COLLECTION_LATE,
    (_S.INFO_RECEIVED, "pickup_delayed_reported"): _COLLECTION_LATE,
    (_S.INFO_RECEIVED, "pickup_failed"): _COLLECTION_FAILED,
    (_S.INFO_RECEIVED, "pickup_failed_reported"): _COLLECTION_FAILED,
    (_S.PICKED_UP, "received_at_origin"): N_("Received at the origin depot"),
    (_S.IN_TRANSIT, "address_corrected"): N_("Address corrected"),
    (_S.IN_TRANSIT, "arrived_at_destination"): N_("Arrived in the delivery area"),
    (_S.IN_TRANSIT, "arrived_at_facility"): N_("Arrived at a sorting centre"),
    (_S.IN_TRANSIT, "arrived_destination_country"): N_(
        "Arrived in the destination country"
    ),
    (_S.IN_TRANSIT, "at_delivery_depot"): N_("At the delivery depot"),
    (_S.IN_TRANSIT, "bagged"): N_("Loaded for transport"),
    (_S.IN_TRANSIT, "on_vehicle"): N_("Loaded for transport"),
    (_S.IN_TRANSIT, "vehicle_arrived"): N_("Transport arrived"),
    (_S.IN_TRANSIT, "customs_info_required"): N_("Customs needs information"),
    (_S.IN_TRANSIT, "customs_released"): N_("Released by customs"),
    (_S.IN_TRANSIT, "customs_started"): N_("Handed to customs"),
    (_S.IN_TRANSIT, "delivery_rescheduled"): N_("Delivery moved to another time"),
    (_S.IN_TRANSIT, "delivery_scheduled"): N_("Delivery scheduled"),
    (_S.IN_TRANSIT, "departed_facility"): N_("Left a sorting centre"),
    (_S.IN_TRANSIT, "departed_origin_country"): N_("Left the country of origin"),
    (_S.IN_TRANSIT, "departed_origin_facility"): N_("Left the origin depot"),
    (_S.IN_TRANSIT, "dispatched"): N_("Sent on its way"),
    (_S.IN_TRANSIT, "handed_to_partner_carrier"): N_("Handed to a partner carrier"),
    (_S.IN_TRANSIT, "problem_resolved"): N_("Problem solved, travelling on"),
    (_S.IN_TRANSIT, "processed"): N_("Sorted"),
    (_S.IN_TRANSIT, "processing"): N_("Being sorted"),
    (_S.IN_TRANSIT, "redirected"): N_("Redirected"),
    (_S.OUT_FOR_DELIVERY, "appointment_scheduled"): N_("Delivery scheduled"),
    (_S.OUT_FOR_DELIVERY, "customer_contacted"): N_("Courier got in touch"),
    (_S.OUT_FOR_DELIVERY, "redelivery"): N_("Out for another delivery attempt"),
    (_S.OUT_FOR_DELIVERY, "redelivery_requested"): N_("New delivery requested"),
    (_S.ATTEMPT_FAILED, "bad_address"): N_("Address not found"),
    (_S.ATTEMPT_FAILED, "business_closed"): N_("Business closed"),
    (_S.ATTEMPT_FAILED, "location_inaccessible"): N_("No access to the address"),
    (_S.ATTEMPT_FAILED, "notice_left"): N_("Recipient missed, note left"),
    (_S.ATTEMPT_FAILED, "postponed"): N_("Delivery postponed"),
    (_S.ATTEMPT_FAILED, "postponed_reported"): N_("Delivery postponed"),
    (_S.ATTEMPT_FAILED, "recipient_unavailable"): N_("Recipient not reached"),
    (_S.ATTEMPT_FAILED, "refused"): N_("Parcel refused"),
    (_S.ATTEMPT_FAILED, "security_or_fee"): N_("Payment or check needed"),
    (_S.EXCEPTION, "bad_address"): N_("Address not found"),
    (_S.EXCEPTION, "buyer_action_required"): N_("The recipient has to act"),
    (_S.EXCEPTION, "compensated"): N_("Closed with a compensation"),
    (_S.EXCEPTION, "contact_carrier"): N_("The recipient has to contact the carrier"),
    (_S.EXCEPTION, "customer_moved"): N_("Recipient has moved"),
    (_S.EXCEPTION, "damaged"): N_("Damaged"),
    (_S.EXCEPTION, "delayed"): N_("Delayed"),
    (_S.EXCEPTION, "delayed_customs"): N_("Delayed in customs"),
    (_S.EXCEPTION, "delayed_external"): N_("Delayed"),
    (_S.EXCEPTION, "delayed_flight"): N_("Flight delayed"),
    (_S.EXCEPTION, "delayed_processing"): N_("Delayed"),
    (_S.EXCEPTION, "delayed_weather"): N_("Delayed by the weather"),
    (_S.EXCEPTION, "disposed"): N_("Disposed of"),
    (_S.EXCEPTION, "documents_missing"): N_("Documents missing"),
    (_S.EXCEPTION, "held"): N_("Held"),
    (_S.EXCEPTION, "held_for_payment"): N_("Held for a payment"),
    (_S.EXCEPTION, "lost"): N_("Lost"),
    (_S.EXCEPTION, "misrouted"): N_("Sent to a wrong place"),
    (_S.EXCEPTION, "no_recipient"): N_("Recipient not found"),
    (_S.EXCEPTION, "pickup_missed"): N_("Not collected in time"),
    (_S.EXCEPTION, "refused"): N_("Parcel refused"),
    (_S.EXCEPTION, "rejected_by_carrier"): N_("Not accepted by the carrier"),
    (_S.EXCEPTION, "security_or_fee"): N_("Payment or check needed"),
    (_S.EXCEPTION, "undeliverable"): N_("Cannot be delivered"),
    (_S.DELIVERED, "cod_collected"): N_("Payment collected"),
    (_S.DELIVERED, "cod_settled"): N_("Payment passed on to the shop"),
    (_S.DELIVERED, "collected_by_customer"): N_("Collected"),
    (_S.DELIVERED, "courier_reported"): N_("Delivered, as the courier reports"),
    (_S.DELIVERED, "signed"): N_("Delivered and signed for"),
    (_S.DELIVERED, "to_neighbor"): N_("Left with a neighbour"),
    (_S.RETURNING, "approved"): N_("Return approved"),
    (_S.RETURNING, "attempt_failed"): N_("Return attempt failed"),
    (_S.RETURNING, "awaiting_approval"): N_("Return waits for approval"),
    (_S.RETURNING, "out_for_return"): N_("Out for return to the sender"),
    (_S.RETURNING, "unclaimed"): N_("Not collected, going back"),
    (_S.CANCELLED, "recall_requested"): N_("Called back by the shop"),
}


def label(meaning: Meaning) -> str | None:
    """Return the message id for a scan's meaning, None where we do not know it."""
    refined = _REFINED.get((meaning.status, meaning.sub or ""))
    return refined or _LABELS.get(meaning.status)


def labelled_conditions() -> frozenset[tuple[Status, str]]:
    """Return the refinements that have a label of their own."""
    return frozenset(_REFINED)
