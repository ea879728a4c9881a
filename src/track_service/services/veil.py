"""Veil: what a brand keeps from its shoppers, who carries a parcel or where it was.

`hide_carrier` and `hide_location` of its theme. A pick-up point is told all the same:
without it nobody could collect the parcel.
"""

from dataclasses import dataclass, replace

from track_service.core.parcel import Shipment
from track_service.core.status import Status
from track_service.core.tracking import Place
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

    A carrier's own words go with either: they may name it, or a place.
    """
    theme, brand = shipment.brand.theme, shipment.brand.name
    nameless, placeless = (
        theme.get(key) is True for key in ("hide_carrier", "hide_location")
    )
    if not (nameless or placeless):
        return Veiled(shipment, carrier_label)
    events = tuple(
        replace(
            event,
            code=None,
            description=None,
            place=Place() if placeless else event.place,
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
