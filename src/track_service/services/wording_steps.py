"""Wording of good news: the subject of each step, and a line beside its headline."""

from collections.abc import Mapping

from track_service.core.steps import Step
from track_service.services.tone import MOVE, Wording
from track_service.services.wording_returns import SUBJECT, THANKS
from track_service.templating.voice import N_

MOVES_AGAIN = Wording(
    MOVE,
    N_("Your parcel is moving again."),
    N_("We keep watching it and show every new scan on its page."),
)
STEP_SUBJECTS: Mapping[str, str] = {
    Step.SHIPPED: N_("Your order {order} is on its way"),
    Step.OUT_FOR_DELIVERY: N_("Your order {order} comes today"),
    Step.AVAILABLE_FOR_PICKUP: N_("Your order {order} is ready for pick-up"),
    Step.DELIVERED: N_("Your order {order} has been delivered"),
    Step.RETURNED: N_("Your order {order} is back with us"),
    Step.RETURN_RECEIVED: SUBJECT,
    Step.MOVING_AGAIN: N_("Your order {order} is moving again"),
}
BESIDE: Mapping[str, str] = {
    Step.SHIPPED: N_("We tell you if anything comes in its way."),
    Step.OUT_FOR_DELIVERY: N_("We wish you joy of it."),
    Step.AVAILABLE_FOR_PICKUP: N_("You can collect it from now on."),
    Step.DELIVERED: N_("Thank you for your order."),
    Step.RETURNED: N_("We are sorry that it did not reach you."),
    Step.RETURN_RECEIVED: THANKS,
    Step.MOVING_AGAIN: N_("Thank you for your patience."),
}
