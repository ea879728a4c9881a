"""Orders of a Shopify shop, taken as its hooks are."""

from tests.storefronts.shop import body_of

from track_service.app import Service
from track_service.core.parcel import Brand
from track_service.services.handing import Handing, take
from track_service.storefronts.shopify import Shopify


def hand_over(
    of: Service, brand: Brand, payload, topic="orders/updated", *, past=False
) -> int:
    """Take what a payload tells; return the order's id."""
    at = Handing(
        brand, "shopify", of.clock.now(), of.mint, tuple(of.desk.carriers), past
    )
    (handover,) = Shopify.parse(body_of(payload), topic, {})
    with of.database.write() as session:
        order_id, _ = take(session, at, handover)
        session.commit()
    return order_id
