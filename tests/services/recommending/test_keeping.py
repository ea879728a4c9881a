from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import numpy as np
import pytest
from tests.services.recommending.market import market

from track_service.core.recommend.basket import Basket, Mode
from track_service.core.recommend.blend import PRIOR, score
from track_service.core.recommend.candidates import candidates
from track_service.core.recommend.features import features, setting
from track_service.core.recommend.figures import Figures, Product
from track_service.core.recommend.habits import habits
from track_service.core.recommend.pull import pull
from track_service.core.recommend.rank import rank
from track_service.services.recommending.drawn import Drawn
from track_service.services.recommending.fit import fit
from track_service.services.recommending.keeping import opened, packed
from track_service.services.recommending.ledger import Line, ledger

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_figures_are_the_same_after_they_were_kept():
    lines = [
        Line(f"c{n % 30}", f"o{n}", NOW - timedelta(days=200 - n), f"{name}-{n % 3}")
        for n in range(200)
        for name in ("tea", "cup")
    ]
    orders = ledger(lines)
    made = fit(orders, day=200.0, categories={"tea-0": "Tea", "new": "Tea"})

    kept = opened(packed(made))

    assert list(kept.products) == list(made.products)
    assert (kept.popular, dict(kept.shelves)) == (made.popular, dict(made.shelves))
    assert set(kept.weights) == set(made.weights)
    for name in made.products:
        was, now = made.products[name], kept.products[name]
        assert now.category == was.category
        assert now.demand == pytest.approx(was.demand, rel=1e-5)
        assert [n for n, _ in now.follows] == [n for n, _ in was.follows]
        assert [n for n, _ in now.goes_with] == [n for n, _ in was.goes_with]
    ranked = [rank(of, ["tea-1"], [], at=NOW, mode=Mode.ANY) for of in (made, kept)]
    assert ranked[0] == ranked[1]


def test_columns_add_up_neighbours_as_single_products_do():
    names = ("tea", "cup", "pot", "jar")
    lines = [
        Line(f"c{n % 9}", f"o{n}", NOW - timedelta(days=90 - n), name)
        for n in range(80)
        for name in (names[n % 4], names[n * 7 % 3])
    ]
    kept = fit(ledger(lines), day=90.0).products
    history = [Basket(NOW - timedelta(days=n), (name,)) for n, name in enumerate(names)]
    own = habits(history, at=NOW)

    quick, plain = (pull(of, ["tea", "?"], own) for of in (kept, dict(kept)))

    assert plain.follows
    for kind in ("follows", "near", "goes_with"):
        told = dict(getattr(quick, kind))
        assert told == pytest.approx(getattr(plain, kind))
        assert list(told.values()) == sorted(told.values(), reverse=True)
    assert pull(kept, [], habits([], at=NOW)).follows == {}


def test_of_much_that_is_drawn_the_strongest_come_first_all_once_and_alike_by_place():
    names = [f"p{n}" for n in range(1000)]
    strengths = np.array([n * 7 % 300 for n in range(1000)], float)
    drawn = Drawn(names, {name: n for n, name in enumerate(names)}, strengths)

    in_turn = sorted(np.flatnonzero(strengths), key=lambda n: (-strengths[n], n))

    assert list(drawn) == [names[n] for n in in_turn]
    assert len(drawn) == len(in_turn) == 996
    assert (drawn["p1"], drawn.get("p0"), drawn.get("?")) == (7, None, None)
    assert "p0" not in drawn


def test_columns_score_and_rank_as_single_products_do():
    kinds = {f"p{n}": f"kind {n % 7}" for n in range(130)}
    orders = ledger(market(habit=0.7, customers=50))
    made = fit(orders, day=orders.day[-1], categories=kinds)
    plain = replace(made, products=dict(made.products))
    at, basket = orders.when(orders.day[-1]), ["p1", "?"]

    for mode, customer in product(Mode, range(0, 50, 9)):
        history = list(orders.baskets(orders.by_customer[customer]))
        strange = [Basket(at, ("unknown", "p2")), *history]
        own = habits(strange, at=at)
        of = setting(plain.products, basket, own, pull(plain.products, basket, own))
        found = candidates(plain, of, mode=mode, without=basket)
        weights = plain.weights.get(mode, PRIOR[mode])
        single = {
            name: score(weights, features(name, plain.products[name], of))
            for name in found
            if name in plain.products
        }

        assert made.products.weighed(found, of, weights) == pytest.approx(single)
        quick, slow = (
            rank(shop, basket, strange, at=at, mode=mode, k=40)
            for shop in (made, plain)
        )
        assert quick == slow
        assert len(slow) == 40


def test_a_shop_without_orders_has_figures_too():
    kept = opened(packed(fit(ledger([]), day=0, categories={"tea": "Tea"})))

    tea = Product(demand=pytest.approx(Product().demand), category="Tea")
    assert (kept.products["tea"], kept.popular) == (tea, ("tea",))
    assert "cup" not in kept.products
    assert opened(packed(fit(ledger([]), day=0))).popular == ()


def test_figures_that_were_not_fitted_are_not_kept():
    with pytest.raises(TypeError, match="in columns"):
        packed(Figures({"tea": Product()}, ("tea",)))
