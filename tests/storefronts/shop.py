"""A shop on Shopify as tests play it: its payloads, signed as Shopify signs."""

import hashlib
import hmac
import json
from base64 import b64encode
from itertools import count

SECRET = "shpss_made_up"
_DELIVERIES = count(1)


def an_order(number="#2041", *, order_id=9007199254740991001, **more):
    return {
        "id": order_id,
        "name": number,
        "confirmed": True,
        "email": "linh@shopper.example",
        "phone": "+84901234567",
        "currency": "USD",
        "total_price": "37.00",
        "created_at": "2026-03-02T09:15:00+07:00",
        "updated_at": "2026-03-02T09:15:00+07:00",
        "customer_locale": "vi-VN",
        "cancelled_at": None,
        "shipping_address": {"name": "Linh Tran", "zip": "100000"},
        "line_items": [
            {"title": "Bamboo tray", "quantity": 2, "price": "18.50", "sku": "TRAY"}
        ],
        "fulfillments": [],
    } | more


def a_fulfilment(company="UPS", number="1Z999AA10123456784", **more):
    return {
        "id": 9007199254741001001,
        "status": "success",
        "tracking_company": company,
        "tracking_number": number,
        "created_at": "2026-03-02T10:00:00+07:00",
    } | more


def headers(body: bytes, topic: str, delivery: str | None = None) -> dict[str, str]:
    mac = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
    return {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": b64encode(mac).decode(),
        "X-Shopify-Webhook-Id": delivery or f"delivery-{next(_DELIVERIES)}",
    }


def body_of(payload) -> bytes:
    return payload if isinstance(payload, bytes) else json.dumps(payload).encode()
