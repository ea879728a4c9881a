"""A shop cancels a shipment that its carrier has not got yet: nobody asks for it more."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from track_service.core.handover import Parcel
from track_service.core.parcel import Shipment
from track_service.core.status import CALLED_OFF
from track_service.core.tracking import Event, Precision, Stamp, Tracking
from track_service.services import look
from track_service.services.minting import Mint
from track_service.store import history, orders, polling, shipments


def call_off(
    session: Session,
    order_id: int,
    parcels: Iterable[Parcel],
    *,
    platform: str,
    now: datetime,
    mint: Mint,
) -> None:
    """Cancel the order's parcels that a storefront calls void.

    One that its carrier has told more of than that it was registered goes on: it is on
    its way, whatever its shop says.
    """
    eye = look.Eye(now, lambda: 0.5, mint.name)
    for parcel in parcels:
        ids = orders.named(session, order_id, parcel.external_id, parcel.number)
        for held in shipments.load(session, ids, lock=True):
            if not _is_untouched(held.shipment):
                continue
            said = Tracking(held.shipment.number, (_word(held.shipment, now),))
            outcome = look.read_again(held, said, eye, source=f"shop:{platform}")
            history.write(session, [outcome], now=now, wall=now)
            polling.stop(session, held.shipment.id, now=now)


def _is_untouched(parcel: Shipment) -> bool:
    """Tell whether it is alive, and no scan is known of it but its registration."""
    return (
        parcel.erased_at is None
        and parcel.meaning.status.before_hand_over
        and all(event.meaning.status.before_hand_over for event in parcel.events)
    )


def _word(parcel: Shipment, now: datetime) -> Event:
    local = now.astimezone(ZoneInfo(parcel.brand.zone))
    return Event(Stamp.aware(local, Precision.MINUTE), CALLED_OFF)
