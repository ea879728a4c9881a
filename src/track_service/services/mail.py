"""The notice mail: news or a trouble, told to its shopper before they have to ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from track_service.core.delay import ConcernKind
from track_service.core.expected import is_over
from track_service.core.parcel import Shipment
from track_service.core.status import SUB_STATUSES, Meaning, Status
from track_service.core.steps import Step
from track_service.core.tracking import Window
from track_service.services.arrival import is_awaited
from track_service.services.markup import parcel_delivery
from track_service.services.naming import carrier_label as label_of
from track_service.services.page import page_language
from track_service.services.state import cod
from track_service.services.tone import CARE, Wording
from track_service.services.veil import veiled
from track_service.services.windows import window_text
from track_service.services.wording import wording
from track_service.services.wording_alerts import APOLOGIES, SUBJECTS, WORDED
from track_service.services.wording_pickup import collecting
from track_service.services.wording_returns import return_wording
from track_service.services.wording_steps import BESIDE, MOVES_AGAIN, STEP_SUBJECTS
from track_service.templating.look import Look, look
from track_service.templating.voice import N_, Voice

Told = tuple[ConcernKind | Step, str | None, Shipment]


@dataclass(frozen=True, slots=True)
class OtherNews:
    """What a mail tells of another parcel of the order."""

    headline: str
    number: str


@dataclass(frozen=True, slots=True)
class MailContext:
    """The mail templates' contract. It goes to one person, so it may name them."""

    language: str = field(metadata={"help": "Code of the language of all texts."})
    brand: Look = field(metadata={"help": "Shop: name, initial, palette, support, …"})
    kind: str = field(
        metadata={"help": "A kind of docs/notices.md: late, delivered, …"}
    )
    tone: str = field(metadata={"help": "moving, attention, problem, done or ended."})
    subject: str = field(metadata={"help": "One line, with the order's number."})
    customer: str | None = field(metadata={"help": "Name to greet by, if known."})
    headline: str = field(metadata={"help": "What happened, in one sentence."})
    apology: str = field(
        metadata={"help": "Sorry, or of good news thanks, in one sentence."}
    )
    what_next: str = field(metadata={"help": "What happens next."})
    actions: tuple[str, ...] = field(
        metadata={"help": "What the shopper must do; empty if nothing."}
    )
    arrival: str | None = field(
        metadata={"help": "When it is expected now, if anybody knows."}
    )
    is_awaited: bool = field(metadata={"help": "Whether it is still to arrive."})
    promised: str | None = field(metadata={"help": "The day that was promised."})
    order: str = field(metadata={"help": "The shop's order number."})
    number: str = field(
        metadata={"help": "The carrier's number, empty where the brand hides it."}
    )
    carrier: str = field(metadata={"help": "The carrier's name, as the number."})
    page_url: str = field(metadata={"help": "Absolute address of the tracking page."})
    others: tuple[OtherNews, ...] = field(
        metadata={"help": "News of the order's other parcels: headline, number."}
    )
    short: str = field(metadata={"help": "All of it in one sentence, as in an SMS."})
    markup: Mapping[str, Any] = field(
        metadata={"help": "The parcel as schema.org's ParcelDelivery."}
    )
    preferences_url: str | None = field(
        metadata={"help": "Where the shopper chooses what to be told, if anywhere."}
    )
    voucher: str | None = field(
        default=None, metadata={"help": "Code of a voucher beside the apology, if any."}
    )


_DELAYED = Wording(
    CARE,
    N_("Your parcel will arrive later than we promised."),
    N_("We keep watching it and show every new scan on its page."),
)
_MAY_END = frozenset({*Step, ConcernKind.EXCEPTION, ConcernKind.RETURNING})
_SUBJECTS: Mapping[str, str] = {**SUBJECTS, **STEP_SUBJECTS}
_BESIDE: Mapping[str, str] = {**APOLOGIES, **BESIDE}
_AT_A_POINT = frozenset({Step.AVAILABLE_FOR_PICKUP, ConcernKind.PICKUP_WAITING})
# Of these a scan's wording tells: that of the concern's word, or of the parcel's own.
_OF_A_SCAN: Mapping[ConcernKind, Status] = {
    ConcernKind.EXCEPTION: Status.EXCEPTION,
    ConcernKind.ATTEMPT_FAILED: Status.ATTEMPT_FAILED,
    ConcernKind.DELAYED: Status.EXCEPTION,
    ConcernKind.ON_HOLD: Status.EXCEPTION,
    ConcernKind.RETURNING: Status.RETURNING,
    ConcernKind.PICKUP_WAITING: Status.AVAILABLE_FOR_PICKUP,
}


def kind_of(word: str) -> ConcernKind | Step:
    """Return the kind that a notice's word stands for."""
    return Step(word) if word in set(Step) else ConcernKind(word)


