from dataclasses import replace
from datetime import UTC, date, datetime

from tests.web.shop import bearer, parcel, small

from track_service.core.status import Meaning, Status
from track_service.core.timeline import Change
from track_service.core.tracking import Event, Place, Precision, Stamp, Window
from track_service.store import brands, history, loading, polling
from track_service.store.history import Outcome
from track_service.web.schemas import ShipmentOut


def test_a_parcel_is_registered_and_read_back(shop):
    made = shop.post(parcel(service="Express"))

    assert made.status_code == 201
    public_id = made.json["id"]
    assert made.headers["Location"] == (
        f"https://track.example/api/v1/shipments/{public_id}"
    )
    assert made.json["page_url"].startswith("https://track.example/t/")
    assert made.json == {
        "id": public_id,
        "order": {
            "number": "1001",
            "items": [
                {
                    "title": "Lotus tea",
                    "quantity": 2,
                    "sku": "TEA-1",
                    "variant": "100 g",
                    "price": "125000.00",
                    "image_url": "https://shop.example/tea.jpg",
                    "url": "https://shop.example/tea",
                }
            ],
            "customer": {
                "name": "Nguyễn Thị An",
                "email": "an.nguyen@example.com",
                "phone": "+84901234567",
                "locale": "vi",
            },
            "cod_amount": "250000.00",
            "currency": "VND",
            "placed_at": "2025-03-01T02:00:00Z",
            "gift": False,
            "address": {
                "street": "12 Ngõ Huyện",
                "city": "Hà Nội",
                "region": None,
                "postal": "100000",
                "country": "VN",
            },
            "page_url": None,
        },
        "carrier": "ghn",
        "carrier_stated": "ghn",
        "carrier_before": None,
        "carrier_named": None,
        "number": "GHN0001",
        "direction": "outbound",
        "service": "Express",
        "status": "pending",
        "sub_status": made.json["sub_status"],
        "cause": None,
        "promise_state": "no_promise",
        "motion_state": "moving",
        "alerts": [],
        "outlook": made.json["outlook"],
        "promised_on": "2025-03-07",
        "shipped_on": "2025-03-02",
        "postal": "700000",
        "estimated_delivery": None,
        "delivered_at": None,
        "signed_by": None,
        "pickup_point": None,
        "collect_by": None,
        "proof_url": None,
        "first_mile": None,
        "last_mile": None,
        "page_url": made.json["page_url"],
        "events": [],
        "money": [],
        "created_at": "2026-03-02T09:00:00Z",
        "checked_at": None,
        "seen_at": None,
        "trouble": None,
        "erased": False,
    }
    assert shop.get(f"/{public_id}").json == made.json


def test_the_page_of_a_registered_parcel_opens(shop, client):
    url = shop.post(parcel()).json["page_url"]

    page = client.get(url.removeprefix("https://track.example"))

    assert page.status_code == 200
    assert "GHN0001" in page.text


def test_the_least_that_a_parcel_needs_is_enough(shop):
    made = shop.post(small())

    assert made.status_code == 201
    assert made.json["order"]["items"] == []
    assert set(made.json["order"]["customer"].values()) == {None}


def test_a_second_parcel_of_an_order_knows_what_the_first_told(shop):
    shop.post(parcel())

    second = shop.post(small("GHN0002"))

    assert second.json["order"]["customer"]["name"] == "Nguyễn Thị An"
    assert second.json["order"]["items"] == []


def scan(of, shipment_id):
    """Record one scan and a window, as a poll does."""
    now = of.clock.now()
    stamp = Stamp.aware(datetime(2026, 3, 1, 8, 5, tzinfo=UTC), Precision.MINUTE)
    event = Event(
        stamp,
        Meaning(Status.IN_TRANSIT, "arrived_at_facility"),
        "transporting",
        "Đến kho",
        Place("Hà Nội", None, "VN", None),
    )
    day = Stamp.day(date(2026, 3, 6))
    with of.database.write() as session:
        (held,) = loading.load(session, [shipment_id])
        seen = replace(
            held.shipment, window=Window(day, day), seen_at=now, asked_at=now
        )
        outcome = Outcome(seen, "ghn", Change(added=(event,)))
        history.write(session, [outcome], now=now, wall=now)
        session.commit()


