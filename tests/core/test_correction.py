from datetime import date, timedelta

import pytest
from tests.conftest import NOW
from tests.make import a_tracking, an_event, no_tracking

from track_service.core.correction import is_the_parcel, is_unknown, next_to_ask
from track_service.core.parcel import Brand, Order, Shipment
from track_service.core.status import Status
from track_service.core.tracking import Event, Place, Stamp, Trouble

DAY = timedelta(days=1)


def parcel(**more):
    kept = {"order": Order("1"), "carrier": "ups", "number": "277500000033"} | more
    brand = Brand(1, "acme", "Acme")
    return Shipment(1, "shp", "t", brand, created_at=NOW, trouble="not_found", **kept)


@pytest.mark.parametrize(
    ("more", "after", "expected"),
    [
        pytest.param({}, DAY, True, id="a day later"),
        pytest.param({}, DAY * 0.9, False, id="too soon"),
        pytest.param(
            {"shipped_on": date(2026, 3, 5)}, 2 * DAY, False, id="not shipped"
        ),
        pytest.param({"shipped_on": date(2026, 2, 1)}, DAY, True, id="shipped before"),
        pytest.param(
            {"events": (an_event(Status.PENDING, at=NOW),)}, DAY, False, id="was known"
        ),
    ],
)
def test_a_carrier_is_given_a_day_to_know_a_parcel(more, after, expected):
    assert is_unknown(parcel(**more), now=NOW + after) is expected


def test_those_that_can_be_asked_are_asked_the_likeliest_first_and_once():
    ask = {"among": {"ups", "purolator", "fedex"}}

    assert next_to_ask(parcel(), asked=set(), **ask) == "fedex"
    assert next_to_ask(parcel(), asked={"fedex"}, **ask) == "purolator"
    assert next_to_ask(parcel(), asked={"fedex", "purolator"}, **ask) is None
    assert next_to_ask(parcel(), asked={"a", "b", "c"}, **ask) is None


@pytest.mark.parametrize(
    ("known", "scanned", "expected"),
    [
        pytest.param({}, NOW - 14 * DAY, True, id="registered late"),
        pytest.param({}, NOW - 15 * DAY, False, id="long before it was registered"),
        pytest.param(
            {"shipped_on": date(2026, 2, 20)}, NOW - 12 * DAY, True, id="as shipped"
        ),
        pytest.param(
            {"order": Order("1", placed_at=NOW)},
            NOW - 4 * DAY,
            False,
            id="no order yet",
        ),
    ],
)
def test_scans_that_are_far_older_are_another_parcels(known, scanned, expected):
    seen = a_tracking(an_event(Status.IN_TRANSIT, at=scanned))

    assert is_the_parcel(parcel(**known), seen) is expected


@pytest.mark.parametrize(
    ("wanted", "reached", "expected"),
    [
        ("70-173", "70173", True),
        ("SW1A 1AA", "sw1a", True),
        ("70173", "10115", False),
        (None, "10115", True),
        ("70173", None, True),
    ],
)
def test_a_delivery_in_another_postcode_is_another_parcels(wanted, reached, expected):
    at = Stamp.aware(NOW)
    delivery = an_event(Status.DELIVERED, at=NOW).meaning
    seen = a_tracking(Event(at, delivery, place=Place(postal=reached)))

    assert is_the_parcel(parcel(postal=wanted), seen) is expected


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(no_tracking(Trouble.NOT_FOUND), id="not found"),
        pytest.param(a_tracking(), id="no scan"),
        pytest.param(
            a_tracking(Event(None, an_event(Status.PENDING, at=NOW).meaning)),
            id="no time",
        ),
    ],
)
def test_without_a_dated_scan_it_is_nobodys(seen):
    assert not is_the_parcel(parcel(), seen)
