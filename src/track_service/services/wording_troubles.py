"""Wording of what goes wrong: failed attempts and exceptions, and what to do about it."""

from collections.abc import Mapping

from track_service.core.status import Meaning, Status
from track_service.services.tone import BAD, CARE, Wording
from track_service.templating.voice import N_

ASK_BRAND = N_("Contact {brand}, so that we can put it right.")
ASK_CARRIER = N_("Contact {carrier} with your tracking number.")
BE_REACHABLE = N_("Be reachable: the courier may call.")
TRY_AGAIN = N_(
    "{carrier} usually tries again, or keeps the parcel for you at a pick-up point."
)
WE_CARE = N_("We are watching it. If it takes long, {brand} is there for you.")
_CHECK_ADDRESS = N_("Contact {brand} to check the delivery address.")
_AGREE_DAY = N_("Arrange a new delivery with {carrier}.")
_SORRY_CARE = N_("We are sorry. Ask {brand} about a replacement or a refund.")
_LATER = N_("It will take longer than planned.")
_PAY_SAFELY = N_(
    "Pay any charge to {carrier} directly. Do not follow payment links from messages"
    " that you did not expect."
)

TROUBLES: Mapping[Meaning, Wording] = {
    Meaning(Status.ATTEMPT_FAILED, "recipient_unavailable"): Wording(
        CARE,
        N_("The courier came, but could not reach you."),
        TRY_AGAIN,
        BE_REACHABLE,
    ),
    Meaning(Status.ATTEMPT_FAILED, "business_closed"): Wording(
        CARE, N_("The courier came, but the business was closed."), TRY_AGAIN
    ),
    Meaning(Status.ATTEMPT_FAILED, "location_inaccessible"): Wording(
        CARE, N_("The courier could not get to your door."), TRY_AGAIN
    ),
    Meaning(Status.ATTEMPT_FAILED, "notice_left"): Wording(
        CARE,
        N_("The courier missed you and left a note."),
        N_("The note says where your parcel is and what you can do."),
        N_("Follow the note, or arrange a new delivery with {carrier}."),
    ),
    Meaning(Status.ATTEMPT_FAILED, "bad_address"): Wording(
        CARE,
        N_("The courier could not find the address."),
        N_("The parcel waits until the address is clear."),
        _CHECK_ADDRESS,
    ),
    Meaning(Status.ATTEMPT_FAILED, "refused"): Wording(
        CARE,
        N_("The courier reports that the parcel was refused."),
        N_("Without an answer it goes back to {brand}."),
        N_("If you want it after all, contact {brand} now."),
    ),
    **dict.fromkeys(
        [
            Meaning(Status.ATTEMPT_FAILED, "postponed"),
            Meaning(Status.ATTEMPT_FAILED, "postponed_reported"),
        ],
        Wording(
            CARE,
            N_("The delivery was postponed."),
            N_("The courier should come on another day."),
        ),
    ),
    Meaning(Status.ATTEMPT_FAILED, "reschedule_needed"): Wording(
        CARE,
        N_("The courier could not deliver your parcel."),
        N_("The parcel waits until a new day is agreed."),
        _AGREE_DAY,
    ),
    **dict.fromkeys(
        [
            Meaning(Status.ATTEMPT_FAILED, "security_or_fee"),
            Meaning(Status.EXCEPTION, "security_or_fee"),
            Meaning(Status.EXCEPTION, "held_for_payment"),
        ],
        Wording(
            CARE,
            N_("Your parcel waits for a payment or a check."),
            _PAY_SAFELY,
            ASK_CARRIER,
        ),
    ),
    **dict.fromkeys(
        [
            Meaning(Status.EXCEPTION, sub)
            for sub in ("delayed", "delayed_external", "delayed_processing")
        ],
        Wording(CARE, N_("Your parcel is delayed."), _LATER),
    ),
    Meaning(Status.EXCEPTION, "delayed_weather"): Wording(
        CARE, N_("Bad weather is delaying your parcel."), _LATER
    ),
    Meaning(Status.EXCEPTION, "delayed_flight"): Wording(
        CARE, N_("A flight delay is holding up your parcel."), _LATER
    ),
    Meaning(Status.EXCEPTION, "delayed_customs"): Wording(
        CARE, N_("Customs is taking longer with your parcel."), _LATER
    ),
    Meaning(Status.EXCEPTION, "misrouted"): Wording(
        CARE,
        N_("Your parcel took a wrong turn."),
        N_("{carrier} is sending it on to the right place."),
    ),
    **dict.fromkeys(
        [
            Meaning(Status.EXCEPTION, "held"),
            Meaning(Status.EXCEPTION, "documents_missing"),
        ],
        Wording(BAD, N_("Your parcel is being held."), WE_CARE, ASK_BRAND),
    ),
    **dict.fromkeys(
        [
            Meaning(Status.EXCEPTION, "buyer_action_required"),
            Meaning(Status.EXCEPTION, "contact_carrier"),
            Meaning(Status.EXCEPTION, "pickup_missed"),
        ],
        Wording(
            BAD,
            N_("Your parcel is waiting for you to act."),
            N_("Without an answer it goes back to {brand}."),
            ASK_CARRIER,
        ),
    ),
    **dict.fromkeys(
        [
            Meaning(Status.EXCEPTION, sub)
            for sub in ("bad_address", "customer_moved", "no_recipient")
        ],
        Wording(
            BAD,
            N_("{carrier} cannot find the recipient."),
            N_("The parcel waits until the address is clear."),
            _CHECK_ADDRESS,
        ),
    ),
    Meaning(Status.EXCEPTION, "refused"): Wording(
        BAD,
        N_("The courier reports that the parcel was refused."),
        N_("Without an answer it goes back to {brand}."),
        N_("If you want it after all, contact {brand} now."),
    ),
    **dict.fromkeys(
        [
            Meaning(Status.EXCEPTION, "undeliverable"),
            Meaning(Status.EXCEPTION, "rejected_by_carrier"),
        ],
        Wording(BAD, N_("{carrier} cannot deliver your parcel."), WE_CARE, ASK_BRAND),
    ),
    Meaning(Status.EXCEPTION, "damaged"): Wording(
        BAD, N_("Your parcel was damaged on the way."), _SORRY_CARE, ASK_BRAND
    ),
    Meaning(Status.EXCEPTION, "lost"): Wording(
        BAD, N_("{carrier} has lost your parcel."), _SORRY_CARE, ASK_BRAND
    ),
    Meaning(Status.EXCEPTION, "disposed"): Wording(
        BAD, N_("{carrier} has disposed of your parcel."), _SORRY_CARE, ASK_BRAND
    ),
    Meaning(Status.EXCEPTION, "compensated"): Wording(
        BAD,
        N_("{carrier} has closed this parcel with a compensation."),
        _SORRY_CARE,
        ASK_BRAND,
    ),
}