def notice_mail(
    shipment: Shipment,
    kind: ConcernKind | Step,
    detail: str | None = None,
    *,
    page_url: str,
    now: datetime,
    carrier_label: str,
    language: str | None = None,
    preferences_url: str | None = None,
    others: Sequence[Told] = (),
    voucher: str | None = None,
) -> MailContext:
    """Return a mail's content; `detail` is the concern's: a taxonomy word or a date.

    The order's `voucher` comes with a trouble alone.
    """
    brand, zone = shipment.brand, ZoneInfo(shipment.brand.zone)
    voice = Voice(page_language(shipment, language))
    seen = veiled(shipment, voice, carrier_label)
    shipment, number = seen.shipment, shipment.number if seen.named else ""
    names = {"carrier": seen.carrier, "brand": brand.name}
    today = now.astimezone(zone).date()
    worded = _worded(shipment, kind, detail)
    if kind in _AT_A_POINT and (by := shipment.detail.collect_by) is not None:
        worded = collecting(shipment, worded, today=today)
        names["by"] = voice.full_date(by, today)
    actions = [voice.say(worded.action, **names)] if worded.action else []
    amount = cod(shipment, voice)
    if amount and kind is ConcernKind.ATTEMPT_FAILED:
        actions.append(voice.say("Have {amount} ready to pay.", amount=amount))
    promised = shipment.promised_on
    kinds = [kind, *(other for other, _, _ in others)]
    is_to_come = not isinstance(kind, Step) or is_awaited(shipment.meaning)
    window = _window(shipment, now) if is_to_come else None
    return MailContext(
        language=voice.language,
        brand=look(brand, voice),
        kind=kind,
        tone=worded.tone,
        subject=voice.say(_SUBJECTS[kind], order=shipment.order.number, **names),
        customer=shipment.order.customer.name,
        headline=voice.say(worded.headline, **names),
        apology=voice.say(_BESIDE[kind]),
        what_next=voice.say(worded.what_next, **names),
        actions=tuple(actions),
        arrival=_expected(shipment, window, detail, voice, now) if is_to_come else None,
        is_awaited=kind not in _MAY_END or is_awaited(shipment.meaning),
        promised=voice.full_date(promised, today) if promised and is_to_come else None,
        order=shipment.order.number,
        number=number,
        carrier=seen.carrier if seen.named else "",
        page_url=page_url,
        others=tuple(_other(one, voice, names) for one in others),
        short=_short(shipment, voice.say(worded.headline, **names), len(others), voice),
        markup=parcel_delivery(
            shipment,
            window,
            carrier_label=carrier_label if seen.named else None,
            page_url=page_url,
        ),
        preferences_url=preferences_url,
        voucher=voucher if any(one in set(ConcernKind) for one in kinds) else None,
    )


def _other(one: Told, voice: Voice, names: Mapping[str, str]) -> OtherNews:
    kind, detail, parcel = one
    seen = veiled(parcel, voice, label_of(parcel))
    of_it = {**names, "carrier": seen.carrier}
    headline = voice.say(_worded(parcel, kind, detail).headline, **of_it)
    return OtherNews(headline, parcel.number if seen.named else "")


def _short(shipment: Shipment, headline: str, others: int, voice: Voice) -> str:
    if not others:
        return headline
    news = N_("There is news of {n} parcels of your order {order}.")
    return voice.say(news, n=others + 1, order=shipment.order.number)


def _worded(
    shipment: Shipment, kind: ConcernKind | Step, detail: str | None
) -> Wording:
    if isinstance(kind, Step):
        if kind is Step.RETURN_RECEIVED:
            return return_wording(Meaning(Status.RETURNED))
        return MOVES_AGAIN if kind is Step.MOVING_AGAIN else wording(shipment.meaning)
    if kind in WORDED:
        return WORDED[kind]
    told = _OF_A_SCAN[kind]
    meaning = shipment.meaning
    if detail in SUB_STATUSES[told]:
        meaning = Meaning(told, detail)
    if kind is ConcernKind.DELAYED:
        is_told = meaning.status is told and (meaning.sub or "").startswith("delayed")
        return wording(meaning) if is_told else _DELAYED
    return wording(meaning if meaning.status is told else Meaning(told))


def _window(shipment: Shipment, now: datetime) -> Window | None:
    """Return the carrier's window, else ours where we foresee it; none that is over."""
    outlook, zone = shipment.outlook, ZoneInfo(shipment.brand.zone)
    ours = outlook.window if outlook and (outlook.shown or outlook.risky) else None
    ahead = (
        window
        for window in (shipment.window, ours)
        if window is not None and not is_over(window, now=now, zone=zone)
    )
    return next(ahead, None)


def _expected(
    shipment: Shipment,
    window: Window | None,
    detail: str | None,
    voice: Voice,
    now: datetime,
) -> str | None:
    """Return when the parcel is expected now, never a time that has passed."""
    zone = ZoneInfo(shipment.brand.zone)
    today = now.astimezone(zone).date()
    if window is not None:
        return window_text(window, voice, zone=zone, today=today, near=False)
    if shipment.window is not None:
        return None
    try:
        day = date.fromisoformat(detail or "")
    except ValueError:
        return None
    return voice.full_date(day, today) if day >= today else None
