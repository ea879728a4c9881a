"""Submit: one hand-over of a parcel in a transaction of its own."""

from datetime import datetime
from typing import Any

from track_service.core.parcel import Brand, Shipment
from track_service.services.minting import Mint
from track_service.services.register import (
    AlreadyRegistered,
    NewShipment,
    register_once,
)
from track_service.store import idempotency, shipments
from track_service.store.db import Database

_TRIES = 4


def submit(
    database: Database,
    brand: Brand,
    new: NewShipment,
    *,
    key: str | None,
    body: Any,
    now: datetime,
    mint: Mint,
) -> tuple[Shipment, bool]:
    """Register and commit; return the shipment as stored, and whether it is new.

    Who comes second under an idempotency key waits; who loses a race for the number or
    the order tries again. Both then see what the winner committed. Raises what
    `register_once` raises.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            with database.write() as session:
                if key is not None:
                    idempotency.hold(session, brand.id, key)
                shipment, is_new = register_once(
                    session, brand, new, key=key, body=body, now=now, mint=mint
                )
                session.flush()
                # As stored: a later parcel's order knows what an earlier one told.
                stored = shipments.by_public_id(session, brand.id, shipment.public_id)
                session.commit()
        except AlreadyRegistered as error:
            if error.public_id is not None or not tries_left:
                raise
        else:
            return stored or shipment, is_new
    raise AssertionError("the last try returns or raises")
