"""Veil: what a brand keeps from its shoppers, who carries a parcel or where it was.

`hide_carrier` and `hide_location` of its theme. A pick-up point is told all the same:
without it nobody could collect the parcel.
"""

from dataclasses import dataclass, replace
from datetime import tzinfo
from zoneinfo import ZoneInfo

from track_service.core.parcel import Shipment
from track_service.core.status import Status
from track_service.core.tracking import Place, Stamp
from track_service.templating.voice import Voice


@dataclass(frozen=True, slots=True)
class Veiled:
    """A parcel as its shoppers may see it, and how sentences call its carrier.

    `named` tells that the carrier itself may be known: by name, number or link.
    """

    shipment: Shipment
    carrier: str
    named: bool = True


def veiled(shipment: Shipment, voice: Voice, carrier_label: str) -> Veiled:
    """Return a parcel without what its brand hides.

    A carrier's own words go with either: they may name it, or a place. So may a zone:
    times whose place is hidden are told by the brand's clock.
    """
    theme, brand = shipment.brand.theme, shipment.brand.name
    nameless, placeless = (
        theme.get(key) is True for key in ("hide_carrier", "hide_location")
    )
    if not (nameless or placeless):
        return Veiled(shipment, carrier_label)
    zone = ZoneInfo(shipment.brand.zone)
    events = tuple(
        replace(
            event,
            code=None,
            description=None,
            place=Place() if placeless else event.place,
            stamp=_at_home(event.stamp, zone) if placeless else event.stamp,
        )
        for event in shipment.events
        if event.meaning.status is not Status.UNKNOWN
    )
    seen = replace(shipment, events=events)
    if not nameless:
        return Veiled(seen, carrier_label)
    detail = replace(shipment.detail, first_mile=None, last_mile=None, proof_url=None)
    label = voice.say("{brand} Delivery", brand=brand)
    return Veiled(replace(seen, detail=detail), label, named=False)


def _at_home(stamp: Stamp | None, zone: tzinfo) -> Stamp | None:
    """Return a time by a zone's clock; one that names no instant stays as stated."""
    if stamp is None or stamp.at is None:
        return stamp
    return Stamp.aware(stamp.at.astimezone(zone), stamp.precision)
