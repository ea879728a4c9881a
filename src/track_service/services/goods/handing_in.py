"""Products and purchases that a shop hands in are stored, and read back."""

from datetime import datetime

from track_service.core.parcel import Brand
from track_service.services.goods.intake import (
    Batch,
    read_products,
    read_purchases,
)
from track_service.services.minting import Mint
from track_service.store import catalogue, purchases, shoppers
from track_service.store.db import Database


def take_products(
    database: Database, brand: Brand, document: object, *, now: datetime
) -> Batch:
    """Store the products of a document; return the good and the bad ones.

    Raises `Refused`.
    """
    batch = read_products(document, now=now)
    with database.write() as session:
        catalogue.tell(session, brand.id, batch.good)
        session.commit()
    return batch


def take_purchases(
    database: Database, brand: Brand, document: object, *, now: datetime, mint: Mint
) -> Batch:
    """Store the orders of a document; return the good and the bad ones.

    Raises `Refused`.
    """
    with database.write() as session:
        key = shoppers.key(session, brand.id, fresh=mint.secret())
        batch = read_purchases(document, brand=brand, key=key, now=now)
        purchases.tell(session, brand.id, batch.good, now=now)
        session.commit()
    return batch
