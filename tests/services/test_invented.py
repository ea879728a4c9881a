"""Which fields hold what is somebody's, by their names and by the form of the value."""

import pytest

from track_service.services.invented import Invented, kind_of


@pytest.mark.parametrize(
    ("path", "value", "kind"),
    [
        (("data", "to_name"), "Mai Thật", "name"),
        (("deliveryDetails", "receivedByName"), "J.DOE", "name"),
        (("proofOfDelivery", "signed", "name"), "J DOE", "name"),
        (("consignee", "companyName"), "Real Ltd", "name"),
        (("data", "stops", "name"), "Mai Thật", "name"),
        (("packageAddress", "address", "addressLine1"), "7 Real Road", "street"),
        (("RECEIVER_PHONE",), "0912345678", "phone"),
        (("customer", "email"), "kim@real.example", "mail"),
        (("stop", "latitude"), "10.7765", "geo"),
        (("note",), "Gate code is 1234", "note"),
        (("signatureImage",), "A" * 200, "picture"),
        (("shop_id",), "190412", "id"),
        (("references", "value"), "PO-77120", "id"),
        (("package", "trackingNumber"), "1Z999AA10123456784", "number"),
        (("event", "statusName"), "Delivered", None),
        (("location", "address", "addressLocality"), "Bonn", None),
        (("location", "address", "countryCode"), "DE", None),
        (("package", "statusCode"), "DL", None),
        (("shipment", "mailType"), "DM", None),
        (("image",), "none", None),
        (("leadtime",), "2026-03-05T16:59:59Z", None),
        (("name",), "", None),
        ((), "Mai Thật", None),
    ],
)
def test_a_field_is_somebodys_by_its_name_and_form(path, value, kind):
    assert kind_of(path, value) == kind


def test_a_value_has_one_invented_value_of_its_form():
    invented = Invented()
    for _ in range(2):
        invented.take("phone", "+84 912 345 678")
        invented.take("number", "1Z999AA10123456784")
        invented.take("name", "Mai Thật")
    invented.take("name", " ")

    made = invented.replaced
    assert len(made) == 3
    assert made["1Z999AA10123456784"].startswith("1Z")
    assert len(made["1Z999AA10123456784"]) == 18
    assert [c.isdigit() for c in made["+84 912 345 678"]] == [
        c.isdigit() for c in "+84 912 345 678"
    ]
    assert not any(was == now for was, now in made.items())


@pytest.mark.parametrize("digits", ["1", "12345678912345", "91234567891234567"])
def test_an_invented_number_is_another_one(digits):
    for earlier in range(9):
        invented = Invented()
        for place in range(earlier):
            invented.take("name", f"Somebody {place}")
        invented.take("id", digits)

        assert invented.replaced[digits] != digits
