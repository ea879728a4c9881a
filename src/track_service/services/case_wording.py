"""What a shopper reads of what they reported: choices, what happens next, the end."""

from collections.abc import Mapping

from track_service.core.cases import CaseKind, Outcome
from track_service.templating.voice import N_

LABELS: Mapping[CaseKind, str] = {
    CaseKind.NOT_RECEIVED: N_("It has not arrived"),
    CaseKind.DAMAGED: N_("It arrived damaged"),
    CaseKind.ITEM_MISSING: N_("Something is missing"),
    CaseKind.NOBODY_CAME: N_("Nobody came or called"),
    CaseKind.WRONG_ADDRESS: N_("The address is wrong"),
    CaseKind.REDELIVER: N_("A new delivery"),
    CaseKind.UNHAPPY: N_("You were not happy with the delivery"),
}
NOT_RECEIVED_THOUGH_DELIVERED = N_("It says delivered, but I do not have it")

NEXT: Mapping[CaseKind, str] = {
    CaseKind.NOT_RECEIVED: N_(
        "We ask {carrier} where your parcel is and who took it. Meanwhile please look at"
        " your door and ask at home and next door."
    ),
    CaseKind.DAMAGED: N_(
        "We look at what you told us. Please keep the parcel and its packing until then."
    ),
    CaseKind.ITEM_MISSING: N_(
        "We check what was packed. If it was left out, we put it right."
    ),
    CaseKind.NOBODY_CAME: N_(
        "We ask {carrier} why nobody came, and see to it that they come again."
    ),
    CaseKind.WRONG_ADDRESS: N_(
        "We check the address with {carrier} before anybody sets out again."
    ),
    CaseKind.REDELIVER: N_(
        "We pass it on to {carrier}. Please keep your phone at hand: the courier may call."
    ),
    CaseKind.UNHAPPY: N_("We read what you told us and see what we can put right."),
}
BY = N_("You hear from {brand} by {day}.")
REPEATED = N_(
    "We have your first message about this already; what you sent just now was not added."
)
OVERDUE = N_("You should have heard from {brand} by {day}. We are sorry.")
ENDS: Mapping[Outcome, str] = {
    Outcome.FOUND: N_("Your parcel was found. Thank you for your patience."),
    Outcome.REFUNDED: N_("{brand} gives your money back."),
    Outcome.RESENT: N_("{brand} sends you a new one."),
    Outcome.REJECTED: N_(
        "{brand} could not confirm it. Please write to them if you see it otherwise."
    ),
    Outcome.ARRANGED: N_("{carrier} knows of it and comes again."),
}
