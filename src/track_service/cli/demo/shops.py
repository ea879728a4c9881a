"""The demo's three shops and their orders: invented people at example addresses."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from track_service.app import Service
from track_service.cli.demo.goods import item, open_shelves
from track_service.core.parcel import Customer, Order
from track_service.sandbox import PUSHERS, Parcel, Phones
from track_service.services import brands, ways
from track_service.services.register import NewShipment, register
from track_service.store import brands as store


@dataclass(frozen=True, slots=True)
class Shops:
    """What the demo prints and pushes to; `receipts` are of the shop in Vietnam."""

    pages: list[str]
    hooks: dict[str, str]
    receipts: dict[str, str]


_BRANDS: dict[str, dict[str, Any]] = {
    "us": {
        "code": "maple-main",
        "name": "Maple & Main",
        "zone": "America/New_York",
        "theme": {
            "primary": "#8a3324",
            "scheme": "light",
            "font": "serif",
            "radius": 4,
            "header": "plain",
            "links": [
                {"label": "New in", "href": "https://maple.example/new"},
                {"label": "Kitchen", "href": "https://maple.example/kitchen"},
                {"label": "Stores", "href": "https://maple.example/stores"},
            ],
            "footer": [
                {"label": "Returns", "href": "https://maple.example/returns"},
                {"label": "Privacy", "href": "https://maple.example/privacy"},
            ],
            "social": {
                "instagram": "https://www.instagram.com/maple.example",
                "pinterest": "https://www.pinterest.com/maple.example",
            },
            "faq": [
                {
                    "question": "Can I still change my order?",
                    "answer": "Until it is packed: write to us with its number.",
                },
                {
                    "question": "How do I send something back?",
                    "answer": "Within 30 days, with the label in the box.",
                },
            ],
        },
        "support_email": "help@maple.example",
        "support_phone": "+1 202 555 0143",
    },
    "eu": {
        "code": "nordwind",
        "name": "Nordwind Outdoor",
        "languages": ("en", "de"),
        "zone": "Europe/London",
        "theme": {
            "primary": "#0f5f59",
            "accent": "#f2b84b",
            "scheme": "dark",
            "font": "humanist",
            "radius": 12,
            "links": [{"label": "Shop", "href": "https://nordwind.example"}],
            "social": {"youtube": "https://www.youtube.com/@nordwind.example"},
            "support": {
                "chat": "https://nordwind.example/chat",
                "whatsapp": "+442079460000",
            },
        },
        "support_url": "https://nordwind.example/help",
    },
    "vn": {
        "code": "nha-xinh",
        "name": "Nhà Xinh",
        "locale": "vi",
        "zone": "Asia/Ho_Chi_Minh",
        "theme": {
            "primary": "#b3261e",
            "font": "rounded",
            "radius": 28,
            "links": [
                {
                    "label": {"vi": "Cửa hàng", "en": "Shop"},
                    "href": "https://nhaxinh.example",
                },
            ],
            "footer": [
                {
                    "label": {"vi": "Chính sách đổi trả", "en": "Returns"},
                    "href": "https://nhaxinh.example/doi-tra",
                },
            ],
            "social": {"facebook": "https://www.facebook.com/nhaxinh.example"},
            "support": {"zalo": "19000000", "messenger": "nhaxinh.example"},
            "faq": [
                {
                    "question": {
                        "vi": "Tôi có được kiểm tra hàng khi nhận không?",
                        "en": "May I look at it before I pay?",
                    },
                    "answer": {
                        "vi": "Được, bạn cứ mở hộp trước mặt shipper.",
                        "en": "Yes, open the box while the courier waits.",
                    },
                },
            ],
        },
        "support_email": "hotro@nhaxinh.example",
        "support_phone": "1900 0000",
    },
}
_TEMPLATES = {
    kind: {
        "template_id": f"31000{place}",
        "params": {
            "customer_name": {
                "type": "customer_name", "value": "customer", "else": "bạn",
            },
            "order_code": {"type": "code", "value": "order"},
            "eta": {"type": "label", "value": "arrival", "else": "đang cập nhật"},
        },
        "title": "Thông tin đơn hàng <order_code>",
        "paragraphs": ["Chào <customer_name>, kiện hàng của bạn có thay đổi."],
        "table": [["Mã đơn hàng", "<order_code>"], ["Dự kiến giao", "<eta>"]],
        "buttons": ["Theo dõi đơn hàng"],
    }
    for place, kind in enumerate(("late", "delayed", "exception", "attempt_failed"))
}  # fmt: skip
_LOGOS = Path(__file__).parent / "logos"
_PEOPLE = {
    "us": ("Alex Rivers", "Jordan Hale", "Sam Whitlock"),
    "eu": ("Robin Ashdown", "Kim Fenwick", "Chris Marlowe"),
    "vn": ("Nguyễn Thị Mẫu", "Trần Văn Thử", "Lê Minh Ví Dụ"),
}


def open_shops(
    of: Service, parcels: Sequence[Parcel], phones: Phones, *, port: int
) -> Shops:
    """Add the brands and register every parcel; sending is on."""
    made = {market: _open(of, market, port) for market in _BRANDS}
    receipts = _write_by_phone(of, made["vn"], phones)
    pages: list[str] = []
    with of.database.write() as session:
        for place, parcel in enumerate(parcels):
            market = parcel.market if parcel.market in _BRANDS else "eu"
            shipment = register(
                session,
                made[market].brand,
                _order(parcel, market, place),
                now=of.clock.now(),
                mint=of.mint,
            )
            pages.append(f"{of.settings.base_url}/t/{shipment.token}")
        session.commit()
    hooks = dict(_hooks(of.settings.base_url, made["vn"].hook_secret))
    return Shops(pages, hooks, receipts)


def _write_by_phone(of: Service, made: brands.Made, phones: Phones) -> dict[str, str]:
    """Let the shop in Vietnam write by Zalo, else by SMS, else by mail."""
    secret, base = made.hook_secret, of.settings.base_url
    hooks = {
        code: f"{base}/hooks/channels/{code}/{secret}"
        for code in ("zalo_zns", "sms_esms")
    }
    given = {
        "zalo_zns": {"templates": json.dumps(_TEMPLATES)},
        "sms_esms": {"price": "650", "callback_url": hooks["sms_esms"]},
    }
    with of.database.write() as session:
        for code, more in given.items():
            settings = phones.settings(code) | more
            ways.put(session, made.brand, code, settings, place=None, minutes=1)
        ways.put(session, made.brand, "email", {}, place=None, minutes=None)
        session.commit()
    return hooks


def _open(of: Service, market: str, port: int) -> brands.Made:
    alerts = f"127.0.0.1:{port}/demo/alerts"
    brand = brands.new_brand(
        **_BRANDS[market],
        webhook_url=f"http://{alerts}/webhook",
        ops_urls=(f"json://{alerts}/apprise",),
        mail_from=f"tracking@{_BRANDS[market]['code']}.example",
    )
    with of.database.write() as session:
        made = brands.add(session, brand, now=of.clock.now(), mint=of.mint)
        logo = (_LOGOS / f"{brand.code}.png").read_bytes()
        sending = replace(brands.set_logo(session, made.brand, logo), sending=True)
        store.change(session, sending)
        session.commit()
    open_shelves(of, sending, market)
    return replace(made, brand=sending)


def _order(parcel: Parcel, market: str, place: int) -> NewShipment:
    person = _PEOPLE[market][place % 3]
    local = market == "vn"
    return NewShipment(
        order=Order(
            number=f"{1000 + place}",
            items=(item(market, place, 1), item(market, place + 1, 1 + place % 2)),
            customer=Customer(
                name=person,
                email=f"shopper{place}@example.com",
                phone=f"+84 900 000 {place:03}" if local else None,
                locale="vi" if local else "en",
            ),
            cod_amount=Decimal(parcel.cod) if parcel.cod else None,
            currency="VND" if local else "USD" if market == "us" else "EUR",
        ),
        carrier=parcel.carrier,
        number=parcel.number,
        # Of every third the shop promises nothing: its page shows our estimate.
        promised_on=parcel.promised_on if place % 3 else None,
        shipped_on=parcel.shipped_on,
    )


def _hooks(base_url: str, secret: str) -> Iterator[tuple[str, str]]:
    for carrier in PUSHERS:
        yield carrier, f"{base_url}/hooks/carriers/{carrier}/{secret}"
