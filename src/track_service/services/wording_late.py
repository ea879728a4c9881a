"""Wording of parcels that are late or stand still, though no scan says so."""

from track_service.core.judgement import MotionState, PromiseState
from track_service.core.parcel import Shipment
from track_service.core.status import Status
from track_service.services.tone import CARE, Tone, Wording
from track_service.templating.voice import N_

_WE_ASK = N_(
    "We keep asking {carrier} and show every new scan here. If it takes too long,"
    " {brand} is there for you."
)
NO_NEWS = N_(
    "{carrier} has reported nothing new, and we keep asking. If you are worried or"
    " cannot wait, contact {brand}."
)
_NOT_HANDED_OVER = Wording(
    CARE,
    N_("Your parcel is late: {carrier} does not have it yet."),
    N_("{brand} can tell you when it was, or will be, handed over."),
)
_LATE = Wording(
    CARE,
    N_("Your parcel is late, but on the way."),
    _WE_ASK,
)
_WILL_BE_LATE = Wording(
    CARE,
    N_("Your parcel is on the way, but will be late."),
    _WE_ASK,
)
_STILL = Wording(
    CARE,
    N_("Your parcel has not moved since {since}."),
    NO_NEWS,
)
_LATE_AND_STILL = Wording(
    CARE,
    N_("Your parcel is late and has not moved since {since}."),
    NO_NEWS,
)
_NEVER_MOVED = Wording(
    CARE,
    N_("{carrier} has not received your parcel yet."),
    N_(
        "It was announced on {since}, and nothing has happened since. {brand} can tell"
        " you whether it has been sent."
    ),
)
_ON_THE_ROAD = {Status.PICKED_UP, Status.IN_TRANSIT}


def waiting(
    shipment: Shipment, worded: Wording, *, promise: PromiseState, is_late: bool
) -> Wording:
    """Return the wording of a parcel whose carrier sees no trouble, but whose shopper may.

    `is_late` tells that it is, or that its carrier's own date lies after the promise.
    `{since}` is the day of the last scan. A wording that is no calm one already says what is wrong.
    """
    if worded.tone not in {Tone.WAITING, Tone.MOVING}:
        return worded
    status, late = shipment.meaning.status, promise is PromiseState.LATE
    dated = bool(shipment.events) and shipment.events[-1].stamp is not None
    still = dated and shipment.motion_state == MotionState.STALLED
    if status in _ON_THE_ROAD:
        if still:
            return _LATE_AND_STILL if late else _STILL
        return _LATE if late else _WILL_BE_LATE if is_late else worded
    if status.before_hand_over:
        if late:
            return _NOT_HANDED_OVER
        if still:
            return _NEVER_MOVED
    return worded
