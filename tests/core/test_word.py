from dataclasses import replace

import pytest
from tests.core.make import shipment

from track_service.core.status import Meaning, Status
from track_service.core.word import news

S = Status


def parcel(status, **more):
    return replace(shipment(), meaning=Meaning(status), **more)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        pytest.param(
            S.PENDING, S.PICKED_UP, S.IN_TRANSIT, id="picked up is on the way"
        ),
        pytest.param(S.PICKED_UP, S.IN_TRANSIT, None, id="on the way still"),
        pytest.param(S.IN_TRANSIT, S.DELIVERED, S.DELIVERED, id="delivered"),
        pytest.param(S.DELIVERED, S.IN_TRANSIT, S.IN_TRANSIT, id="taken back"),
        pytest.param(S.PENDING, S.INFO_RECEIVED, None, id="only announced"),
        pytest.param(S.IN_TRANSIT, S.EXPIRED, None, id="no shop cares"),
        pytest.param(S.RETURNING, S.RETURNED, S.RETURNED, id="returned"),
    ],
)
def test_a_shop_is_told_what_it_cares_for(before, after, told):
    assert news(parcel(before), parcel(after)) is told


def test_of_a_past_order_a_shop_is_told_nothing():
    assert news(parcel(S.PENDING), parcel(S.DELIVERED, quiet=True)) is None
