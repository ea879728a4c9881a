"""A shop's orders, one at each stage, put there by what its storefront told."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from tests.browser.parcels import DEPOT, NOW, OUT, ROAD
from tests.make import a_tracking, seen

from track_service.app import Service
from track_service.core.handover import Buyer, Handover, Line, Parcel, Stage
from track_service.core.parcel import Brand
from track_service.core.tracking import Stamp
from track_service.services.handing import Handing, take
from track_service.services.preparing import look_due
from track_service.store import ordered

LAMP = Line("Bamboo desk lamp", variant="Natural, warm light")
COVERS = Line("Linen cushion cover", Decimal(2), variant="Sand, 45 × 45 cm")
OWN = Parcel("TV-77/A", carrier_stated="Tre Việt Express", url="https://own.example/77")
_NUMBERS = count(1)


def _parcels(*lines: tuple[Line, ...]) -> tuple[Parcel, ...]:
    numbers = (f"GHN8R4Z{next(_NUMBERS):02}" for _ in lines)
    return tuple(
        Parcel(n, "ghn", lines=of) for n, of in zip(numbers, lines, strict=True)
    )


ORDERS: Mapping[str, Mapping[str, Any]] = {
    "placed": {"stage": Stage.PLACED},
    "confirmed": {
        "stage": Stage.CONFIRMED,
        "promised": Stamp.aware(NOW + timedelta(3)),
    },
    "packed": {"stage": Stage.PACKED},
    "not shipped": {
        "stage": Stage.CONFIRMED,
        "placed_at": Stamp.aware(NOW - timedelta(9)),
    },
    "handed over": {"stage": Stage.HANDED_OVER},
    "linked": {"stage": Stage.HANDED_OVER, "parcels": (OWN, replace(OWN, number="B"))},
    "parcels": {
        "stage": Stage.HANDED_OVER,
        "parcels": _parcels((LAMP,), (replace(COVERS, quantity=Decimal(1)),)),
    },
    "cancelled": {"stage": Stage.CONFIRMED, "cancelled": True},
}
HEADLINES = {
    "placed": "Tre Việt has your order.",
    "confirmed": "Your order is confirmed.",
    "packed": "Your order is packed.",
    "not shipped": "Tre Việt is still preparing your order.",
    "handed over": "Tre Việt has sent your order.",
    "linked": "Tre Việt has sent your order.",
    "parcels": "Your order comes in 2 parcels.",
    "cancelled": "Your order is cancelled.",
}


def handed_over(of: Service, brand: Brand) -> dict[str, str]:
    """Take all orders; return the token of each one's page."""
    tokens = {name: _take(of, brand, f"TV-{n}", told) for n, (name, told) in _all()}
    while look_due(of.desk):
        pass
    return tokens


def _all():
    return enumerate(ORDERS.items(), start=30501)


def _take(of: Service, brand: Brand, number: str, told: Mapping[str, Any]) -> str:
    now = of.clock.now()
    handover = Handover(
        number=number,
        external_id=number,
        buyer=Buyer(name="Ngọc Example", email="ngoc@shopper.example"),
        lines=(LAMP, COVERS),
        **{"placed_at": Stamp.aware(now - timedelta(hours=5)), **told},
    )
    with of.database.write() as session:
        order_id, made = take(
            session, Handing(brand, "shopify", now, of.mint), handover
        )
        session.commit()
        order = ordered.by_number(session, brand.id, number)
    if made:
        seen(of, made[0], a_tracking(*ROAD, DEPOT, OUT))
    assert order is not None
    assert order.id == order_id
    return str(order.token)
