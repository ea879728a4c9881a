"""Wording: what a parcel's condition means to its shopper, and what to do about it.

One table, a line a condition; the sub-status refines its status where that changes
what a shopper wants to know. Placeholders: `{carrier}`, `{brand}`. Nothing here
promises what a carrier may not do.
"""

from collections.abc import Mapping

from track_service.core.status import Meaning, Status
from track_service.services.tone import BAD, CARE, DONE, END, MOVE, WAIT, Wording
from track_service.services.wording_troubles import (
    ASK_BRAND,
    ASK_CARRIER,
    BE_REACHABLE,
    TROUBLES,
    TRY_AGAIN,
    WE_CARE,
)
from track_service.templating.voice import N_

NOT_FOUND = Wording(
    WAIT,
    N_("{carrier} does not know this parcel yet."),
    N_("That is normal until the first scan. We keep asking."),
)

IN_ITS_WORDS = Wording(
    WAIT,
    N_("{carrier} has news of your parcel."),
    N_("We cannot put it in our words, so you find it below in the carrier's own."),
)

BY_ITS_SHOP = Wording(
    END,
    N_("{brand} has cancelled this shipment."),
    N_(
        "What is still to come is sent in another parcel. If you did not expect that,"
        " ask {brand}."
    ),
)

_BY_STATUS: Mapping[Status, Wording] = {
    Status.UNKNOWN: Wording(
        WAIT,
        N_("We are waiting for the first scan."),
        N_("{carrier} has not reported this parcel yet. We keep asking."),
    ),
    Status.PENDING: Wording(
        WAIT,
        N_("We are waiting for the first scan."),
        N_("{carrier} has not reported this parcel yet. We keep asking."),
    ),
    Status.PREPARING: Wording(
        WAIT,
        N_("{brand} is preparing your parcel."),
        N_("Once {carrier} has it, you can follow its way here."),
    ),
    Status.INFO_RECEIVED: Wording(
        WAIT,
        N_("{carrier} is expecting your parcel."),
        N_("Its label is made. Next, {carrier} takes over the parcel."),
    ),
    Status.PICKED_UP: Wording(
        MOVE,
        N_("{carrier} has your parcel."),
        N_("Next, it travels through the sorting centres to your area."),
    ),
    Status.IN_TRANSIT: Wording(
        MOVE,
        N_("Your parcel is on the way."),
        N_("Next, it goes to the depot near you and from there to a courier."),
    ),
    Status.OUT_FOR_DELIVERY: Wording(
        MOVE,
        N_("Your parcel is out for delivery."),
        N_("The courier is on the way with it."),
        BE_REACHABLE,
    ),
    Status.AVAILABLE_FOR_PICKUP: Wording(
        CARE,
        N_("Your parcel is ready for pick-up."),
        N_("It waits at the pick-up point, for a limited time only."),
        N_("Collect it, and bring your tracking number and an identity document."),
    ),
    Status.ATTEMPT_FAILED: Wording(
        CARE,
        N_("The courier could not deliver your parcel."),
        TRY_AGAIN,
        BE_REACHABLE,
    ),
    Status.EXCEPTION: Wording(BAD, N_("There is a problem with your parcel."), WE_CARE),
    Status.DELIVERED: Wording(
        DONE,
        N_("Your parcel has been delivered."),
        N_("Enjoy it. If anything is wrong or missing, tell {brand}."),
    ),
    Status.RETURNING: Wording(
        BAD,
        N_("Your parcel is going back to {brand}."),
        N_("Once it has arrived, {brand} gets in touch about what comes next."),
        N_("If you still want it, contact {brand} now."),
    ),
    Status.RETURNED: Wording(
        END,
        N_("Your parcel is back at {brand}."),
        N_("If you have not heard from {brand} about a new delivery or a refund, ask."),
    ),
    Status.CANCELLED: Wording(
        END,
        N_("This shipment is cancelled."),
        N_("If you did not expect that, ask {brand}."),
    ),
    Status.EXPIRED: Wording(
        END,
        N_("{carrier} has stopped reporting on this parcel."),
        N_("If it has not reached you, tell {brand}."),
    ),
}

