"""Flags: what is wrong with a parcel now, and the one thing an order is flagged with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from track_service.core.alerts import NOT_SHIPPED, Alert, flag, rank
from track_service.core.delay import judge
from track_service.core.judgement import Concern
from track_service.core.ordered import Ordered
from track_service.core.parcel import Shipment


@dataclass(frozen=True, slots=True)
class Flag:
    """An order's most urgent alert, and the parcel it is of; None if of the order."""

    alert: Alert
    parcel: Shipment | None


def alerts(shipment: Shipment, *, now: datetime) -> list[Concern]:
    """Return what is wrong with a parcel, the most urgent first."""
    found = judge(shipment, now=now, zone=ZoneInfo(shipment.brand.zone)).concerns
    return sorted(found, key=lambda concern: rank(concern.kind))


def flag_of(
    ordered: Ordered, parcels: Sequence[Shipment], *, now: datetime
) -> Flag | None:
    """Return the one thing that an order is flagged with, None where all is well."""
    if ordered.cancelled_at is not None:
        return None
    wrong = {
        str(concern.kind): parcel
        for parcel in reversed(parcels)
        if parcel.erased_at is None
        for concern in alerts(parcel, now=now)
    }
    kinds = [*wrong, *([NOT_SHIPPED] if ordered.late_since else [])]
    worst = flag(kinds)
    return None if worst is None else Flag(worst, wrong.get(worst.kind))
