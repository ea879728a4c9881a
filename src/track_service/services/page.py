"""The tracking page: what it may show to whoever holds its link, and in which words.

Never on it: the recipient's name, address and contact, nor who signed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from track_service.core.parcel import Brand, Item, Shipment
from track_service.core.promise import promise_state
from track_service.services.arrival import Arrival, arrival
from track_service.services.beside import LegLine, Pickup, legs, pickup
from track_service.services.calendar_entry import awaited_window
from track_service.services.care import Care, care
from track_service.services.checks import Checks, checks
from track_service.services.progress import Step, progress
from track_service.services.progress_back import progress_back
from track_service.services.prompts import Prompt
from track_service.services.recommending.cards import Block
from track_service.services.rest import OtherParcel, other_parcel, unshipped
from track_service.services.scans import Day, days
from track_service.services.share_link import share_key
from track_service.services.state import State, cod, state
from track_service.services.veil import veiled
from track_service.store.cases import Case
from track_service.store.history import Promised
from track_service.templating.catalog import choose_language
from track_service.templating.links import web_link
from track_service.templating.look import Look, brand_card_url, look
from track_service.templating.voice import Voice, own_name

_OPEN_SCANS, _WORTH_FOLDING = 5, 4
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Language:
    """A language that the page can be read in; `href` is relative to the page."""

    code: str
    name: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class PageItem:
    """One line of the order; `<picture>-56.webp` is ours, None is none."""

    title: str
    quantity: int
    variant: str | None
    picture: str | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """The parcel's marks. `url` is the carrier's page; `cod` is still to be paid.

    Where the brand hides the carrier, its name and number are empty.
    """

    order: str
    number: str
    carrier: str
    url: str | None
    cod: str | None


@dataclass(frozen=True, slots=True)
class Keep:
    """What a reader may take along.

    `calendar` is None without a window ahead; `share` opens state and arrival only.
    """

    calendar: str | None
    share: str


@dataclass(frozen=True, slots=True)
class TrackingPage:
    """The template's contract: a template may use these names and no others."""

    language: str = field(
        metadata={"help": "Code of the language of all texts, for `<html lang>`."}
    )
    languages: tuple[Language, ...] = field(
        metadata={
            "help": "Languages to switch to: code, name, href, is_current."
            " Empty if there is one only."
        }
    )
    brand: Look = field(
        metadata={
            "help": "Shop: code, name, initial, logo, icon, css, scheme, palette; support,"
            " links, footer, social (label, href)."
        }
    )
    state: State = field(
        metadata={
            "help": "status (word of the taxonomy), tone (waiting, moving, attention,"
            " problem, done, ended), headline, what_next, actions, calm (nothing is to be"
            " done), ask (brand or carrier)."
        }
    )
    arrival: Arrival = field(
        metadata={
            "help": "label, value (as exact as stated), note, promised, where, is_late, basis"
            " (of an estimate of ours)."
        }
    )
    steps: tuple[Step, ...] = field(
        metadata={
            "help": "Progress: key, label, state (done, current, stuck, upcoming),"
            " when, note."
        }
    )
    days: tuple[Day, ...] = field(
        metadata={
            "help": "Timeline, newest first: label, machine, scans (text, time, zone,"
            " machine, place, quote, status)."
        }
    )
    earlier: tuple[Day, ...] = field(
        metadata={
            "help": "The rest of a long timeline, folded away; of the same shape."
        }
    )
    has_other_zones: bool = field(
        metadata={"help": "Whether a time of the timeline shows its own zone."}
    )
    items: tuple[PageItem, ...] = field(
        metadata={
            "help": "What was ordered: title, quantity, variant, picture (None, or the"
            " beginning of `-56.webp`, `-112.webp`)."
        }
    )
    others: tuple[OtherParcel, ...] = field(
        metadata={
            "help": "Other parcels of the order: tone, headline, href, when, items."
        }
    )
    returns: tuple[OtherParcel, ...] = field(
        metadata={"help": "What goes back to the shop of it, as others."}
    )
    unshipped: tuple[PageItem, ...] = field(
        metadata={"help": "What was ordered and is in no parcel yet; as items."}
    )
    parcel: Parcel = field(metadata={"help": "order, number, carrier, url, cod."})
    care: Care = field(
        metadata={
            "help": "told (what the shopper reported: what, text), facts (label, value;"
            " only after the second factor), confirm, report, redeliver (addresses),"
            " proof (address, only then), has_proof."
        }
    )
    checks: Checks = field(
        metadata={"help": "last_scan, checked, checked_at, note (carrier unreachable)."}
    )
    keep: Keep = field(
        metadata={
            "help": "calendar (address of an .ics, if there is a window ahead), share"
            " (address that opens state and arrival only)."
        }
    )
    pickup: Pickup | None = field(
        metadata={
            "help": "Where to collect it: name, lines, hours, by (the last day, in words)."
            " None unless it waits somewhere that is known."
        }
    )
    legs: tuple[LegLine, ...] = field(
        metadata={
            "help": "First and last leg with other carriers: label, carrier, number, href."
        }
    )
    card: str = field(
        metadata={"help": "Absolute address of the picture that a chat shows."}
    )
    feedback: Prompt | None = field(
        default=None,
        metadata={
            "help": "What is asked after the delivery: path, stars (given), more, recovery,"
            " review (address). None while nothing is asked."
        },
    )
    offers: Block | None = field(
        default=None,
        metadata={
            "help": "What the shop offers: cards (product, title, why, href, price,"
            " picture), path, objects, stands. None while the parcel is in trouble."
        },
    )
    preferences: str | None = field(
        default=None,
        metadata={
            "help": "Where the buyer chooses what to be told; only after the second factor."
        },
    )


