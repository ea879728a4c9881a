"""Beside the scans: where a parcel waits, and who has it on its first and last leg."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from track_service.carriers import carriers
from track_service.core.detail import Mile
from track_service.core.parcel import Shipment
from track_service.core.status import Status
from track_service.services.naming import named
from track_service.templating.voice import Voice


@dataclass(frozen=True, slots=True)
class Pickup:
    """A pick-up point; `lines` of its address and `hours` as the carrier states them.

    `by` is the last day on which it keeps the parcel, in words.
    """

    name: str | None
    lines: tuple[str, ...]
    hours: tuple[str, ...]
    by: str | None


@dataclass(frozen=True, slots=True)
class LegLine:
    """A leg with another carrier; `href` is that carrier's page of it."""

    label: str
    carrier: str | None
    number: str | None
    href: str | None


def pickup(shipment: Shipment, voice: Voice, *, today: date) -> Pickup | None:
    """Return where to collect a parcel, None while it waits nowhere that is known."""
    point, by = shipment.detail.pickup, shipment.detail.collect_by
    if shipment.meaning.status is not Status.AVAILABLE_FOR_PICKUP or not point:
        return None
    until = voice.full_date(by, today) if by else None
    return Pickup(point.name, point.lines, point.hours, until)


def legs(shipment: Shipment, voice: Voice) -> tuple[LegLine, ...]:
    """Return the legs that another carrier, or another number, stands for."""
    return tuple(_legs(shipment, voice))


def _legs(shipment: Shipment, voice: Voice) -> Iterator[LegLine]:
    of = shipment.detail
    told = (
        (voice.say("Sent with"), of.first_mile),
        (voice.say("Handed on to"), of.last_mile),
    )
    for label, mile in told:
        if mile and mile.number != shipment.number:
            yield _leg(label, mile)


def _leg(label: str, mile: Mile) -> LegLine:
    code = named(mile.carrier) or ""
    known = carriers().get(code)
    url = known.page_url if known else None
    href = (
        url.format(number=quote(mile.number, safe="")) if url and mile.number else None
    )
    return LegLine(label, known.label if known else mile.carrier, mile.number, href)
