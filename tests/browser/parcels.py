"""A shop's parcels, one in each state, put there by what a carrier answered."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from tests.browser.site import Site
from tests.make import (
    a_parcel,
    a_tracking,
    an_event,
    an_order,
    missed,
    no_tracking,
    seen,
)

from track_service.app import Service
from track_service.core.detail import Detail, Mile, PickupPoint
from track_service.core.parcel import Brand, Customer, Item, Shipment
from track_service.core.status import Status
from track_service.core.tracking import Stamp, Trouble, Window
from track_service.services import brands

NOW = datetime(2026, 3, 4, 7, 30, tzinfo=UTC)  # 14:30 in the shop's zone
S = Status
ICT = timezone(timedelta(hours=7))
HN, DN, SG = "Hà Nội", "Đà Nẵng", "TP. Hồ Chí Minh"


def scan(status, sub=None, *, day=4, at="09:14", city=None):
    hour, minute = map(int, at.split(":"))
    when = datetime(2026, 3, day, hour, minute, tzinfo=ICT)
    return an_event(status, sub, at=when, city=city, country="VN")


def days(first, last=None):
    start = Stamp.day(date(2026, 3, first))
    return Window(start, Stamp.day(date(2026, 3, last or first)))


def hours(day, start, until):
    ends = (datetime(2026, 3, day, h, tzinfo=ICT) for h in (start, until))
    return Window(*(Stamp.aware(end) for end in ends))


LABEL = scan(S.INFO_RECEIVED, "label_created", day=1, at="16:02")
PICKED = scan(S.PICKED_UP, day=1, at="18:40", city=HN)
LEFT = scan(S.IN_TRANSIT, "departed_facility", day=2, at="02:15", city=HN)
HUB = scan(S.IN_TRANSIT, "arrived_at_facility", day=3, at="11:48", city=DN)
LONG_AGO = datetime(2026, 2, 24, 2, 15, tzinfo=ICT)
DEPOT = scan(S.IN_TRANSIT, "at_delivery_depot", at="05:31", city=SG)
OUT = scan(S.OUT_FOR_DELIVERY, at="08:05", city=SG)
ROAD = (LABEL, PICKED, LEFT, HUB)


LEGS = Detail(
    first_mile=Mile("China Post", "RX000000001CN"),
    last_mile=Mile("UPS", "1Z5R89390357567127"),
)
WAITS = Detail(
    pickup=PickupPoint(
        "Bưu cục Bến Nghé",
        ("12 Nguyễn Huệ", "Phường Bến Nghé, Quận 1"),
        ("T2–T6 8:00–18:00", "T7 8:00–12:00"),
    ),
    collect_by=date(2026, 3, 9),
)


def _door(status, sub=None):
    return (*ROAD, DEPOT, OUT, scan(status, sub, at="10:20", city=SG))


Put = Callable[[Service, Shipment], Shipment]


def _seen(*events, **more) -> Put:
    return lambda of, parcel: seen(of, parcel, a_tracking(*events, **more))


def _unknown_to_carrier(of: Service, parcel: Shipment) -> Shipment:
    return seen(of, parcel, no_tracking(Trouble.NOT_FOUND))


def _unreachable(of: Service, parcel: Shipment) -> Shipment:
    seen(of, parcel, a_tracking(*ROAD, window=days(6)))
    return missed(of, parcel, Trouble.SERVER_ERROR, times=3)


def _still(of: Service, parcel: Shipment) -> Shipment:
    """Nothing since a scan of eight days before."""
    left = an_event(
        S.IN_TRANSIT, "departed_facility", at=LONG_AGO, city=HN, country="VN"
    )
    return seen(of, parcel, a_tracking(left))


STATES: Mapping[str, Put] = {
    "pending": lambda _of, parcel: parcel,
    "not_found": _unknown_to_carrier,
    "info_received": _seen(LABEL),
    "picked_up": _seen(LABEL, PICKED),
    "in_transit": _seen(*ROAD, window=days(6), detail=LEGS),
    "out_for_delivery": _seen(*ROAD, DEPOT, OUT, window=hours(4, 14, 17)),
    "available_for_pickup": _seen(
        *_door(S.AVAILABLE_FOR_PICKUP, "ready"), detail=WAITS
    ),
    "attempt_failed": _seen(
        *_door(S.ATTEMPT_FAILED, "recipient_unavailable"), window=days(5)
    ),
    "exception": _seen(*_door(S.EXCEPTION, "damaged")),
    "late": _seen(*ROAD),
    "delayed": _seen(
        *ROAD, scan(S.EXCEPTION, "delayed_weather", at="07:40", city=DN), window=days(8)
    ),
    "stalled": _still,
    "lost": _seen(*_door(S.EXCEPTION, "lost")),
    "delivered": _seen(*_door(S.DELIVERED, "signed"), signed_by="Ngọc Example"),
    "returning": _seen(*_door(S.RETURNING, "to_sender")),
    "returned": _seen(*_door(S.RETURNED, "to_sender")),
    "cancelled": _seen(LABEL, scan(S.CANCELLED, day=2, at="09:00")),
    "unreachable": _unreachable,
}
PROMISED = {"late": date(2026, 3, 3), "delayed": date(2026, 3, 5), "not_found": None}
SHOP = {
    "code": "tre-viet",
    "name": "Tre Việt",
    "zone": "Asia/Ho_Chi_Minh",
    "languages": ("en", "vi", "de", "es", "fr"),
    "theme": {"primary": "#14532d"},
    "support_url": "https://help.treviet.example",
    "support_email": "care@treviet.example",
    "support_phone": "+84 28 7300 1234",
}


def registered(
    of: Service, brand: Brand, name: str, number: str | None = None
) -> Shipment:
    """Register the parcel of a state, before anybody asks for it."""
    place = list(STATES).index(name)
    order = an_order(
        f"TV-{20418 + place}",
        items=(
            Item("Bamboo desk lamp", 1, variant="Natural, warm light"),
            Item("Linen cushion cover", 2, variant="Sand, 45 × 45 cm"),
        ),
        customer=Customer("Ngọc Example", "ngoc@shopper.example"),
        cod_amount=Decimal(350_000),
    )
    return a_parcel(
        of,
        brand,
        carrier="ghn",
        number=number or f"GHN8R4K{place:02}",
        order=order,
        promised_on=PROMISED.get(name, date(2026, 3, 6)),
    )


def themed(site: Site, code: str, theme: Mapping[str, Any]) -> str:
    """Open a shop with a theme and return the page of a late parcel of its."""
    of = site.of
    shop = {**SHOP, "code": code, "theme": dict(theme)}
    with of.database.write() as session:
        made = brands.add(
            session, brands.new_brand(**shop), now=of.clock.now(), mint=of.mint
        )
        session.commit()
    parcel = registered(of, made.brand, "late")
    STATES["late"](of, parcel)
    return f"{site.url}/t/{parcel.token}"
