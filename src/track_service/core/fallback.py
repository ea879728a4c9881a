"""When an aggregator is asked in the carrier's place, and when the carrier again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from track_service.core.motion import last_news
from track_service.core.parcel import Shipment
from track_service.core.tracking import Trouble

OWN_EVERY = timedelta(days=1)  # how often the carrier is tried meanwhile


@dataclass(frozen=True, slots=True)
class Fallback:
    """The operator's rule: who is asked in whose place, and after how long.

    `guests` are the codes of aggregators by those of carriers.
    """

    guests: Mapping[str, str] = field(default_factory=dict)
    patience: timedelta = OWN_EVERY

    def in_place_of(self, guest: str) -> frozenset[str]:
        """Return the codes of the carriers in whose place an aggregator is asked."""
        return frozenset(own for own, its in self.guests.items() if its == guest)

    def is_given_up(self, shipment: Shipment, *, now: datetime, zone: tzinfo) -> bool:
        """Tell whether the carrier has not known a parcel for too long.

        That long since its last scan, else since it was to be handed over.
        """
        if shipment.trouble not in {Trouble.NOT_FOUND, Trouble.INVALID_NUMBER}:
            return False
        return now - last_news(shipment, now=now, zone=zone) >= self.patience
