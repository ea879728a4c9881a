"""State: the parcel's condition in one sentence, what comes next, and what to do."""

from dataclasses import dataclass

from track_service.core.parcel import Shipment
from track_service.core.status import UNKNOWN, Meaning, Status
from track_service.core.tracking import Trouble
from track_service.services.tone import Tone, Wording
from track_service.services.wording import IN_ITS_WORDS, NOT_FOUND, wording
from track_service.templating.voice import Voice


@dataclass(frozen=True, slots=True)
class State:
    """`status` is a word of the taxonomy; `actions` is empty if nothing is to be done."""

    status: str
    tone: str
    headline: str
    what_next: str
    actions: tuple[str, ...] = ()


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
    shipment: Shipment, voice: Voice, *, carrier_label: str, is_late: bool
) -> State:
    """Return the state; a late parcel is no calm one, whatever the carrier says."""
    names = {"carrier": carrier_label, "brand": shipment.brand.name}
    worded = _worded(shipment)
    actions = [voice.say(worded.action, **names)] if worded.action else []
    amount = cod(shipment, voice)
    if amount and shipment.meaning.status in _PAYS_SOON:
        actions.append(voice.say("Have {amount} ready to pay.", amount=amount))
    calm = worded.tone in {Tone.WAITING, Tone.MOVING}
    return State(
        status=shipment.meaning.status,
        tone=Tone.ATTENTION if calm and is_late else worded.tone,
        headline=voice.say(worded.headline, **names),
        what_next=voice.say(worded.what_next, **names),
        actions=tuple(actions),
    )


def _worded(shipment: Shipment) -> Wording:
    status, sub = shipment.meaning.status, shipment.meaning.sub
    if status in {Status.UNKNOWN, Status.PENDING} and sub in {None, "no_info"}:
        if shipment.trouble == Trouble.INVALID_NUMBER:
            return wording(Meaning(Status.PENDING, "invalid_number"))
        if shipment.trouble == Trouble.NOT_FOUND:
            return NOT_FOUND
    if shipment.meaning == UNKNOWN and shipment.events:
        return IN_ITS_WORDS
    return wording(shipment.meaning)


def cod(shipment: Shipment, voice: Voice) -> str | None:
    """Return the amount to pay on delivery while it is still to be paid."""
    amount, meaning = shipment.order.cod_amount, shipment.meaning
    over = meaning.status.is_final or meaning.status is Status.RETURNING
    if not amount or over or (meaning.status, meaning.sub) in _NEVER_PAID:
        return None
    return voice.money(amount, shipment.order.currency)
