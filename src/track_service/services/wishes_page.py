"""The page on which a shopper says what they want to be told, and by what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from track_service.core.parcel import Brand
from track_service.core.wishes import Purpose, Wishes
from track_service.services.page import Language, languages_of
from track_service.templating.look import Look, look
from track_service.templating.voice import N_, Voice, own_name

PURPOSES: Mapping[Purpose, str] = {
    Purpose.UPDATES: N_("News of my orders"),
    Purpose.REVIEW: N_("Questions about how I liked them"),
    Purpose.MARKETING: N_("Offers and recommendations"),
}
_CHANNELS: Mapping[str, str] = {
    "email": N_("Email"),
    "sms_esms": N_("Text message"),
    "sms_twilio": N_("Text message"),
    "zalo_zns": "Zalo",
}


@dataclass(frozen=True, slots=True)
class Option:
    """Something to be ticked; `value` is sent, `label` is read."""

    value: str
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class WishesPage:
    """The contract of the pages about what a shopper is told."""

    language: str = field(metadata={"help": "Code of the language of all texts."})
    languages: tuple[Language, ...] = field(
        metadata={"help": "Languages to switch to, as on a parcel's page."}
    )
    brand: Look = field(metadata={"help": "Shop: name, support, …"})
    action: str = field(metadata={"help": "Where the form is sent."})
    page: str = field(metadata={"help": "The preferences page."})
    purposes: tuple[Option, ...] = field(
        metadata={"help": "What may be told: value, label, is_on."}
    )
    channels: tuple[Option, ...] = field(
        metadata={"help": "By what: value, label, is_on."}
    )
    tongues: tuple[Option, ...] = field(
        metadata={"help": "Languages of messages: value, label, is_on."}
    )
    done: bool = field(metadata={"help": "Whether it has just been saved."})


def wishes_page(
    brand: Brand,
    wishes: Wishes,
    *,
    language: str,
    channels: Sequence[str],
    action: str,
    page: str,
    done: bool = False,
) -> WishesPage:
    """Return the page, with what they chose ticked."""
    voice = Voice(language)
    offered = [one.code for one in languages_of(brand, language)]
    chosen = wishes.language if wishes.language in offered else language
    return WishesPage(
        language=language,
        languages=languages_of(brand, language),
        brand=look(brand, voice),
        action=action,
        page=page,
        purposes=tuple(
            Option(purpose, voice.say(text), wishes.allow(purpose))
            for purpose, text in PURPOSES.items()
        ),
        channels=tuple(
            Option(code, voice.say(_CHANNELS.get(code, code)), wishes.take(code))
            for code in channels
        ),
        tongues=tuple(Option(code, own_name(code), code == chosen) for code in offered),
        done=done,
    )
