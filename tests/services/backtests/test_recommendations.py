from dataclasses import replace
from datetime import timedelta

import pytest
from tests.services.recommending.market import START, market

from track_service.core.recommend.basket import Mode
from track_service.services.backtests.choices import RULES
from track_service.services.backtests.hits import measures, report
from track_service.services.backtests.purchases import Query
from track_service.services.backtests.recommendations import OURS, Tried, try_out
from track_service.services.recommending.ledger import Line

NOW = START + timedelta(days=220)
LINES = list(market(habit=0.6, customers=40))


def asked():
    """Each customer's last order before now."""
    last = {line.customer_id: line for line in LINES if line.at < NOW}
    return [Query(line.order_id, name, NOW) for name, line in last.items()]


def shown(lines, mode):
    tried = try_out(lines, asked(), mode=mode, k=8)
    return [(each.query, each.shown, each.hidden) for each in tried]


@pytest.mark.parametrize("mode", Mode)
def test_what_is_bought_afterwards_changes_nothing_that_is_shown(mode):
    until = [line for line in LINES if line.at <= NOW]
    after = [replace(line, product_id="p7") for line in LINES if line.at > NOW]
    assert len(after) > 300

    assert shown(after + until, mode) == shown(until, mode)


def test_neither_the_order_nor_with_new_only_anything_bought_is_shown():
    for mode in Mode:
        for query, lists, _ in shown(LINES, mode):
            order = {x.product_id for x in LINES if x.order_id == query.order_id}
            bought = {
                x.product_id
                for x in LINES
                if x.customer_id == query.customer_id and x.at <= NOW
            }
            assert len(lists[OURS]) == 8
            for products in lists.values():
                assert not order & set(products)
                assert mode is Mode.ANY or not bought & set(products)


def test_each_query_knows_its_customers_orders_up_to_its_own_instant():
    mine = [Line("me", f"m{n}", NOW + timedelta(hours=n), "p100") for n in (1, 3)]
    early = Query("m1", "me", NOW)
    late = Query("o1-0", "me", NOW + timedelta(hours=2))

    first, second = try_out(LINES + mine, [early, late], mode=Mode.ANY, k=8)

    assert "p100" not in first.shown[OURS]
    assert first.hidden == {"p100"}
    assert "p100" in second.shown["buy again"]


def test_unknown_orders_and_customers_are_shown_what_sells():
    (tried,) = try_out(LINES, [Query("?", "nobody", NOW)], mode=Mode.ANY, k=8)

    assert tried.shown["popularity"] == tried.shown["buy again"]
    assert len(tried.shown[OURS]) == 8


def test_a_shop_without_purchases_has_nothing_to_show():
    (tried,) = try_out([], [Query("1", "ann", NOW)], mode=Mode.ANY, k=8)

    assert [list(products) for products in tried.shown.values()] == [[]] * 5


@pytest.mark.parametrize(
    ("products", "told"),
    [
        pytest.param("wxyz", (0, 0, 0), id="none"),
        pytest.param("abyz", (1, 1, 1), id="first"),
        pytest.param("wxya", (1, 1, 1 / 4), id="fourth"),
        pytest.param("stuvwxya", (0, 1, 1 / 8), id="eighth"),
        pytest.param("rstuvwxya", (0, 0, 0), id="ninth"),
    ],
)
def test_a_list_is_measured_by_the_place_of_its_first_hit(products, told):
    assert measures(products, frozenset("ab")) == told


def tried(n, *, ours, rule, hidden=()):
    lists = {OURS: ours, **dict.fromkeys(RULES, rule)}
    return Tried(Query(f"{n}", "ann", NOW), lists, frozenset(hidden))


def test_the_report_measures_those_orders_that_anything_could_be_shown_for():
    some = [tried(n, ours="ab", rule="xa") for n in range(4)]
    some.append(tried(4, ours="xy", rule="xy", hidden="a"))
    answers = {f"{n}": frozenset("a") for n in range(9)}

    head, _, ours, *rules = report(some, answers)

    assert head == "5 orders, 4 of them measured (95 % intervals):"
    assert ours.split() == [
        "blend",
        *("1.000", "[1.000,", "1.000]") * 3,
    ]
    assert rules[0].endswith("0.500 [0.500, 0.500]")
    assert rules[-1].endswith("0.500 [0.500, 0.500]")


def test_a_report_without_answers_says_so():
    assert list(report([tried(1, ours="a", rule="b")], {})) == [
        "1 orders; none has an answer to measure by"
    ]
