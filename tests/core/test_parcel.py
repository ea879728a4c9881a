from datetime import UTC, datetime

from track_service.core.parcel import Brand, Customer, Order, Shipment


def test_no_repr_shows_a_secret_or_a_person():
    brand = Brand(
        1, "acme", "Acme", webhook_secret="s3cret-1", ops_urls=("slack://s3cret-2",)
    )
    customer = Customer("s3cret-3", "s3cret-4@shopper.example", "s3cret-5")
    shipment = Shipment(
        1,
        "shp_1",
        "s3cret-6",
        brand,
        Order("1001", customer=customer),
        "ups",
        "1Z",
        datetime(2026, 3, 2, tzinfo=UTC),
        postal="s3cret-7",
        signed_by="s3cret-8",
    )

    assert "s3cret" not in repr(shipment)
    assert "acme" in repr(shipment)
