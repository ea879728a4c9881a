"""Wording of a return parcel, which its shopper sends and its shop awaits."""

from collections.abc import Mapping

from track_service.core.status import Meaning, Status
from track_service.services.tone import BAD, CARE, DONE, END, MOVE, WAIT, Wording
from track_service.templating.voice import N_

SUBJECT = N_("{brand} has your return of order {order}")
THANKS = N_("Thank you for sending it back.")
LABELS: Mapping[Status, str] = {
    Status.OUT_FOR_DELIVERY: N_("On its way to the shop's door"),
    Status.DELIVERED: N_("Handed to the shop"),
    Status.RETURNED: N_("Handed to the shop"),
}
_ASK = N_("If you have the receipt of handing it in, keep it. {brand} can help you.")
_ANNOUNCED = Wording(
    WAIT,
    N_("Your return is announced."),
    N_("Once {carrier} has it, you can follow it here on its way to {brand}."),
    N_("If you have not done so yet, hand the parcel in."),
)
_ON_THE_WAY = Wording(
    MOVE,
    N_("Your return is on its way to {brand}."),
    N_("We tell you when {brand} has it. There is nothing you need to do."),
)
_BY_STATUS: Mapping[Status, Wording] = {
    Status.RETURNED: Wording(
        DONE,
        N_("{brand} has your return."),
        N_("Next, {brand} looks at it and gets in touch about what comes next."),
    ),
    Status.EXCEPTION: Wording(
        CARE, N_("Your return is held up on its way to {brand}."), _ASK
    ),
    Status.CANCELLED: Wording(
        END,
        N_("This return is cancelled."),
        N_("If you did not expect that, ask {brand}."),
    ),
    Status.EXPIRED: Wording(
        CARE, N_("{carrier} has no more news of your return."), _ASK
    ),
}
_LOST = Wording(BAD, N_("Your return seems to be lost."), _ASK)


def return_wording(meaning: Meaning) -> Wording:
    """Return the wording of a return parcel's condition."""
    if (meaning.status, meaning.sub) == (Status.EXCEPTION, "lost"):
        return _LOST
    if meaning.status.before_hand_over:
        return _ANNOUNCED
    return _BY_STATUS.get(meaning.status, _ON_THE_WAY)
