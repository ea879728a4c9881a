from track_service.app import service
from track_service.core.parcel import Brand
from track_service.services.pushed import digest
from track_service.store import brands


def parcel(number="GHN0001", order="1001", **more):
    return {
        "order": {
            "number": order,
            "items": [
                {
                    "title": "Lotus tea",
                    "quantity": 2,
                    "sku": "TEA-1",
                    "variant": "100 g",
                    "price": "125000",
                    "image_url": "https://shop.example/tea.jpg",
                    "url": "https://shop.example/tea",
                }
            ],
            "customer": {
                "name": "Nguyễn Thị An",
                "email": "an.nguyen@example.com",
                "phone": "+84 901 234 567",
                "locale": "vi",
            },
            "address": {
                "street": "12 Ngõ Huyện",
                "city": "Hà Nội",
                "postal": "100000",
                "country": "vn",
            },
            "cod_amount": "250000",
            "currency": "VND",
            "placed_at": "2025-03-01T09:00:00+07:00",
        },
        "carrier": "ghn",
        "number": number,
        "promised_on": "2025-03-07",
        "shipped_on": "2025-03-02",
        "postal": "700000",
        **more,
    }


def small(number="GHN0001", order="1001"):
    return {"order": {"number": order}, "carrier": "ghn", "number": number}


def bearer(key, **more):
    return {"Authorization": f"Bearer {key}", **more}


def add_brand(app, code, key):
    parts = service(app)
    with parts.database.write() as session:
        brand = brands.add(session, Brand(0, code, code.title()), now=parts.clock.now())
        brands.add_key(
            session, brand.id, digest=digest(key), hint="", now=parts.clock.now()
        )
        session.commit()
    return brand


class Shop:
    def __init__(self, client, key):
        self.client, self.key = client, key

    def post(self, body, **headers):
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        return self.client.post(
            "/api/v1/shipments", json=body, headers=bearer(self.key, **named)
        )

    def send(self, data, content_type="application/json"):
        return self.client.post(
            "/api/v1/shipments",
            data=data,
            content_type=content_type,
            headers=bearer(self.key),
        )

    def get(self, path="", **headers):
        named = {k.replace("_", "-"): v for k, v in headers.items()}
        return self.client.get(
            f"/api/v1/shipments{path}", headers=bearer(self.key, **named)
        )

    def delete(self, public_id):
        return self.client.delete(
            f"/api/v1/shipments/{public_id}", headers=bearer(self.key)
        )
