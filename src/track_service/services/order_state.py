"""Order state: how far an order is, in one sentence, and what comes next."""

from collections.abc import Mapping, Sequence
from datetime import date

from track_service.core.handover import Stage
from track_service.core.ordered import Ordered
from track_service.core.status import Status
from track_service.services.rest import OtherParcel
from track_service.services.state import State
from track_service.services.tone import BAD, CARE, DONE, END, MOVE, WAIT, Tone, Wording
from track_service.templating.voice import N_, Voice

_FOLLOW = N_(
    "Next, {brand} packs it and hands it to a carrier. From then on you can follow it here."
)
_STAGES: Mapping[Stage, Wording] = {
    Stage.PLACED: Wording(
        WAIT,
        N_("{brand} has your order."),
        N_("Next, {brand} confirms it. You can follow every step here."),
    ),
    Stage.CONFIRMED: Wording(WAIT, N_("Your order is confirmed."), _FOLLOW),
    Stage.PACKED: Wording(
        WAIT,
        N_("Your order is packed."),
        N_("Next, {brand} hands it to a carrier. From then on you can follow it here."),
    ),
    Stage.HANDED_OVER: Wording(
        MOVE,
        N_("{brand} has sent your order."),
        N_("You can follow it here as soon as {brand} tells us its tracking number."),
    ),
}
_LINKED = Wording(
    MOVE,
    N_("{brand} has sent your order."),
    N_("We cannot ask its carrier ourselves. What {brand} told us is below."),
)
SLOW = N_("It takes longer than usual. {brand} can tell you when it will be sent.")
_LATE = Wording(CARE, N_("{brand} is still preparing your order."), SLOW)
_OVERDUE = Wording(
    CARE,
    N_("{brand} is still preparing your order."),
    N_("No carrier has it yet. {brand} can tell you when it will be sent."),
)
CANCELLED = Wording(
    END,
    N_("Your order is cancelled."),
    N_(
        "There is nothing you need to do. If you did not expect that, or wait for a"
        " refund, {brand} is glad to help."
    ),
)


def order_state(
    ordered: Ordered,
    parcels: Sequence[OtherParcel],
    voice: Voice,
    *,
    today: date,
    flagged: OtherParcel | None = None,
) -> State:
    """Return an order's state; beside parcels it is theirs. `today` is the shop's.

    `flagged` is the parcel whose trouble is the most urgent, None where all is well.
    """
    if parcels and ordered.cancelled_at is None:
        return _of_parcels(parcels, len(ordered.untracked), voice, flagged)
    worded = _worded(ordered, today)
    names = {"brand": ordered.brand.name}
    idle = worded.tone in {Tone.WAITING, Tone.MOVING}
    return State(
        status=_status(worded.tone),
        tone=worded.tone,
        headline=voice.say(worded.headline, **names),
        what_next=voice.say(worded.what_next, **names),
        calm=voice.say("There is nothing you need to do.") if idle else None,
        ask=None if idle else "brand",
    )


def _worded(ordered: Ordered, today: date) -> Wording:
    if ordered.cancelled_at is not None:
        return CANCELLED
    if ordered.untracked:
        return _LINKED
    if is_late(ordered, today):
        return _LATE if ordered.late_since else _OVERDUE
    return _STAGES[ordered.stage or Stage.PLACED]


def is_late(ordered: Ordered, today: date) -> bool:
    """Tell whether it is not sent, though it usually would be, or the day has passed."""
    if ordered.stage is Stage.HANDED_OVER or ordered.untracked:
        return False
    promised = ordered.promised_on
    return ordered.late_since is not None or (promised is not None and promised < today)


def _status(tone: Tone) -> Status:
    if tone is END:
        return Status.CANCELLED
    return Status.IN_TRANSIT if tone is MOVE else Status.PREPARING


def _of_parcels(
    parcels: Sequence[OtherParcel],
    linked: int,
    voice: Voice,
    flagged: OtherParcel | None,
) -> State:
    """The condition of an order in several parcels: that of the one in most trouble."""
    tones = {one.tone for one in parcels}
    if tones == {DONE} and not linked:
        headline = voice.say("All parcels of your order have been delivered.")
        status, tone = Status.DELIVERED, DONE
    else:
        count = len(parcels) + linked
        headline = voice.many(
            "Your order comes in {n} parcel.", "Your order comes in {n} parcels.", count
        )
        status = Status.IN_TRANSIT
        tone = CARE if {BAD, CARE} & tones else WAIT if tones == {WAIT} else MOVE
    next_step = voice.say("Open a parcel below to see where it is.")
    if flagged is not None:
        next_step = f"{flagged.headline} {next_step}"
    return State(status=status, tone=tone, headline=headline, what_next=next_step)
