from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from tests.services.recommending.market import DAYS, START, market
from tests.services.recommending.test_ledger import LINES

from track_service.core.recommend.basket import Mode
from track_service.core.recommend.figures import DEMAND
from track_service.core.recommend.rank import rank
from track_service.services.recommending.fit import fit
from track_service.services.recommending.ledger import Line, ledger

HABIT, WHIM = ledger(market(habit=0.9)), ledger(market(habit=0.0))


@pytest.fixture(scope="module")
def habit():
    return fit(HABIT, day=DAYS)


def top(figures, of, customer, **how):
    """What is shown to a customer after all their orders."""
    history = list(of.baskets(of.by_customer[customer]))
    at = of.when(DAYS)
    return [
        pick.product_id
        for pick in rank(figures, history[-1].products, history, at=at, **how)
    ]


def owned(figures):
    """Return how many of their own products the habitual customers are shown."""
    shown = 0
    for customer in range(60):
        history = HABIT.baskets(HABIT.by_customer[customer])
        mine = {product for basket in history for product in basket.products}
        shown += len(mine & set(top(figures, HABIT, customer, k=4)))
    return shown


def test_the_blend_learns_of_a_shop_whether_its_customers_have_habits(habit):
    whim = fit(WHIM, day=DAYS)

    assert owned(habit) > 1.2 * owned(replace(habit, weights=whim.weights))


def test_a_fit_without_a_look_ahead_is_the_same_whatever_comes_later():
    lines = list(market(habit=0.5, customers=50))
    cut = START + timedelta(days=200)
    then = [line for line in lines if line.at < cut]
    known, whole = ledger(then), ledger(lines).before(ledger(then).day[-1] + 1e-9)

    told, later = fit(known, day=200), fit(whole, day=200)

    for mode in Mode:
        assert told.weights[mode] == pytest.approx(later.weights[mode], abs=0.01)
    assert told.popular == later.popular


def test_what_is_fitted_twice_is_the_same(habit):
    again = fit(HABIT, day=DAYS)

    assert again.weights == habit.weights
    assert dict(again.products) == dict(habit.products)


def test_items_of_one_order_are_neighbours():
    lines = [Line(f"c{n}", f"o{n}", START, p) for n in range(9) for p in ("tea", "cup")]
    lines += [Line(f"d{n}", f"e{n}", START, "pot") for n in range(9)]

    found = fit(ledger(lines), day=1).products

    assert found["tea"].goes_with == (("cup", pytest.approx(1.0)),)
    assert [name for name, _ in found["tea"].follows] == ["cup"]
    assert found["pot"].goes_with == ()


def test_the_rhythm_of_a_product_is_that_of_its_buyers():
    lines = [
        Line(f"c{n}", f"{p}{n}-{k}", START + timedelta(days=k * days), p)
        for n in range(40)
        for p, days in (("milk", 5), ("soap", 60))
        for k in range(4)
    ]

    found = fit(ledger(lines), day=200).products

    assert found["milk"].rhythm == pytest.approx(5, rel=0.15)
    assert found["soap"].rhythm == pytest.approx(60, rel=0.15)


def test_what_sold_this_week_has_more_demand_than_what_sold_long_ago():
    lines = [Line("", f"a{n}", START + timedelta(days=99), "new") for n in range(20)]
    lines += [Line("", f"b{n}", START, "old") for n in range(20)]

    found = fit(ledger(lines), day=100)

    week = DEMAND.index("week")
    assert found.products["new"].demand[week] > found.products["old"].demand[week] + 1
    assert found.popular[0] == "new"


def test_a_new_shop_shows_what_its_catalogue_has_of_the_same_kind():
    kinds = {f"cup{n}": "ware" for n in range(6)} | {"tea": "food", "jam": "food"}

    figures = fit(ledger([]), day=0, categories=kinds)

    assert figures.weights == {}
    shown = rank(figures, ["tea"], [], at=START, k=3)
    assert shown[0].product_id == "jam"
    assert len(shown) == 3


def test_a_product_that_nobody_bought_yet_stands_on_the_shelf_of_its_category():
    kinds = {f"p{n}": f"k{n % 5}" for n in range(40)} | {"brand new": "k1"}

    figures = fit(HABIT, day=DAYS, categories=kinds)

    assert "brand new" in figures.shelves["k1"]
    assert figures.products["brand new"].category == "k1"
    assert figures.products["brand new"].follows == ()


def test_a_shop_that_rested_for_a_century_still_knows_what_goes_together():
    lines = [Line(f"c{n}", f"o{n}", START, p) for n in range(9) for p in ("tea", "cup")]

    figures = fit(ledger(lines), day=40_000)

    shown = rank(figures, ["tea"], [], at=START + timedelta(days=40_000))
    assert [(pick.product_id, pick.because) for pick in shown] == [("cup", "tea")]


def test_too_short_a_history_leaves_the_weights_as_given():
    lines = [line for line in market(habit=0.5) if line.at < START + timedelta(days=9)]

    assert fit(ledger(lines), day=9).weights == {}


@settings(max_examples=25, deadline=None)
@given(LINES)
def test_any_lines_give_figures_that_rank(lines):
    known = ledger([replace(line, product_id=line.product_id or "x") for line in lines])

    figures = fit(known, day=6.0)

    for customer in set(known.customer.tolist()):
        for mode in Mode:
            shown = top(figures, known, customer, mode=mode)
            assert set(shown) <= {"tea", "cup", "x"}
