"""Scans: the timeline's lines, in the shopper's language, with honest times."""

import re
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from itertools import groupby

from track_service.core.journey import is_money
from track_service.core.parcel import Shipment
from track_service.core.status import Status
from track_service.core.tracking import Event, Place, Precision, Stamp
from track_service.services.labels import label
from track_service.services.wording_returns import LABELS
from track_service.templating.voice import Voice


@dataclass(frozen=True, slots=True)
class Scan:
    """One line of the timeline.

    `time` is None where only the day is known; `zone` (`UTC+9`) stands only where it
    differs from the brand's. `quote` is the carrier's own text, given where we do not
    know what its code means.
    """

    text: str
    time: str | None = None
    zone: str | None = None
    machine: str | None = None
    place: str | None = None
    quote: str | None = None
    status: str = Status.UNKNOWN


@dataclass(frozen=True, slots=True)
class Day:
    """A day's scans, newest first; `machine` is `YYYY-MM-DD`, None without a date."""

    label: str
    machine: str | None
    scans: tuple[Scan, ...]


def days(
    shipment: Shipment, voice: Voice, *, zone: tzinfo, today: date
) -> tuple[Day, ...]:
    """Return the history by day, newest first, in the order that the history has.

    Where scans come from several zones a date may head two groups: the order of what
    happened goes before the calendar.
    """
    abroad = len({e.place.country for e in shipment.events if e.place.country}) > 1
    newest_first = reversed(shown_events(shipment))
    return tuple(
        Day(
            label=voice.day(day, today) if day else voice.say("Date not stated"),
            machine=day.isoformat() if day else None,
            scans=tuple(_scan(shipment, e, voice, zone, abroad) for e in events),
        )
        for day, events in groupby(newest_first, key=_day)
    )


def shown_events(shipment: Shipment) -> tuple[Event, ...]:
    """Return the scans, oldest first, without what a carrier settles with the shop."""
    return tuple(e for e in shipment.events if not is_money(e.meaning))


def _day(event: Event) -> date | None:
    return event.stamp.local.date() if event.stamp else None


def _scan(
    shipment: Shipment, event: Event, voice: Voice, zone: tzinfo, abroad: bool
) -> Scan:
    message, stamp = label(event.meaning), event.stamp
    if shipment.inward:
        message = LABELS.get(event.meaning.status, message)
    return Scan(
        text=voice.say(message) if message else voice.say("In the carrier's words"),
        time=clock(stamp, voice),
        zone=zone_mark(stamp, zone),
        machine=stamp.text if stamp else None,
        place=place_text(event.place, voice, abroad=abroad),
        quote=None if message else own_words(shipment, event),
        status=event.meaning.status,
    )


def clock(stamp: Stamp | None, voice: Voice) -> str | None:
    """Return the hour as stated, None where only the day is."""
    if stamp is None or stamp.precision is Precision.DAY:
        return None
    return voice.time(stamp.local)


def zone_mark(stamp: Stamp | None, zone: tzinfo) -> str | None:
    """Return a stated offset as `UTC+9` if it is not the zone's at that instant."""
    if stamp is None or stamp.at is None or stamp.offset is None:
        return None
    if stamp.at.astimezone(zone).utcoffset() == stamp.offset:
        return None
    return _offset_mark(stamp.offset)


def _offset_mark(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    sign = "−" if minutes < 0 else "+"  # noqa: RUF001 - a minus reads as one
    hours, rest = divmod(abs(minutes), 60)
    if not minutes:
        return "UTC"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def place_text(place: Place, voice: Voice, *, abroad: bool) -> str | None:
    """Return town or region, with the country where a parcel crosses borders.

    A postcode is left out: at the last scan it is the customer's.
    """
    spot = place.city or place.region
    country = voice.country(place.country) if place.country and abroad else None
    return ", ".join(filter(None, (spot, country))) or None


def own_words(shipment: Shipment, event: Event) -> str | None:
    """Return the carrier's text, or its bare code, with personal words struck out."""
    text = event.description or event.code
    customer = shipment.order.customer
    for word in (customer.name, customer.email, customer.phone, shipment.signed_by):
        if text and word:
            whole = rf"(?<!\w){re.escape(word)}(?!\w)"
            text = re.sub(whole, "…", text, flags=re.IGNORECASE)
    return text and _TELEPHONE.sub("…", text)


# Nine or more digits, spaced or not, that are no date: somebody's telephone number.
_TELEPHONE = re.compile(r"(?<!\d)(?!\d{4}-\d\d-\d\d)\+?\d(?:[ .\-]?\d){8,}")
