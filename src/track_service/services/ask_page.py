"""The pages that ask: which order, what only its buyer knows, what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from track_service.core import masking
from track_service.core.calendar import today
from track_service.core.cases import CaseKind
from track_service.core.parcel import Brand, Shipment
from track_service.core.promise import promise_state
from track_service.services.care import Told, label
from track_service.services.page import Language, languages_of
from track_service.services.state import State, state
from track_service.services.veil import veiled
from track_service.templating.catalog import choose_language
from track_service.templating.look import Look, look
from track_service.templating.voice import N_, Voice

MESSAGES: Mapping[str, str] = {
    "wrong": N_(
        "These two do not match. Please check the number and what you gave with it."
    ),
    "other": N_("This is not what the order says. Please check it."),
    "locked": N_(
        "That was tried too often. Please try again in 24 hours, or let us send you the"
        " link by mail."
    ),
    "busy": N_(
        "That was tried too often. Please try again in an hour, or let us send you the"
        " link by mail."
    ),
    "sent": N_(
        "If we know this number, a mail with the link is on its way to the address that"
        " {brand} has of you."
    ),
    "needed": N_(
        "We have no parcel with this tracking number. If it is an order number, please"
        " add your email, the last four digits of your phone or your postcode."
    ),
    "kind": N_("Please choose what is wrong."),
    "photo": N_(
        "We cannot read this photo. Please send a JPEG or PNG of at most 5 MB."
    ),
    "pixels": N_("This photo has too many pixels. Please send a smaller copy of it."),
    "wish": N_("Please choose a day, write a note, or tell us the right address."),
    "address": N_("Please write the right address."),
}
_WRONG = frozenset(MESSAGES) - {"sent"}


@dataclass(frozen=True, slots=True)
class AskPage:
    """The contract of the pages that ask for an order and its second factor."""

    language: str = field(metadata={"help": "Code of the language of all texts."})
    languages: tuple[Language, ...] = field(
        metadata={"help": "Languages to switch to, as on a parcel's page."}
    )
    brand: Look = field(metadata={"help": "Shop: name, support, …"})
    action: str = field(metadata={"help": "Where the form is sent."})
    link_action: str = field(metadata={"help": "Where the link is asked for."})
    number: str | None = field(
        metadata={"help": "The number that was typed; None where none is asked for."}
    )
    message: str | None = field(metadata={"help": "What came of it, if anything."})
    is_wrong: bool = field(metadata={"help": "Whether the message is about a mistake."})
    found: State | None = field(
        metadata={"help": "What a tracking number alone opens: headline, what_next."}
    )
    back: str | None = field(metadata={"help": "The parcel's page, if it is known."})


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers; `value` is sent, `label` is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """The contract of the pages on which a shopper tells what is wrong."""

    language: str = field(metadata={"help": "Code of the language of all texts."})
    languages: tuple[Language, ...] = field(
        metadata={"help": "Languages to switch to, as on a parcel's page."}
    )
    brand: Look = field(metadata={"help": "Shop: name, support, …"})
    action: str = field(metadata={"help": "Where the form is sent."})
    back: str = field(metadata={"help": "The parcel's page."})
    choices: tuple[Choice, ...] = field(
        metadata={"help": "What may be wrong, or the days for a new delivery."}
    )
    address: str | None = field(
        metadata={"help": "The stored address, masked, if there is any."}
    )
    message: str | None = field(metadata={"help": "What is still to be mended."})
    told: Told | None = field(
        metadata={"help": "What was reported and what happens next: the thank-you."}
    )


def ask_page(
    brand: Brand,
    *,
    language: str,
    action: str,
    link_action: str,
    number: str | None = None,
    message: str | None = None,
    found: State | None = None,
    back: str | None = None,
) -> AskPage:
    """Return a page that asks; `message` is a key of `MESSAGES`."""
    voice = Voice(language)
    return AskPage(
        language=language,
        languages=languages_of(brand, language),
        brand=look(brand, voice),
        action=action,
        link_action=link_action,
        number=number,
        message=message and voice.say(MESSAGES[message], brand=brand.name),
        is_wrong=message in _WRONG,
        found=found,
        back=back,
    )


def state_alone(
    shipment: Shipment, *, language: str, carrier_label: str, now: datetime
) -> State:
    """Return what a tracking number alone opens: no order, no items, no amount."""
    zone, voice = ZoneInfo(shipment.brand.zone), Voice(language)
    seen = veiled(shipment, voice, carrier_label)
    return state(
        seen.shipment,
        voice,
        carrier_label=seen.carrier,
        promise=promise_state(shipment, now=now, zone=zone),
        is_late=False,
        today=today(now, zone),
        named=seen.named,
    )


def case_page(
    shipment: Shipment,
    *,
    language: str,
    action: str,
    choices: Sequence[CaseKind] | Sequence[date],
    now: datetime,
    message: str | None = None,
    told: Told | None = None,
) -> CasePage:
    """Return a page on which to tell what is wrong, or when to come again."""
    brand, voice = shipment.brand, Voice(language)
    day = today(now, ZoneInfo(brand.zone))
    address = shipment.order.address
    return CasePage(
        language=language,
        languages=languages_of(brand, language),
        brand=look(brand, voice),
        action=action,
        back=f"/t/{shipment.token}?lang={language}",
        choices=tuple(
            Choice(one, voice.say(label(one, shipment)))
            if isinstance(one, CaseKind)
            else Choice(one.isoformat(), voice.full_date(one, day))
            for one in choices
        ),
        address=masking.address(address) if address else None,
        message=message and voice.say(MESSAGES[message], brand=brand.name),
        told=told,
    )


def language_of(brand: Brand, *wishes: str | None) -> str:
    """Return the first wish that a brand offers, else its own language."""
    return choose_language(*wishes, brand.locale, offered=brand.languages)
