from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from track_service.carriers import carriers
from track_service.core.parcel import Brand, Customer, Item, Order
from track_service.services import intake
from track_service.services.register import NewShipment, Refused

ENGLISH, VIETNAMESE = Brand(1, "a", "A", locale="en"), Brand(2, "b", "B", locale="vi")


def document(**customer):
    return {
        "order": {"number": "1001", "customer": customer},
        "carrier": "ghn",
        "number": "GHN0001",
    }


def test_a_whole_document_becomes_a_new_shipment():
    read = intake.read(
        {
            "order": {
                "number": " 1001 ",
                "items": [
                    {"title": "Tea\n 100 g", "price": "12.50"},
                    {"title": "Cup", "quantity": 3, "url": "http://shop.example/cup"},
                ],
                "customer": {"email": "An@EXAMPLE.com"},
                "cod_amount": "0",
                "currency": "usd",
                "placed_at": "2025-03-01T23:30:00.5-05:00",
            },
            "carrier": "ups",
            "number": "1Z999",
            "promised_on": "2025-03-07",
        },
        brand=ENGLISH,
    )

    assert read == NewShipment(
        order=Order(
            "1001",
            (
                Item("Tea 100 g", price=Decimal("12.50")),
                Item("Cup", 3, url="http://shop.example/cup"),
            ),
            Customer(email="An@example.com"),
            Decimal(0),
            "USD",
            datetime(2025, 3, 2, 4, 30, 0, 500_000, tzinfo=UTC),
        ),
        carrier="ups",
        number="1Z999",
        promised_on=date(2025, 3, 7),
        carrier_stated="ups",
    )


@pytest.mark.parametrize(
    ("brand", "customer", "expected"),
    [
        pytest.param(ENGLISH, {"locale": "vi"}, "+84901234567", id="their language"),
        pytest.param(ENGLISH, {"locale": "en-VN"}, "+84901234567", id="their region"),
        pytest.param(VIETNAMESE, {}, "+84901234567", id="the brand's"),
        pytest.param(VIETNAMESE, {"locale": None}, "+84901234567", id="null is none"),
    ],
)
def test_a_national_number_is_read_in_the_customers_region(brand, customer, expected):
    read = intake.read(document(phone="090 123 45 67", **customer), brand=brand)

    assert read.order.customer.phone == expected


@pytest.mark.parametrize(
    ("brand", "customer"),
    [
        pytest.param(ENGLISH, {}, id="a language without a region"),
        pytest.param(VIETNAMESE, {"locale": "en"}, id="their own goes first"),
        pytest.param(VIETNAMESE, {"locale": "de-DE"}, id="not of their region"),
    ],
)
def test_a_national_number_without_its_region_is_not_guessed(brand, customer):
    with pytest.raises(Refused) as refused:
        intake.read(document(phone="0901234567", **customer), brand=brand)

    assert list(refused.value.fields) == ["order.customer.phone"]


def test_every_carrier_can_be_named():
    for code in carriers():
        assert intake.read({**document(), "carrier": code}, brand=ENGLISH)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
NAMES = [
    "order",
    "number",
    "items",
    "customer",
    "cod_amount",
    "currency",
    "placed_at",
    "carrier",
    "promised_on",
    "shipped_on",
    "postal",
    "title",
    "quantity",
    "sku",
    "price",
    "url",
    "image_url",
    "name",
    "email",
    "phone",
    "locale",
]
LIKELY = st.recursive(
    JSON,
    lambda inner: (
        st.dictionaries(st.sampled_from(NAMES), inner) | st.lists(inner, max_size=2)
    ),
    max_leaves=20,
)


def read_or_refusal(value):
    try:
        return intake.read(value, brand=VIETNAMESE)
    except Refused as refused:
        return refused


@given(LIKELY)
def test_whatever_is_handed_over_is_read_or_refused(value):
    outcome = read_or_refusal(value)

    assert isinstance(outcome, NewShipment) or outcome.fields


@given(st.sampled_from(["email", "phone", "name", "locale"]), st.text(max_size=300))
def test_any_text_of_a_customer_is_read_or_refused(name, text):
    outcome = read_or_refusal(document(**{name: text}))

    if isinstance(outcome, Refused):
        assert list(outcome.fields) == [f"order.customer.{name}"]
    else:
        kept = getattr(outcome.order.customer, name)
        assert kept
        assert kept == kept.strip()
        assert "\x00" not in kept


def told(number, carrier=None, *, reachable=("ups", "fedex", "purolator", "ghn")):
    document = {"order": {"number": "1001"}, "carrier": carrier, "number": number}
    return intake.read(document, brand=ENGLISH, reachable=reachable)


@pytest.mark.parametrize(
    ("stated", "carrier"),
    [
        ("UPS Ground", "ups"),
        ("UPS®", "ups"),
        ("Giao Hàng Nhanh", "ghn"),
        ("dhl express", "mydhl"),
        ("GHN", "ghn"),
    ],
)
def test_a_carrier_may_be_named_as_people_write_it(stated, carrier):
    read = told("N00000000001", f" {stated} ")

    assert (read.carrier, read.carrier_stated) == (carrier, stated)


def test_a_name_that_is_nobodys_is_answered_with_those_near_it():
    with pytest.raises(Refused) as refused:
        told("N00000000001", "Fedx Grond")

    assert list(refused.value.fields) == ["carrier"]
    assert "Near it: fedex." in refused.value.fields["carrier"][0]


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        pytest.param("1Z999AA10123456784", "ups", id="a check digit"),
        pytest.param("277500000033", "fedex", id="the one of two that can be asked"),
        pytest.param("S1.A1.17373471", "ghtk", id="a form of its own"),
    ],
)
def test_a_number_may_tell_whose_it_is(number, carrier):
    read = told(number, reachable=("ups", "fedex", "ghtk"))

    assert (read.carrier, read.carrier_stated) == (carrier, None)


@pytest.mark.parametrize(
    ("number", "reachable", "candidates"),
    [
        pytest.param(
            "277500000033", ("fedex", "purolator"), ("fedex", "purolator"), id="no lead"
        ),
        pytest.param("1Z999AA10123456784", ("ghn",), ("ups",), id="not to be asked"),
        pytest.param("?!?!", ("ups",), (), id="a form of nobody's"),
        pytest.param("ABCDEF", ("ghn",), ("ghn",), id="as many words have it"),
        pytest.param("ORDER12", ("ghn",), ("ghn",), id="as many orders have it"),
    ],
)
def test_a_number_that_does_not_tell_is_refused_with_whose_it_may_be(
    number, reachable, candidates
):
    with pytest.raises(Refused) as refused:
        told(number, reachable=reachable)

    assert refused.value.candidates == candidates
    assert list(refused.value.fields) == ["carrier"]


@pytest.mark.parametrize(
    ("carrier", "written", "kept"),
    [
        ("ups", "1z 999 aa1-0123456784", "1Z999AA10123456784"),
        ("dhl_parcel_de", "56.310 243.031 3", "563102430313"),
        ("vnpost", "rr 123456785 vn", "RR123456785VN"),
        ("ghtk", "S1.A1.17373471", "S1.A1.17373471"),
        ("ghn", "5enLKKHD", "5enLKKHD"),
        ("17track", "any-Thing 1", "any-Thing 1"),
    ],
)
def test_a_number_is_kept_in_one_spelling_where_its_form_allows(carrier, written, kept):
    assert told(written, carrier).number == kept
