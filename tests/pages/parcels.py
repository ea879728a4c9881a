"""Shipments in every state, for pages and mails."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from track_service.core.parcel import Brand, Customer, Item, Order, Shipment
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Place, Precision, Stamp, Window
from track_service.templating.render import render

NOW = datetime(2025, 11, 22, 7, 30, tzinfo=UTC)  # 14:30 in the brand's zone
TODAY = date(2025, 11, 22)
ICT = timedelta(hours=7)
PRIVATE = ("Trần Thị Bích Ngọc", "ngoc@private.example", "0912345678")


def brand(**more):
    kept = {
        "id": 1,
        "code": "tre-viet",
        "name": "Tre Việt",
        "locale": "en",
        "zone": "Asia/Ho_Chi_Minh",
        "theme": {"primary": "#14532d", "accent": "#166534"},
        "support_url": "https://help.treviet.example",
        "support_email": "care@treviet.example",
        "support_phone": "+84 28 7300 1234",
    }
    return Brand(**(kept | more))


def order(**more):
    name, email, phone = PRIVATE
    kept = {
        "number": "TV-20418",
        "items": (
            Item("Bamboo desk lamp", 1, variant="Natural, warm light"),
            Item("Linen cushion cover", 2, variant="Sand, 45 × 45 cm"),
        ),
        "customer": Customer(name, email, phone),
        "currency": "VND",
    }
    return Order(**(kept | more))


def scan(status, sub=None, *, day=22, at="09:14", city=None, **more):
    hour, minute = map(int, at.split(":"))
    kept = {"offset": ICT, "precision": Precision.MINUTE, "country": "VN", "code": "X1"}
    kept |= more
    stamp = Stamp(
        datetime(2025, 11, day, hour, minute),  # noqa: DTZ001 - a wall clock
        kept["offset"],
        kept["precision"],
    )
    return Event(
        stamp,
        Meaning(status, sub),
        code=kept["code"],
        description=kept.get("description"),
        place=Place(city=city, country=kept["country"]),
    )


LABEL = scan(Status.INFO_RECEIVED, "label_created", day=19, at="16:02")
PICKED = scan(Status.PICKED_UP, day=19, at="18:40", city="Hà Nội")
LEFT = scan(Status.IN_TRANSIT, "departed_facility", day=20, at="02:15", city="Hà Nội")
HUB = scan(Status.IN_TRANSIT, "arrived_at_facility", day=21, at="11:48", city="Đà Nẵng")
DEPOT = scan(
    Status.IN_TRANSIT, "at_delivery_depot", day=22, at="05:31", city="TP. Hồ Chí Minh"
)
OUT = scan(Status.OUT_FOR_DELIVERY, day=22, at="08:05", city="TP. Hồ Chí Minh")
ROAD = (LABEL, PICKED, LEFT, HUB)


def day_window(first, last=None):
    start = Stamp.day(date(2025, 11, first))
    return Window(start, Stamp.day(date(2025, 11, last or first)))


def hours(day, start, until, offset=ICT):
    ends = (
        Stamp(datetime(2025, 11, day, h, 0), offset, Precision.MINUTE)  # noqa: DTZ001
        for h in (start, until)
    )
    return Window(*ends)


def shipment(status=Status.IN_TRANSIT, sub=None, *, events=ROAD, **more):
    kept = {
        "id": 7,
        "public_id": "shp_7",
        "token": "t0k",
        "brand": brand(),
        "order": order(),
        "carrier": "ghn",
        "number": "GHN8R4KQ2",
        "created_at": datetime(2025, 11, 19, 9, 0, tzinfo=UTC),
        "promised_on": date(2025, 11, 24),
        "meaning": Meaning(status, sub),
        "events": tuple(events),
        "asked_at": NOW - timedelta(minutes=20),
        "seen_at": NOW - timedelta(minutes=20),
    }
    return Shipment(**(kept | more))


def _last(status, sub=None, *, at="10:20"):
    return (*ROAD, DEPOT, OUT, scan(status, sub, at=at, city="TP. Hồ Chí Minh"))


def _ended(status, sub=None, *, before=(), **more):
    return shipment(status, sub, events=(*before, *_last(status, sub)), **more)


COD = order(cod_amount=Decimal(350000))
STATES = {
    "unknown": shipment(Status.UNKNOWN, events=()),
    "pending": shipment(Status.PENDING, events=(), window=None),
    "not_found": shipment(
        Status.PENDING, events=(), trouble="not_found", failures=1, promised_on=None
    ),
    "invalid_number": shipment(Status.PENDING, events=(), trouble="invalid_number"),
    "preparing": shipment(Status.PREPARING, events=(), seen_at=None),
    "info_received": shipment(Status.INFO_RECEIVED, "label_created", events=(LABEL,)),
    "picked_up": shipment(Status.PICKED_UP, events=(LABEL, PICKED)),
    "in_transit": shipment(window=day_window(24, 25)),
    "out_for_delivery": shipment(
        Status.OUT_FOR_DELIVERY,
        events=(*ROAD, DEPOT, OUT),
        window=hours(22, 14, 16),
        order=COD,
    ),
    "available_for_pickup": _ended(Status.AVAILABLE_FOR_PICKUP, "ready", order=COD),
    "attempt_failed": _ended(
        Status.ATTEMPT_FAILED, "recipient_unavailable", order=COD, window=day_window(23)
    ),
    "exception": _ended(Status.EXCEPTION, "damaged"),
    "lost": _ended(Status.EXCEPTION, "lost", promise_state="broken"),
    "delayed": _ended(Status.EXCEPTION, "delayed_weather", window=day_window(26)),
    "late": shipment(promised_on=date(2025, 11, 20), promise_state="late"),
    "delivered": _ended(
        Status.DELIVERED, "signed", signed_by="Trần Thị Bích Ngọc", promise_state="kept"
    ),
    "delivered_late": _ended(Status.DELIVERED, promised_on=date(2025, 11, 20)),
    "returning": _ended(Status.RETURNING, "to_sender"),
    "returned": _ended(Status.RETURNED, "to_sender"),
    "cancelled": shipment(Status.CANCELLED, events=(LABEL,)),
    "expired": shipment(Status.EXPIRED, "no_updates"),
    "unreachable": shipment(
        trouble="server_error", failures=4, seen_at=NOW - timedelta(hours=5)
    ),
    "abroad": shipment(
        events=(
            scan(
                Status.PICKED_UP,
                day=18,
                at="21:10",
                city="Tokyo",
                country="JP",
                offset=timedelta(hours=9),
            ),
            scan(
                Status.IN_TRANSIT,
                "customs_released",
                day=20,
                city="Hà Nội",
                precision=Precision.DAY,
                offset=None,
                at="00:00",
            ),
            scan(
                Status.UNKNOWN,
                day=21,
                code="ZX9",
                description="Kiện hàng đã được cân lại",
                city="Hà Nội",
            ),
        ),
        window=day_window(24),
    ),
}


def without_icon(html):
    """A page without the one picture that it draws itself: its icon, of known signs."""
    icon = r'<link rel="icon" href="data:image/svg\+xml,[\w%./:= -]*" type="[^"]*">'
    left, found = re.subn(icon, "", html)
    assert found == 1
    return left


def in_language(parcel, language):
    return replace(parcel, brand=replace(parcel.brand, locale=language))


def render_page(page):
    return render("pages/tracking.html", page)


def render_order(page):
    return render("pages/order.html", page)
