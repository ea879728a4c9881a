from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from track_service.core.parcel import Brand, Order, Shipment
from track_service.core.selling import Arm, arm, may_sell
from track_service.core.status import Meaning, Status
from track_service.core.uplift import Told, uplift

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BRAND = Brand(1, "acme", "Acme")


def a_parcel(status=Status.IN_TRANSIT, promise="on_time", motion="moving"):
    made = Shipment(1, "shp", "t", BRAND, Order("1"), "ups", "N1", NOW)
    return replace(
        made, meaning=Meaning(status), promise_state=promise, motion_state=motion
    )


CALM = {
    Status.PREPARING,
    Status.PENDING,
    Status.INFO_RECEIVED,
    Status.PICKED_UP,
    Status.IN_TRANSIT,
    Status.OUT_FOR_DELIVERY,
    Status.AVAILABLE_FOR_PICKUP,
    Status.DELIVERED,
}


@pytest.mark.parametrize("status", Status)
def test_nothing_is_sold_beside_a_mishap(status):
    assert may_sell([a_parcel(), a_parcel(status)]) is (status in CALM)


@pytest.mark.parametrize(
    "parcel",
    [
        a_parcel(promise="late"),
        a_parcel(promise="at_risk"),
        a_parcel(motion="stalled"),
        a_parcel(Status.OUT_FOR_DELIVERY, promise="late"),
    ],
)
def test_nothing_is_sold_to_who_waits_too_long(parcel):
    assert not may_sell([a_parcel(), parcel])


def test_nothing_is_sold_beside_a_case_or_an_order_that_waits():
    assert may_sell([a_parcel()])
    assert may_sell([])
    assert not may_sell([a_parcel()], has_case=True)
    assert not may_sell([], is_waiting=True)


def test_what_came_late_has_come():
    assert may_sell([a_parcel(Status.DELIVERED, "broken", "stalled")])


HASHES = st.binary(min_size=1, max_size=16).map(lambda b: sha256(b).hexdigest()[:32])


@given(HASHES, st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
def test_who_is_held_out_stays_so_at_any_greater_share(shopper, one, other):
    few, many = sorted([one, other])

    if arm(shopper, holdout=few) is Arm.HOLDOUT:
        assert arm(shopper, holdout=many) is Arm.HOLDOUT
    assert arm(shopper, holdout=Decimal(0)) is Arm.SHOWN
    assert arm(shopper, holdout=Decimal(100)) is Arm.HOLDOUT


def test_about_the_share_that_is_wished_is_held_out():
    shoppers = [sha256(str(n).encode()).hexdigest()[:32] for n in range(20_000)]

    held_out = [s for s in shoppers if arm(s, holdout=Decimal(5)) is Arm.HOLDOUT]

    assert 0.045 < len(held_out) / len(shoppers) < 0.055


def test_an_uplift_is_told_with_its_interval():
    """By hand: means .12 and .10, variances of yes or no, error .0097."""
    shown = Told(Arm.SHOWN, 19_000, 2280, 2280)
    held_out = Told(Arm.HOLDOUT, 1000, 100, 100)

    told = uplift(shown, held_out, weeks=10)

    assert told.difference == pytest.approx(0.02)
    assert told.share == pytest.approx(0.2)
    assert told.low == pytest.approx(0.02 - 1.96 * 0.00978, abs=2e-4)
    assert told.high == pytest.approx(0.02 + 1.96 * 0.00978, abs=2e-4)
    assert told.is_significant
    assert told.weeks_needed == pytest.approx(10 * (2.8016 * 0.00978 / 0.02) ** 2, 0.01)
    assert told.weeks_for_5_percent == pytest.approx(16 * told.weeks_needed)


@pytest.mark.parametrize(
    ("shown", "held_out"),
    [
        (Told(Arm.SHOWN), Told(Arm.HOLDOUT)),
        (Told(Arm.SHOWN, 90, 9, 9), Told(Arm.HOLDOUT)),
        (Told(Arm.SHOWN, 90, 9, 9), Told(Arm.HOLDOUT, 1, 1, 1)),
    ],
)
def test_without_enough_shoppers_nothing_is_told(shown, held_out):
    told = uplift(shown, held_out, weeks=1)

    assert told.difference is None
    assert told.weeks_needed is None
    assert not told.is_significant


def test_where_nobody_buys_nothing_is_significant():
    told = uplift(Told(Arm.SHOWN, 50), Told(Arm.HOLDOUT, 5), weeks=1)

    assert (told.difference, told.share) == (0, None)
    assert not told.is_significant
    assert told.weeks_needed is None
