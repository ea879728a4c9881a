"""Wording of alerts that no scan words: what stands still, waits, or is foreseen."""

from collections.abc import Mapping

from track_service.core.judgement import ConcernKind
from track_service.services.tone import BAD, CARE, Wording
from track_service.services.wording_late import NO_NEWS
from track_service.services.wording_troubles import ASK_BRAND
from track_service.templating.voice import N_

_WATCHED = N_("We keep watching it and show every new scan on its page.")
_SORRY_WAIT = N_("We are sorry that you have to wait.")
_SORRY_TROUBLE = N_("We are sorry for the trouble.")

WORDED: Mapping[ConcernKind, Wording] = {
    ConcernKind.LATE: Wording(
        CARE, N_("Your parcel is later than we promised."), _WATCHED
    ),
    ConcernKind.AT_RISK: Wording(
        CARE, N_("Your parcel may arrive later than we promised."), _WATCHED
    ),
    ConcernKind.STALLED: Wording(
        CARE, N_("Your parcel has not moved for some days."), NO_NEWS
    ),
    ConcernKind.NOT_COLLECTED: Wording(
        CARE,
        N_("{carrier} has not received your parcel yet."),
        N_("{brand} can tell you when it was, or will be, handed over."),
    ),
    ConcernKind.PROBABLY_LOST: Wording(
        BAD,
        N_("Nothing has been heard of your parcel for far too long."),
        N_("We fear that it is lost. Ask {brand} about a replacement or a refund."),
        ASK_BRAND,
    ),
}
SUBJECTS: Mapping[str, str] = {
    ConcernKind.LATE: N_("Your order {order} is late"),
    ConcernKind.DELAYED: N_("Your order {order} will arrive later"),
    ConcernKind.EXCEPTION: N_("A problem with the parcel of your order {order}"),
    ConcernKind.ATTEMPT_FAILED: N_("We could not deliver your order {order}"),
    ConcernKind.ON_HOLD: N_("The parcel of your order {order} is on hold"),
    ConcernKind.RETURNING: N_("Your order {order} is on its way back"),
    ConcernKind.PICKUP_WAITING: N_("Your order {order} waits to be collected"),
    ConcernKind.STALLED: N_("Your order {order} has not moved for some days"),
    ConcernKind.NOT_COLLECTED: N_("Your order {order} is not on its way yet"),
    ConcernKind.PROBABLY_LOST: N_("We are worried about your order {order}"),
    ConcernKind.AT_RISK: N_("Your order {order} may arrive later"),
}
APOLOGIES: Mapping[str, str] = {
    ConcernKind.LATE: _SORRY_WAIT,
    ConcernKind.DELAYED: _SORRY_WAIT,
    ConcernKind.EXCEPTION: _SORRY_TROUBLE,
    ConcernKind.ATTEMPT_FAILED: N_("We are sorry that it did not work out."),
    ConcernKind.ON_HOLD: _SORRY_TROUBLE,
    ConcernKind.RETURNING: _SORRY_TROUBLE,
    ConcernKind.PICKUP_WAITING: N_("If nobody collects it, it goes back."),
    ConcernKind.STALLED: _SORRY_WAIT,
    ConcernKind.NOT_COLLECTED: _SORRY_WAIT,
    ConcernKind.PROBABLY_LOST: _SORRY_TROUBLE,
    ConcernKind.AT_RISK: _SORRY_WAIT,
}
LABELS: Mapping[ConcernKind, str] = {
    ConcernKind.LATE: N_("Late"),
    ConcernKind.DELAYED: N_("Delayed"),
    ConcernKind.EXCEPTION: N_("Problem"),
    ConcernKind.ATTEMPT_FAILED: N_("Attempt failed"),
    ConcernKind.ON_HOLD: N_("On hold"),
    ConcernKind.RETURNING: N_("On the way back"),
    ConcernKind.PICKUP_WAITING: N_("Waits at a pick-up point"),
    ConcernKind.STALLED: N_("Stalled"),
    ConcernKind.NOT_COLLECTED: N_("Label without pick-up"),
    ConcernKind.PROBABLY_LOST: N_("Probably lost"),
    ConcernKind.AT_RISK: N_("At risk"),
}
