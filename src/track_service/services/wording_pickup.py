"""Wording of a parcel that waits at a pick-up point until a day that is known."""

from dataclasses import replace
from datetime import date, timedelta

from track_service.core.parcel import Shipment
from track_service.core.status import Status
from track_service.services.tone import BAD, Wording
from track_service.templating.voice import N_

_UNTIL = N_("It waits at the pick-up point until {by}.")
_COLLECT = N_(
    "Collect it by {by}, and bring your tracking number and an identity document."
)
_LAST_DAYS = N_("Collect your parcel now: it waits until {by} only.")
_OVER = N_("It was kept until {by}, and may go back to {brand} at any time.")
_ASK = N_("Ask {carrier} today whether it is still there.")


def collecting(shipment: Shipment, worded: Wording, *, today: date) -> Wording:
    """Return the wording with the day by which to collect it (`{by}`), if one is known."""
    by = shipment.detail.collect_by
    if shipment.meaning.status is not Status.AVAILABLE_FOR_PICKUP or by is None:
        return worded
    if by < today:
        return replace(worded, tone=BAD, what_next=_OVER, action=_ASK)
    told = replace(worded, what_next=_UNTIL, action=_COLLECT)
    is_near = by - today <= timedelta(days=1)
    return replace(told, tone=BAD, headline=_LAST_DAYS) if is_near else told
