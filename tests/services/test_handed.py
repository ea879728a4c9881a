"""The days that a storefront's times come to."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from track_service.core.parcel import Brand
from track_service.core.tracking import Stamp
from track_service.services.handed import day

SHOP = Brand(1, "acme", "Acme", zone="Asia/Ho_Chi_Minh")
EVENING = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)  # 03:00 of the 5th in Hanoi
EASTERN = timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    ("stamp", "stated"),
    [
        pytest.param(Stamp.aware(EVENING), date(2026, 3, 5), id="UTC"),
        pytest.param(
            Stamp.aware(EVENING.astimezone(EASTERN)), date(2026, 3, 4), id="offset"
        ),
        pytest.param(Stamp(EVENING.replace(tzinfo=None)), date(2026, 3, 4), id="local"),
        pytest.param(Stamp.day(date(2026, 3, 4)), date(2026, 3, 4), id="a day"),
        pytest.param(None, None, id="none"),
    ],
)
def test_a_time_in_utc_is_the_day_where_the_shop_is(stamp, stated):
    assert day(stamp, SHOP) == stated


def test_a_shop_of_no_known_zone_is_in_utc():
    assert day(Stamp.aware(EVENING), replace(SHOP, zone="UTC")) == date(2026, 3, 4)
