"""Samples: made-up parcels of a brand in every state, to try its look on.

Nothing of them is stored, and nothing in them is of anybody.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from track_service.core.parcel import Brand, Item, Order, Shipment
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Place, Precision, Stamp, Window
from track_service.store.figures import TEST_CARRIER

_ROAD = (
    (Status.INFO_RECEIVED, "label_created", 72),
    (Status.PICKED_UP, None, 66),
    (Status.IN_TRANSIT, "departed_facility", 52),
    (Status.IN_TRANSIT, "arrived_at_facility", 28),
    (Status.IN_TRANSIT, "at_delivery_depot", 6),
    (Status.OUT_FOR_DELIVERY, None, 3),
)
# How far along the road a parcel came, and what was told last.
_STATES: Mapping[str, tuple[int, Status, str | None]] = {
    "preparing": (0, Status.PREPARING, None),
    "pending": (0, Status.PENDING, None),
    "info_received": (1, Status.INFO_RECEIVED, "label_created"),
    "picked_up": (2, Status.PICKED_UP, None),
    "in_transit": (4, Status.IN_TRANSIT, "arrived_at_facility"),
    "late": (4, Status.IN_TRANSIT, "arrived_at_facility"),
    "out_for_delivery": (6, Status.OUT_FOR_DELIVERY, None),
    "available_for_pickup": (5, Status.AVAILABLE_FOR_PICKUP, "ready"),
    "attempt_failed": (6, Status.ATTEMPT_FAILED, "recipient_unavailable"),
    "exception": (4, Status.EXCEPTION, "damaged"),
    "lost": (4, Status.EXCEPTION, "lost"),
    "delivered": (6, Status.DELIVERED, "signed"),
    "returning": (6, Status.RETURNING, "to_sender"),
    "returned": (6, Status.RETURNED, "to_sender"),
    "cancelled": (1, Status.CANCELLED, None),
    "expired": (4, Status.EXPIRED, "no_updates"),
    "unknown": (0, Status.UNKNOWN, None),
}
STATES = tuple(_STATES)
FIRST = "in_transit"


def sample(brand: Brand, state: str, *, now: datetime) -> Shipment:
    """Return a made-up parcel of a brand in one of the `STATES`; `now` is aware UTC."""
    steps, status, sub = _STATES[state]
    local = now.astimezone(ZoneInfo(brand.zone))
    told = [_scan(local, *step) for step in _ROAD[:steps]]
    if steps and (status, sub) != _ROAD[steps - 1][:2]:
        told.append(_scan(local, status, sub, 1))
    is_near = status is Status.OUT_FOR_DELIVERY
    ahead = Stamp.day((local + timedelta(days=0 if is_near else 1)).date())
    made = Shipment(
        id=0,
        public_id="shp_preview",
        token="preview",  # noqa: S106 - opens nothing
        brand=brand,
        order=_order(),
        carrier=TEST_CARRIER,
        number="PREVIEW-1",
        created_at=now - timedelta(days=3),
        promised_on=(local + timedelta(days=1)).date(),
        meaning=Meaning(status, sub),
        window=None if status.is_final else Window(ahead, ahead),
        events=tuple(told),
        asked_at=now,
        seen_at=now if steps else None,
    )
    if state != "late":
        return made
    promised = (local - timedelta(days=2)).date()
    return replace(made, promised_on=promised, promise_state="late")


def _order() -> Order:
    items = (
        Item("Desk lamp", 1, variant="Natural, warm light"),
        Item("Cushion cover", 2, variant="Sand, 45 by 45 cm"),
    )
    return Order("PREVIEW", items=items, cod_amount=Decimal(25), currency="USD")


def _scan(now: datetime, status: Status, sub: str | None, hours: int) -> Event:
    stamp = Stamp.aware(now - timedelta(hours=hours), Precision.MINUTE)
    return Event(stamp, Meaning(status, sub), place=Place(city="Sample City"))