def id_of(of, public_id):
    with of.database.read() as session:
        return polling.id_of(session, brands.by_code(session, "acme").id, public_id)


def test_scans_are_shown_in_the_parsed_shape(shop, of):
    public_id = shop.post(small()).json["id"]
    scan(of, id_of(of, public_id))

    shown = shop.get(f"/{public_id}").json

    assert shown["estimated_delivery"] == {"from": "2026-03-06", "until": "2026-03-06"}
    assert shown["seen_at"] == "2026-03-02T09:00:00Z"
    assert shown["events"] == [
        {
            "local": "2026-03-01T08:05:00",
            "offset": "+00:00",
            "at": "2026-03-01T08:05:00Z",
            "precision": "minute",
            "code": "transporting",
            "description": "Đến kho",
            "status": "in_transit",
            "sub_status": "arrived_at_facility",
            "cause": None,
            "city": "Hà Nội",
            "region": None,
            "country": "VN",
            "postal": None,
        }
    ]
    assert ShipmentOut().validate(shown) == {}


def test_the_described_document_is_the_one_that_is_shown(shop):
    shown = shop.post(parcel()).json

    assert ShipmentOut().validate(shown) == {}
    assert shown.keys() == ShipmentOut().fields.keys()


def test_an_unchanged_document_is_not_sent_again(shop):
    public_id = shop.post(parcel()).json["id"]
    tag = shop.get(f"/{public_id}").headers["ETag"]

    again = shop.get(f"/{public_id}", If_None_Match=tag)

    assert (again.status_code, again.data) == (304, b"")
    shop.delete(public_id)
    assert shop.get(f"/{public_id}", If_None_Match=tag).status_code == 200


def test_answers_are_private(shop):
    for answer in (shop.post(parcel()), shop.get(), shop.get("/unknown")):
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_openapi_document_describes_every_route(client):
    answer = client.get("/openapi.json")

    spec = answer.json
    assert spec["openapi"] == "3.1.0"
    assert set(spec["paths"]) == {
        "/api/v1/shipments",
        "/api/v1/shipments/{public_id}",
        "/api/v1/shipments/{public_id}/link",
        "/api/v1/shipments/{public_id}/promises",
        "/api/v1/orders/{number}",
        "/api/v1/queue",
        "/api/v1/products",
        "/api/v1/products/{product_id}",
        "/api/v1/purchases",
        "/api/v1/purchases/{number}",
        "/api/v1/reviews",
        "/api/v1/reviews/{review_id}",
        "/api/v1/feedback",
        "/api/v1/tallies",
        "/api/v1/vouchers",
    }
    assert spec["security"] == [{"key": []}]
    sent = spec["paths"]["/api/v1/shipments"]["post"]["requestBody"]
    assert sent["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/ShipmentIn"
    }
    assert spec["components"]["schemas"]["ItemIn"]["required"] == ["title"]
    assert "application/problem+json" in str(spec["paths"])


def test_a_revoked_or_missing_key_opens_nothing(client, brand):
    for headers in ({}, bearer("wrong"), {"Authorization": "Basic a2V5"}, bearer("")):
        answer = client.get("/api/v1/shipments", headers=headers)

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer realm=")
        assert answer.content_type == "application/problem+json"
        assert answer.json["status"] == 401


def test_another_brands_parcel_is_as_unknown_as_none(shop, other_shop):
    public_id = shop.post(parcel()).json["id"]

    foreign = other_shop.get(f"/{public_id}")
    unknown = other_shop.get("/shp_AAAAAAAAAAAAAAAAAAAAAA")
    refused = other_shop.delete(public_id)

    assert foreign.status_code == unknown.status_code == refused.status_code == 404
    assert foreign.json["detail"] == unknown.json["detail"] == refused.json["detail"]
    assert other_shop.get().json == {"shipments": [], "next": None}
    assert shop.get(f"/{public_id}").json["erased"] is False


def test_two_brands_may_hold_the_same_number(shop, other_shop):
    assert shop.post(parcel()).status_code == 201
    assert other_shop.post(parcel()).status_code == 201
