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
_REFINED: Mapping[Meaning, str] = {
    Meaning(_S.PREPARING, "confirmed"): N_("Order confirmed"),
    Meaning(_S.PREPARING, "packed"): N_("Packed"),
    Meaning(_S.INFO_RECEIVED, "label_created"): N_("Label made"),
    Meaning(_S.INFO_RECEIVED, "label_printed"): N_("Label made"),
    Meaning(_S.INFO_RECEIVED, "label_purchased"): N_("Label made"),
    Meaning(_S.INFO_RECEIVED, "pickup_assigned"): N_(
        "Courier assigned for the collection"
    ),
    Meaning(_S.INFO_RECEIVED, "pickup_waiting"): N_("Waiting for the collection"),
    Meaning(_S.INFO_RECEIVED, "pickup_delayed"): _COLLECTION_LATE,
    Meaning(_S.INFO_RECEIVED, "pickup_delayed_reported"): _COLLECTION_LATE,
    Meaning(_S.INFO_RECEIVED, "pickup_failed"): _COLLECTION_FAILED,
    Meaning(_S.INFO_RECEIVED, "pickup_failed_reported"): _COLLECTION_FAILED,
    Meaning(_S.PICKED_UP, "received_at_origin"): N_("Received at the origin depot"),
    Meaning(_S.IN_TRANSIT, "address_corrected"): N_("Address corrected"),
    Meaning(_S.IN_TRANSIT, "arrived_at_destination"): N_(
        "Arrived in the delivery area"
    ),
    Meaning(_S.IN_TRANSIT, "arrived_at_facility"): N_("Arrived at a sorting centre"),
    Meaning(_S.IN_TRANSIT, "arrived_destination_country"): N_(
        "Arrived in the destination country"
    ),
    Meaning(_S.IN_TRANSIT, "at_delivery_depot"): N_("At the delivery depot"),
    Meaning(_S.IN_TRANSIT, "bagged"): N_("Loaded for transport"),
    Meaning(_S.IN_TRANSIT, "on_vehicle"): N_("Loaded for transport"),
    Meaning(_S.IN_TRANSIT, "vehicle_arrived"): N_("Transport arrived"),
    Meaning(_S.IN_TRANSIT, "customs_info_required"): N_("Customs needs information"),
    Meaning(_S.IN_TRANSIT, "customs_released"): N_("Released by customs"),
    Meaning(_S.IN_TRANSIT, "customs_started"): N_("Handed to customs"),
    Meaning(_S.IN_TRANSIT, "delivery_rescheduled"): N_(
        "Delivery moved to another time"
    ),
    Meaning(_S.IN_TRANSIT, "delivery_scheduled"): N_("Delivery scheduled"),
    Meaning(_S.IN_TRANSIT, "departed_facility"): N_("Left a sorting centre"),
    Meaning(_S.IN_TRANSIT, "departed_origin_country"): N_("Left the country of origin"),
    Meaning(_S.IN_TRANSIT, "departed_origin_facility"): N_("Left the origin depot"),
    Meaning(_S.IN_TRANSIT, "dispatched"): N_("Sent on its way"),
    Meaning(_S.IN_TRANSIT, "handed_to_partner_carrier"): N_(
        "Handed to a partner carrier"
    ),
    Meaning(_S.IN_TRANSIT, "problem_resolved"): N_("Problem solved, travelling on"),
    Meaning(_S.IN_TRANSIT, "processed"): N_("Sorted"),
    Meaning(_S.IN_TRANSIT, "processing"): N_("Being sorted"),
    Meaning(_S.IN_TRANSIT, "redirected"): N_("Redirected"),
    Meaning(_S.OUT_FOR_DELIVERY, "appointment_scheduled"): N_("Delivery scheduled"),
    Meaning(_S.OUT_FOR_DELIVERY, "customer_contacted"): N_("Courier got in touch"),
    Meaning(_S.OUT_FOR_DELIVERY, "redelivery"): N_("Out for another delivery attempt"),
    Meaning(_S.OUT_FOR_DELIVERY, "redelivery_requested"): N_("New delivery requested"),
    Meaning(_S.ATTEMPT_FAILED, "bad_address"): N_("Address not found"),
    Meaning(_S.ATTEMPT_FAILED, "business_closed"): N_("Business closed"),
    Meaning(_S.ATTEMPT_FAILED, "location_inaccessible"): N_("No access to the address"),
    Meaning(_S.ATTEMPT_FAILED, "notice_left"): N_("Recipient missed, note left"),
    Meaning(_S.ATTEMPT_FAILED, "postponed"): N_("Delivery postponed"),
    Meaning(_S.ATTEMPT_FAILED, "postponed_reported"): N_("Delivery postponed"),
    Meaning(_S.ATTEMPT_FAILED, "recipient_unavailable"): N_("Recipient not reached"),
    Meaning(_S.ATTEMPT_FAILED, "refused"): N_("Parcel refused"),
    Meaning(_S.ATTEMPT_FAILED, "security_or_fee"): N_("Payment or check needed"),
    Meaning(_S.EXCEPTION, "bad_address"): N_("Address not found"),
    Meaning(_S.EXCEPTION, "buyer_action_required"): N_("The recipient has to act"),
    Meaning(_S.EXCEPTION, "compensated"): N_("Closed with a compensation"),
    Meaning(_S.EXCEPTION, "contact_carrier"): N_(
        "The recipient has to contact the carrier"
    ),
    Meaning(_S.EXCEPTION, "customer_moved"): N_("Recipient has moved"),
    Meaning(_S.EXCEPTION, "damaged"): N_("Damaged"),
    Meaning(_S.EXCEPTION, "delayed"): N_("Delayed"),
    Meaning(_S.EXCEPTION, "delayed_customs"): N_("Delayed in customs"),
    Meaning(_S.EXCEPTION, "delayed_external"): N_("Delayed"),
    Meaning(_S.EXCEPTION, "delayed_flight"): N_("Flight delayed"),
    Meaning(_S.EXCEPTION, "delayed_processing"): N_("Delayed"),
    Meaning(_S.EXCEPTION, "delayed_weather"): N_("Delayed by the weather"),
    Meaning(_S.EXCEPTION, "disposed"): N_("Disposed of"),
    Meaning(_S.EXCEPTION, "documents_missing"): N_("Documents missing"),
    Meaning(_S.EXCEPTION, "held"): N_("Held"),
    Meaning(_S.EXCEPTION, "held_for_payment"): N_("Held for a payment"),
    Meaning(_S.EXCEPTION, "lost"): N_("Lost"),
    Meaning(_S.EXCEPTION, "misrouted"): N_("Sent to a wrong place"),
    Meaning(_S.EXCEPTION, "no_recipient"): N_("Recipient not found"),
    Meaning(_S.EXCEPTION, "pickup_missed"): N_("Not collected in time"),
    Meaning(_S.EXCEPTION, "refused"): N_("Parcel refused"),
    Meaning(_S.EXCEPTION, "rejected_by_carrier"): N_("Not accepted by the carrier"),
    Meaning(_S.EXCEPTION, "security_or_fee"): N_("Payment or check needed"),
    Meaning(_S.EXCEPTION, "undeliverable"): N_("Cannot be delivered"),
    Meaning(_S.DELIVERED, "cod_collected"): N_("Payment collected"),
    Meaning(_S.DELIVERED, "collected_by_customer"): N_("Collected"),
    Meaning(_S.DELIVERED, "courier_reported"): N_("Delivered, as the courier reports"),
    Meaning(_S.DELIVERED, "signed"): N_("Delivered and signed for"),
    Meaning(_S.DELIVERED, "to_neighbor"): N_("Left with a neighbour"),
    Meaning(_S.RETURNING, "approved"): N_("Return approved"),
    Meaning(_S.RETURNING, "attempt_failed"): N_("Return attempt failed"),
    Meaning(_S.RETURNING, "awaiting_approval"): N_("Return waits for approval"),
    Meaning(_S.RETURNING, "out_for_return"): N_("Out for return to the sender"),
    Meaning(_S.RETURNING, "unclaimed"): N_("Not collected, going back"),
    Meaning(_S.CANCELLED, "recall_requested"): N_("Called back by the shop"),
}


def label(meaning: Meaning) -> str | None:
    """Return the message id for a scan's meaning, None where we do not know it."""
    refined = _REFINED.get(Meaning(meaning.status, meaning.sub))
    return refined or _LABELS.get(meaning.status)
