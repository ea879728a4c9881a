from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from track_service.services.recommending.ledger import Line, ledger

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def line(order, product, *, day=0, customer="ann", quantity=1):
    return Line(customer, order, MONDAY + day * DAY, product, quantity)


def orders(lines):
    """The orders that lines come to, in order of time."""
    known = ledger(lines)
    return [
        (known.customers[customer], basket.at, set(basket.products))
        for customer, basket in zip(
            known.customer, known.baskets(range(len(known.day))), strict=True
        )
    ]


def test_lines_of_one_order_are_one_basket_in_order_of_time():
    told = [line("2", "cup", day=3), line("1", "tea"), line("2", "tea", day=3)]

    assert orders(told) == [
        ("ann", MONDAY, {"tea"}),
        ("ann", MONDAY + 3 * DAY, {"cup", "tea"}),
    ]


def test_an_order_told_twice_counts_once():
    told = [line("1", "tea"), line("1", "cup")]

    assert orders(told + told) == orders(told)


def test_what_is_wholly_returned_was_not_bought():
    told = [line("1", "tea", quantity=2), line("1", "cup"), line("2", "pot")]
    back = [line("1", "tea", quantity=-2, day=5), line("2", "pot", quantity=-1, day=9)]

    assert orders(told + back) == [("ann", MONDAY, {"cup"})]


def test_a_return_without_an_order_is_nothing():
    assert orders([line("9", "tea", quantity=-1)]) == []


def test_two_customers_with_one_order_number_have_two_orders():
    told = [line("1", "tea"), line("1", "cup", customer="bob")]

    assert orders(told) == [("ann", MONDAY, {"tea"}), ("bob", MONDAY, {"cup"})]


def test_orders_of_strangers_are_nobody_elses():
    known = ledger([line("1", "tea", customer=""), line("2", "tea", customer="")])

    assert len(set(known.customer.tolist())) == 2


def test_an_order_whose_lines_disagree_on_the_time_is_placed_at_the_first():
    assert orders([line("1", "tea", day=8), line("1", "cup", day=2)]) == [
        ("ann", MONDAY + 2 * DAY, {"tea", "cup"})
    ]


def test_what_was_known_before_a_day_is_all_older_orders_whole():
    known = ledger([line("1", "tea"), line("2", "cup", day=4), line("2", "tea", day=4)])

    assert [b.products for b in known.before(4).baskets(range(1))] == [("tea",)]
    assert len(known.before(4).day) == 1
    assert len(known.before(4.001).product) == 3


LINES = st.lists(
    st.builds(
        line,
        st.sampled_from("123"),
        st.sampled_from(["tea", "cup", ""]),
        day=st.integers(-5, 5),
        customer=st.sampled_from(["ann", "bob", ""]),
        quantity=st.integers(-2, 2),
    ),
    max_size=12,
)


@given(LINES, st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_of_lines_matters(lines, dice):
    shuffled = [replace(each) for each in lines]
    dice.shuffle(shuffled)

    def told(some):
        return sorted((c, at, sorted(products)) for c, at, products in orders(some))

    assert told(shuffled) == told(lines) == told(lines + lines)
    assert all(products for _, _, products in orders(lines))