def tracking_page(
    shipment: Shipment,
    *,
    now: datetime,
    carrier_label: str,
    carrier_url: str | None = None,
    language: str | None = None,
    blind: bool = False,
    shown: Sequence[Promised] = (),
    others: Sequence[tuple[Shipment, str]] = (),
    ordered: Sequence[Item] = (),
    cases: Sequence[Case] = (),
    proven: bool = False,
    voucher: str | None = None,
    origin: str = "",
    pictures: Mapping[str, str] = _NONE,
) -> TrackingPage:
    """Return the page of a parcel for whoever holds its link.

    `now` is aware UTC. `language` is what the reader asked for (`?lang=`), if anything;
    `blind` tells that the carrier cannot be asked at all at the moment; `shown` is the
    ledger of dates that the shopper was told. `others` are the order's other parcels,
    each with its carrier's label; `ordered` is the whole order, empty if not known;
    `origin` is our configured address, with which links for others begin. `cases` are
    what the shopper reported, the newest first; `proven` that they gave the second factor,
    who alone are shown their order's `voucher`.
    `pictures` are where those of the items are served, by the shop's own addresses.
    """
    brand, zone = shipment.brand, ZoneInfo(shipment.brand.zone)
    voice = Voice(page_language(shipment, language))
    seen = veiled(shipment, voice, carrier_label)
    shipment, carrier_label = seen.shipment, seen.carrier
    today = now.astimezone(zone).date()
    expected = arrival(
        shipment, voice, now=now, zone=zone, carrier_label=carrier_label, shown=shown
    )
    rest = [
        (
            other.inward,
            other_parcel(other, voice, now=now, zone=zone, carrier_label=label),
        )
        for other, label in others
    ]
    steps = progress_back if shipment.inward else progress
    history = days(shipment, voice, zone=zone, today=today)
    recent = _recent(history)
    return TrackingPage(
        language=voice.language,
        languages=languages_of(brand, voice.language),
        brand=look(brand, voice),
        state=state(
            shipment,
            voice,
            carrier_label=carrier_label,
            promise=promise_state(shipment, now=now, zone=zone),
            is_late=expected.is_late,
            today=today,
            named=seen.named,
        ),
        arrival=expected,
        steps=steps(shipment, voice, today=today),
        days=history[:recent],
        earlier=history[recent:],
        has_other_zones=any(scan.zone for day in history for scan in day.scans),
        items=tuple(page_item(item, pictures) for item in shipment.order.shown),
        others=tuple(other for inward, other in rest if not inward),
        returns=tuple(other for inward, other in rest if inward),
        unshipped=tuple(
            page_item(item, pictures)
            for item in unshipped(
                () if shipment.order.is_gift or shipment.inward else ordered,
                (shipment, *(other for other, _ in others)),
            )
        ),
        parcel=Parcel(
            order=shipment.order.number,
            number=shipment.number if seen.named else "",
            carrier=carrier_label if seen.named else "",
            url=web_link(carrier_url) if seen.named else None,
            cod=cod(shipment, voice),
        ),
        care=care(
            shipment,
            voice,
            cases=cases,
            carrier_label=carrier_label,
            proven=proven,
            voucher=voucher,
            now=now,
        ),
        checks=checks(
            shipment,
            voice,
            now=now,
            zone=zone,
            carrier_label=carrier_label,
            blind=blind,
        ),
        keep=_keep(shipment, now=now, zone=zone, origin=origin),
        pickup=pickup(shipment, voice, today=today),
        legs=legs(shipment, voice),
        card=f"{origin}{brand_card_url(brand)}",
    )


def _keep(shipment: Shipment, *, now: datetime, zone: tzinfo, origin: str) -> Keep:
    shared = f"/s/{share_key(shipment)}"
    ahead = awaited_window(shipment, now=now, zone=zone)
    return Keep(f"{shared}/arrival.ics" if ahead else None, f"{origin}{shared}")


def _recent(history: Sequence[Day]) -> int:
    """Return how many days stand open: a few scans, or all where few would be folded."""
    scans = [len(day.scans) for day in history]
    open_days = next(
        (n for n in range(1, len(scans)) if sum(scans[:n]) >= _OPEN_SCANS), len(scans)
    )
    return open_days if sum(scans[open_days:]) >= _WORTH_FOLDING else len(scans)


def page_language(shipment: Shipment, asked: str | None = None) -> str:
    """Return the language that the reader wants, else the customer's, else the brand's."""
    brand = shipment.brand
    return choose_language(
        asked, shipment.order.customer.locale, brand.locale, offered=brand.languages
    )


def languages_of(brand: Brand, current: str) -> tuple[Language, ...]:
    """Return the languages to switch to, none where a brand has one only."""
    codes = dict.fromkeys(choose_language(c, offered=(c,)) for c in brand.languages)
    if len(codes) < 2:
        return ()
    return tuple(
        Language(code, own_name(code), f"?lang={code}", code == current)
        for code in codes
    )


def page_item(item: Item, pictures: Mapping[str, str]) -> PageItem:
    """Return a line of an order as a page shows it."""
    picture = pictures.get(item.image_url or "")
    return PageItem(item.title, item.quantity, item.variant, picture)
