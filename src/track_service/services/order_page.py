"""The order's page: what a shopper sees before there is a parcel, and beside several.

As on a parcel's page: never the customer's name, address and contact.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from track_service.core.expected import Source, order_expected
from track_service.core.handover import Stage
from track_service.core.ordered import Ordered
from track_service.core.parcel import Item, Shipment
from track_service.services.arrival import Arrival
from track_service.services.estimate import order_basis
from track_service.services.flags import flag_of
from track_service.services.order_state import is_late, order_state
from track_service.services.page import Language, PageItem, languages_of, page_item
from track_service.services.progress import Step, StepState
from track_service.services.recommending.cards import Block
from track_service.services.rest import OtherParcel, other_parcel, unshipped
from track_service.services.state import State
from track_service.services.windows import window_text
from track_service.templating.catalog import choose_language
from track_service.templating.links import web_link
from track_service.templating.look import Look, brand_card_url, look
from track_service.templating.voice import N_, Voice


@dataclass(frozen=True, slots=True)
class LinkedParcel:
    """A parcel that nobody can be asked for, as its shop wrote it; `href` is safe."""

    carrier: str | None
    number: str | None
    href: str | None


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """The order's marks; `placed` and `promised` are days in words."""

    number: str
    placed: str | None
    promised: str | None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """The template's contract: a template may use these names and no others."""

    language: str = field(metadata={"help": "Code of the language of all texts."})
    languages: tuple[Language, ...] = field(
        metadata={"help": "Languages to switch to, as on a parcel's page."}
    )
    brand: Look = field(metadata={"help": "Shop: name, support, …"})
    state: State = field(
        metadata={
            "help": "tone, headline, what_next, calm, ask; status is preparing,"
            " in_transit, delivered or cancelled."
        }
    )
    arrival: Arrival = field(
        metadata={
            "help": "The day that the shop promised, else our estimate: label, value,"
            " note, basis."
        }
    )
    steps: tuple[Step, ...] = field(
        metadata={
            "help": "Progress up to the hand-over: key, label, state, when; empty for a"
            " cancelled order and beside parcels."
        }
    )
    parcels: tuple[OtherParcel, ...] = field(
        metadata={"help": "Its parcels: tone, headline, href, when, items."}
    )
    returns: tuple[OtherParcel, ...] = field(
        metadata={"help": "What goes back to the shop of it, as parcels."}
    )
    linked: tuple[LinkedParcel, ...] = field(
        metadata={
            "help": "Parcels that nobody can be asked for: carrier, number, href (the"
            " shop's own link)."
        }
    )
    items: tuple[PageItem, ...] = field(
        metadata={"help": "What was ordered, while there is no parcel."}
    )
    unshipped: tuple[PageItem, ...] = field(
        metadata={"help": "What is in none of several parcels yet."}
    )
    order: OrderFacts = field(metadata={"help": "number, placed, promised."})
    card: str = field(metadata={"help": "As on a parcel's page."})
    offers: Block | None = field(
        default=None, metadata={"help": "As on a parcel's page."}
    )
    preferences: str | None = field(
        default=None, metadata={"help": "As on a parcel's page."}
    )


_LABELS: Mapping[Stage, str] = {
    Stage.PLACED: N_("Ordered"),
    Stage.CONFIRMED: N_("Confirmed"),
    Stage.PACKED: N_("Packed"),
    Stage.HANDED_OVER: N_("Handed over"),
}
_ORDER = list(Stage)
_NONE: Mapping[str, str] = {}


