"""Products that a storefront tells of: new, changed, or not sold any more."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from track_service.core.goods import Product
from track_service.store import catalogue


def note(
    session: Session, brand_id: int, told: Iterable[Product], *, now: datetime
) -> None:
    """Store products as a platform tells them; one without a title was deleted.

    A platform that names no currency means that of the shop's orders.
    """
    for product in told:
        if product.title is None:
            catalogue.remove(session, brand_id, product.external_id, now=now)
            continue
        currency = product.currency or catalogue.currency(session, brand_id)
        price = product.price if currency else None
        at = min(product.told_at or now, now)
        known = replace(product, price=price, currency=currency, told_at=at)
        catalogue.tell(session, brand_id, [known])
