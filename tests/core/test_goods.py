from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from track_service.core.goods import Product, bought, is_offered

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEA = Product("tea", "Lotus tea", url="https://shop.example/tea", told_at=NOW)
LINES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(-5, 5)), max_size=12)


@given(LINES, st.randoms())
def test_the_order_of_lines_does_not_matter_and_returns_are_no_purchases(lines, chance):
    mixed = list(lines)
    chance.shuffle(mixed)

    pieces = bought(lines)

    assert bought(mixed) == pieces
    assert all(count > 0 for count in pieces.values())
    for product in "abc":
        told = sum(count for name, count in lines if name == product)
        assert pieces.get(product, 0) == max(0, told)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"in_stock": False}, id="sold out"),
        pytest.param({"gone_at": NOW}, id="not sold any more"),
        pytest.param({"title": None}, id="nobody told its name"),
        pytest.param({"url": None}, id="no page to buy it"),
        pytest.param(
            {"told_at": None, "seen_at": NOW - timedelta(days=61)},
            id="known from an old order alone",
        ),
        pytest.param({"told_at": None}, id="never told nor ordered"),
    ],
)
def test_what_cannot_be_bought_is_not_offered(changed):
    assert is_offered(TEA, now=NOW)
    assert not is_offered(replace(TEA, **changed), now=NOW)


def test_what_only_orders_name_is_offered_while_it_sells():
    seen = replace(TEA, told_at=None, seen_at=NOW - timedelta(days=59))

    assert is_offered(seen, now=NOW)