def order_page(
    ordered: Ordered,
    parcels: Sequence[tuple[Shipment, str]] = (),
    *,
    now: datetime,
    language: str | None = None,
    origin: str = "",
    pictures: Mapping[str, str] = _NONE,
) -> OrderPage:
    """Return the page of an order for whoever holds its link.

    `parcels` are those that are followed, each with its carrier's label. `now` is aware
    UTC; `language` is what the reader wants, if it is known; `origin` is our
    configured address; `pictures` are where those of the items are served, by the
    shop's own addresses.
    """
    brand, zone = ordered.brand, ZoneInfo(ordered.brand.zone)
    locale = ordered.order.customer.locale
    wished = choose_language(language, locale, brand.locale, offered=brand.languages)
    voice, today = Voice(wished), now.astimezone(zone).date()
    back = [pair for pair in parcels if pair[0].inward]
    parcels = [pair for pair in parcels if not pair[0].inward]
    shown, returns = (
        tuple(
            other_parcel(one, voice, now=now, zone=zone, carrier_label=label)
            for one, label in some
        )
        for some in (parcels, back)
    )
    worst = flag_of(ordered, [one for one, _ in parcels], now=now)
    of = worst.parcel if worst and worst.alert.shopper else None
    flagged = next(
        (s for s, (one, _) in zip(shown, parcels, strict=True) if one is of), None
    )
    early = not parcels and ordered.cancelled_at is None
    left = unshipped(ordered.order.shown, [one for one, _ in parcels])

    def lines(items: Iterable[Item]) -> tuple[PageItem, ...]:
        return tuple(page_item(item, pictures) for item in items)

    return OrderPage(
        language=wished,
        languages=languages_of(brand, wished),
        brand=look(brand, voice),
        state=order_state(ordered, shown, voice, today=today, flagged=flagged),
        arrival=_arrival(ordered, voice, zone=zone, today=today)
        if early
        else Arrival(),
        steps=_steps(ordered, voice, zone=zone, today=today) if early else (),
        parcels=shown,
        returns=returns,
        linked=tuple(
            LinkedParcel(None, None, None)
            if brand.theme.get("hide_carrier") is True
            else LinkedParcel(one.carrier, one.number, web_link(one.url))
            for one in ordered.untracked
        ),
        items=() if parcels else lines(ordered.order.shown),
        unshipped=lines(left) if _is_told(ordered, parcels) else (),
        order=_facts(ordered, voice, zone=zone, today=today),
        card=f"{origin}{brand_card_url(brand)}",
    )


def is_parcel_alone(ordered: Ordered, parcels: Sequence[Shipment]) -> bool:
    """Tell whether an order's one parcel says all that its own page would.

    A page of a parcel lists what goes back as well.
    """
    sent = [parcel for parcel in parcels if not parcel.inward]
    return len(sent) == 1 and not ordered.untracked and not ordered.cancelled_at


def _is_told(ordered: Ordered, parcels: Sequence[tuple[Shipment, str]]) -> bool:
    """Tell whether it is known what is in the parcels, and so what is in none."""
    known = all(one.order.items for one, _ in parcels)
    called_off = ordered.cancelled_at is not None
    return bool(parcels) and known and not (ordered.untracked or called_off)


def _arrival(ordered: Ordered, voice: Voice, *, zone: tzinfo, today: date) -> Arrival:
    """The day that the shop gave while it can be kept, else what we foresee."""
    promised, outlook = ordered.promised_on, ordered.outlook
    holds = order_expected(ordered, today=today)
    if outlook and holds and holds.source is Source.PREDICTED:
        return Arrival(
            label=voice.say("Our estimate"),
            value=window_text(holds.window, voice, zone=zone, today=today),
            note=_sorry(promised, voice, today=today),
            is_late=promised is not None,
            basis=order_basis(outlook, voice, brand=ordered.brand.name),
        )
    if promised is None:
        return Arrival()
    note = None
    if promised < today:
        note = voice.say("That day is over. We are sorry.")
    return Arrival(
        label=voice.say("Promised for"),
        value=voice.full_date(promised, today),
        note=note,
        is_late=note is not None,
    )


def _sorry(promised: date | None, voice: Voice, *, today: date) -> str | None:
    if promised is None:
        return None
    day = voice.full_date(promised, today)
    return voice.say("Later than promised ({date}). We are sorry.", date=day)


def _steps(
    ordered: Ordered, voice: Voice, *, zone: tzinfo, today: date
) -> tuple[Step, ...]:
    stage = ordered.stage or Stage.PLACED
    if ordered.untracked:
        stage = Stage.HANDED_OVER
    here, late = _ORDER.index(stage), is_late(ordered, today)
    at: dict[Stage, datetime | None] = {ordered.stage or stage: ordered.staged_at}
    at |= {Stage.PLACED: ordered.order.placed_at}
    at |= {Stage.CONFIRMED: ordered.confirmed_at}
    return tuple(
        Step(
            key=one,
            label=voice.say(_LABELS[one]),
            state=_step_state(index, here, late=late),
            when=_short(at.get(one), voice, zone, today) if index <= here else None,
        )
        for index, one in enumerate(_ORDER)
    )


def _step_state(index: int, here: int, *, late: bool) -> StepState:
    if index < here or index == here == len(_ORDER) - 1:
        return StepState.DONE
    if index > here:
        return StepState.UPCOMING
    return StepState.STUCK if late else StepState.CURRENT


def _short(at: datetime | None, voice: Voice, zone: tzinfo, today: date) -> str | None:
    day = at and at.astimezone(zone).date()
    return voice.full_date(day, today, short=True) if day else None


def _facts(ordered: Ordered, voice: Voice, *, zone: tzinfo, today: date) -> OrderFacts:
    promised = ordered.promised_on
    return OrderFacts(
        number=ordered.order.number,
        placed=_short(ordered.order.placed_at, voice, zone, today),
        promised=voice.full_date(promised, today) if promised else None,
    )
