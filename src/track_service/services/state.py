"""State: the parcel's condition in one sentence, what comes next, and what to do."""

from dataclasses import dataclass
from datetime import date

from track_service.core.judgement import PromiseState
from track_service.core.parcel import Shipment
from track_service.core.status import CALLED_OFF, UNKNOWN, Meaning, Status
from track_service.core.tracking import Trouble
from track_service.services.arrival import is_awaited
from track_service.services.scans import shown_events
from track_service.services.tone import Tone, Wording
from track_service.services.wording import BY_ITS_SHOP, IN_ITS_WORDS, NOT_FOUND, wording
from track_service.services.wording_late import waiting
from track_service.services.wording_pickup import collecting
from track_service.services.wording_returns import return_wording
from track_service.templating.voice import Voice


@dataclass(frozen=True, slots=True)
class State:
    """`status` is a word of the taxonomy; `actions` is empty if nothing is to be done.

    `calm` then says so, while the parcel is awaited. `ask` is whom to turn to: `brand`,
    `carrier`, or None where nobody need be asked.
    """

    status: str
    tone: str
    headline: str
    what_next: str
    actions: tuple[str, ...] = ()
    calm: str | None = None
    ask: str | None = None


_PAYS_SOON = {
    Status.OUT_FOR_DELIVERY,
    Status.AVAILABLE_FOR_PICKUP,
    Status.ATTEMPT_FAILED,
}
_NEVER_PAID = {
    (Status.EXCEPTION, sub)
    for sub in (
        "compensated",
        "damaged",
        "disposed",
        "lost",
        "rejected_by_carrier",
        "undeliverable",
    )
}


def state(
    shipment: Shipment,
    voice: Voice,
    *,
    carrier_label: str,
    promise: PromiseState,
    is_late: bool,
    today: date,
    named: bool = True,
) -> State:
    """Return the state; a late parcel is no calm one, whatever the carrier says.

    `is_late` tells that it is, or that its carrier's own date lies after the promise.
    Of a carrier that may not be `named` nobody asks anything: the shop does.
    """
    names = {
        "carrier": carrier_label,
        "brand": shipment.brand.name,
        "since": _since(shipment, voice, today),
    }
    if (by := shipment.detail.collect_by) is not None:
        names["by"] = voice.full_date(by, today)
    worded = waiting(shipment, _worded(shipment), promise=promise, is_late=is_late)
    worded = collecting(shipment, worded, today=today)
    actions = [voice.say(worded.action, **names)] if worded.action else []
    amount = cod(shipment, voice)
    if amount and shipment.meaning.status in _PAYS_SOON:
        actions.append(voice.say("Have {amount} ready to pay.", amount=amount))
    calm = worded.tone in {Tone.WAITING, Tone.MOVING}
    tone = Tone.ATTENTION if calm and is_late else worded.tone
    idle = not actions and is_awaited(shipment.meaning)
    return State(
        status=shipment.meaning.status,
        tone=tone,
        headline=voice.say(worded.headline, **names),
        what_next=voice.say(worded.what_next, **names),
        actions=tuple(actions),
        calm=voice.say("There is nothing you need to do.") if idle else None,
        ask=_ask(worded, named=named),
    )


def _since(shipment: Shipment, voice: Voice, today: date) -> str:
    events = shown_events(shipment)
    stamp = events[-1].stamp if events else None
    return voice.full_date(stamp.local.date(), today) if stamp else ""


def _ask(worded: Wording, *, named: bool) -> str | None:
    """Whom the wording sends the shopper to; its action goes before its outlook."""
    if worded.tone in {Tone.WAITING, Tone.MOVING, Tone.DONE}:
        return None
    for message in (worded.action or "", worded.what_next):
        for name in ("brand", "carrier"):
            if f"{{{name}}}" in message:
                return name if named else "brand"
    return None if worded.action else "brand"


def _worded(shipment: Shipment) -> Wording:
    if shipment.inward:
        return return_wording(shipment.meaning)
    status, sub = shipment.meaning.status, shipment.meaning.sub
    if status in {Status.UNKNOWN, Status.PENDING} and sub in {None, "no_info"}:
        if shipment.trouble == Trouble.INVALID_NUMBER:
            return wording(Meaning(Status.PENDING, "invalid_number"))
        if shipment.trouble == Trouble.NOT_FOUND:
            return NOT_FOUND
    if shipment.meaning == UNKNOWN and shipment.events:
        return IN_ITS_WORDS
    if shipment.meaning == CALLED_OFF:
        return BY_ITS_SHOP
    return wording(shipment.meaning)


def cod(shipment: Shipment, voice: Voice) -> str | None:
    """Return the amount to pay on delivery while it is still to be paid."""
    amount, meaning = shipment.order.cod_amount, shipment.meaning
    back = shipment.inward or meaning.status is Status.RETURNING
    over = back or meaning.status.is_final
    if not amount or over or (meaning.status, meaning.sub) in _NEVER_PAID:
        return None
    return voice.money(amount, shipment.order.currency)
