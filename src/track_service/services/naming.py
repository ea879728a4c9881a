"""What a parcel's carrier is called: on pages, in mails, and by an aggregator."""

import re

from track_service.carriers import carriers
from track_service.core.numbers import by_name
from track_service.core.parcel import Shipment

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def named(stated: str | None) -> str | None:
    """Return our code of a carrier that an aggregator names, else its own words.

    "usps", "dhl-express" and "DHLExpress" are read as the names they stand for.
    """
    if stated is None:
        return None
    code = by_name(stated) or by_name(_WORD.sub(" ", stated))
    return code if code in carriers() else stated


def carrier_label(shipment: Shipment) -> str:
    """Return the name by which shoppers know the carrier, not who tells us of it."""
    carrier = carriers().get(shipment.carrier)
    if carrier is None:
        return shipment.carrier
    if not carrier.aggregator or shipment.carrier_named is None:
        return carrier.label
    known = carriers().get(shipment.carrier_named)
    return known.label if known else shipment.carrier_named