_BY_SUB: Mapping[Meaning, Wording] = {
    **TROUBLES,
    Meaning(Status.PENDING, "invalid_number"): Wording(
        BAD,
        N_("{carrier} does not accept this tracking number."),
        N_("{brand} has to correct it."),
        ASK_BRAND,
    ),
    Meaning(Status.PREPARING, "confirmed"): Wording(
        WAIT,
        N_("Your order is confirmed."),
        N_("Next, {brand} packs it and hands it to {carrier}."),
    ),
    Meaning(Status.PREPARING, "packed"): Wording(
        WAIT,
        N_("Your parcel is packed."),
        N_("Next, {carrier} takes over the parcel."),
    ),
    **dict.fromkeys(
        [
            Meaning(Status.INFO_RECEIVED, sub)
            for sub in (
                "pickup_delayed",
                "pickup_delayed_reported",
                "pickup_failed",
                "pickup_failed_reported",
            )
        ],
        Wording(
            CARE,
            N_("{carrier} has not collected your parcel from {brand} yet."),
            N_("A new collection is due."),
        ),
    ),
    **dict.fromkeys(
        [
            Meaning(Status.IN_TRANSIT, "arrived_at_destination"),
            Meaning(Status.IN_TRANSIT, "at_delivery_depot"),
        ],
        Wording(
            MOVE,
            N_("Your parcel has reached your area."),
            N_("Next, a courier brings it to you."),
        ),
    ),
    Meaning(Status.IN_TRANSIT, "customs_started"): Wording(
        MOVE,
        N_("Your parcel is in customs."),
        N_("Once customs releases it, it continues its way."),
    ),
    Meaning(Status.IN_TRANSIT, "customs_released"): Wording(
        MOVE,
        N_("Your parcel has cleared customs."),
        N_("Next, it travels to the depot near you."),
    ),
    Meaning(Status.IN_TRANSIT, "customs_info_required"): Wording(
        CARE,
        N_("Customs needs information about your parcel."),
        N_("It waits until customs has what it needs."),
        ASK_CARRIER,
    ),
    Meaning(Status.IN_TRANSIT, "arrived_destination_country"): Wording(
        MOVE,
        N_("Your parcel has arrived in your country."),
        N_("Next, it passes customs and travels to the depot near you."),
    ),
    **dict.fromkeys(
        [
            Meaning(Status.IN_TRANSIT, "delivery_scheduled"),
            Meaning(Status.IN_TRANSIT, "delivery_rescheduled"),
            Meaning(Status.OUT_FOR_DELIVERY, "appointment_scheduled"),
        ],
        Wording(
            MOVE,
            N_("Your delivery is scheduled."),
            N_("The courier comes at the agreed time."),
            BE_REACHABLE,
        ),
    ),
    **dict.fromkeys(
        [
            Meaning(Status.OUT_FOR_DELIVERY, "redelivery"),
            Meaning(Status.OUT_FOR_DELIVERY, "redelivery_requested"),
        ],
        Wording(
            MOVE,
            N_("The courier is trying again to deliver your parcel."),
            N_("The courier is on the way with it."),
            BE_REACHABLE,
        ),
    ),
    Meaning(Status.DELIVERED, "collected_by_customer"): Wording(
        DONE,
        N_("Your parcel has been collected."),
        N_("Enjoy it. If anything is wrong or missing, tell {brand}."),
    ),
    Meaning(Status.DELIVERED, "to_neighbor"): Wording(
        DONE,
        N_("Your parcel was left with a neighbour."),
        N_("If you cannot find it, tell {brand}."),
    ),
    Meaning(Status.DELIVERED, "courier_reported"): Wording(
        DONE,
        N_("The courier reports that your parcel has been delivered."),
        N_("If you cannot find it, tell {brand}."),
    ),
    Meaning(Status.RETURNING, "unclaimed"): Wording(
        BAD,
        N_("Nobody collected your parcel, so it is going back to {brand}."),
        N_("Once it has arrived, {brand} gets in touch about what comes next."),
        N_("If you still want it, contact {brand} now."),
    ),
    Meaning(Status.CANCELLED, "recall_requested"): Wording(
        END,
        N_("{brand} has called this parcel back."),
        N_("If you did not expect that, ask {brand}."),
    ),
}


def wording(meaning: Meaning) -> Wording:
    """Return a condition's wording: its sub-status's if it has one, else its status's."""
    refined = _BY_SUB.get(Meaning(meaning.status, meaning.sub))
    return refined or _BY_STATUS[meaning.status]
