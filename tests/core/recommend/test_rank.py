from dataclasses import replace

import pytest
from tests.core.recommend.shop import DAY, NOW, SHOP, bought, sold

from track_service.core.recommend.basket import Mode
from track_service.core.recommend.candidates import candidates
from track_service.core.recommend.features import setting
from track_service.core.recommend.figures import Figures, Product
from track_service.core.recommend.habits import habits
from track_service.core.recommend.pull import pull
from track_service.core.recommend.rank import Pick, Reason, rank


def names(picks):
    return [pick.product_id for pick in picks]


def test_what_goes_with_the_order_is_shown_and_says_with_what():
    picks = rank(SHOP, ["tea"], [], at=NOW, k=3)

    assert picks[0] == Pick("pot", Reason.GOES_WITH, "tea")
    assert "tea" not in names(picks)


def test_the_order_itself_is_the_better_reason_than_an_earlier_one():
    history = [bought(50, "pot")]

    picks = rank(SHOP, ["tea"], history, at=NOW)

    assert Pick("cup", Reason.GOES_WITH, "tea") in picks
    assert Pick("cup", Reason.GOES_WITH, "pot") in rank(SHOP, [], history, at=NOW)


def test_what_is_bought_every_twenty_days_is_a_refill_when_they_are_over():
    history = [bought(60, "tea"), bought(40, "tea"), bought(20, "tea")]

    assert rank(SHOP, ["pot"], history, at=NOW)[0] == Pick("tea", Reason.REFILL)


def test_what_was_bought_just_now_is_no_refill_yet():
    history = [bought(41, "tea"), bought(21, "tea"), bought(1, "tea")]

    picks = rank(SHOP, ["pot"], history, at=NOW)

    assert Pick("tea", Reason.BOUGHT_BEFORE) in picks


def test_a_page_without_history_shows_what_sells_and_what_is_of_the_same_kind():
    picks = rank(SHOP, ["bowl"], [], at=NOW)

    assert Pick("honey", Reason.POPULAR) in picks
    assert Pick("jug", Reason.CATEGORY) in picks


def test_new_only_shows_nothing_that_was_ever_bought():
    history = [bought(d, "honey", "sugar") for d in range(300, 100, -1)]
    history = [bought(700, "cup"), *history]

    picks = rank(SHOP, ["tea"], history, at=NOW, mode=Mode.NEW)

    assert names(picks) == ["pot"]


def test_pins_come_first_and_bans_never():
    picks = rank(SHOP, ["tea"], [], at=NOW, pins=["jug", "tea", "pot"], bans=["pot"])

    assert picks[0] == Pick("jug", Reason.PICKED)
    assert names(picks).count("jug") == 1
    assert not {"tea", "pot"} & set(names(picks))


def test_only_what_can_be_had_is_shown_pinned_or_not():
    there = {"honey", "cup"}.intersection

    picks = rank(SHOP, ["tea"], [], at=NOW, pins=["jug"], in_stock=there)

    assert sorted(names(picks)) == ["cup", "honey"]


def test_stock_is_asked_of_the_best_alone_and_further_only_where_much_is_sold_out():
    shop = Figures(
        {f"p{n}": sold(-n / 10) for n in range(50)}, [f"p{n}" for n in range(50)]
    )
    asked = []

    def in_stock(some):
        asked.append(len(some))
        return {name for name in some if name not in gone}

    gone: set[str] = set()
    assert len(rank(shop, [], [], at=NOW, k=6, in_stock=in_stock)) == 6
    first, asked = asked, []
    gone |= {f"p{n}" for n in range(45)}
    last = rank(shop, [], [], at=NOW, k=6, in_stock=in_stock)

    assert (first, asked) == ([12], [12, 38])
    assert sorted(names(last)) == [f"p{n}" for n in range(45, 50)]


def test_no_more_than_half_is_of_one_category_while_there_is_anything_else():
    everything = {name: replace(p, goes_with=()) for name, p in SHOP.products.items()}
    ware = {f"plate {n}": sold(-1.0, category="ware") for n in range(9)}
    shop = Figures(everything | ware, (*ware, "honey", "tea", "sugar"))

    picks = names(rank(shop, [], [], at=NOW, k=6))

    assert sum(name in ware for name in picks) == 3
    assert {"honey", "tea", "sugar"} < set(picks)


def test_of_categories_liked_alike_the_same_are_looked_at_in_every_process():
    kinds = [f"kind {n}" for n in range(9)]
    own = habits([bought(9, *kinds)], at=NOW)
    shop = Figures(
        {kind: sold(-3, category=kind) for kind in kinds},
        shelves={kind: (f"one of {kind}",) for kind in kinds},
    )
    of = setting(shop.products, [], own, pull(shop.products, [], own))
    other = replace(of, tastes=dict(reversed(of.tastes.items())))

    found = [candidates(shop, s, mode=Mode.NEW, without=()) for s in (of, other)]

    assert set(found[0]) == set(found[1]) == {f"one of kind {n}" for n in range(3)}


def test_a_shop_of_one_category_still_fills_its_page():
    ware = {f"plate {n}": sold(-1.0, category="ware") for n in range(9)}

    assert len(rank(Figures(ware, tuple(ware)), [], [], at=NOW, k=6)) == 6


def test_orders_after_the_instant_change_nothing():
    history = [bought(40, "tea", "sugar"), bought(20, "tea")]
    later = [bought(-1, "honey"), bought(-400, "cup", "tea")]

    for mode in Mode:
        told = rank(SHOP, ["pot"], history, at=NOW, mode=mode)
        assert rank(SHOP, ["pot"], later + history, at=NOW, mode=mode) == told


def test_a_shop_that_never_sold_anything_shows_its_pins():
    assert rank(Figures(), [], [], at=NOW) == []
    assert names(rank(Figures(), ["x"], [], at=NOW, pins=["a"])) == ["a"]


def test_products_that_the_fit_does_not_know_are_absorbed():
    history = [bought(9, "unheard of"), bought(3, "tea", "another")]

    picks = rank(SHOP, ["unheard of"], history, at=NOW)

    assert "unheard of" not in names(picks)
    assert Pick("another", Reason.BOUGHT_BEFORE) in picks


@pytest.mark.parametrize("k", [0, 1, 2, 5])
def test_no_more_are_shown_than_asked_for(k):
    assert len(rank(SHOP, ["tea"], [], at=NOW, pins=["jug", "cup"], k=k)) == k


def test_weights_of_the_shop_decide_over_the_given_ones():
    popular_only = tuple(
        1.0 if n == 1 else 0.0 for n in range(len(SHOP.products["tea"].demand))
    )
    shop = replace(SHOP, weights={Mode.ANY: popular_only})

    assert names(rank(shop, ["tea"], [], at=NOW, k=2)) == ["honey", "sugar"]
    assert names(rank(SHOP, ["tea"], [], at=NOW, k=2)) != ["honey", "sugar"]


def test_a_regular_gap_of_the_customer_moves_the_rhythm_of_the_item():
    shop = Figures({"soap": Product(rhythm=20.0)})
    slow = [bought(d, "soap") for d in (580, 480, 380, 280, 180, 80, 30)]
    quick = [bought(d, "soap") for d in (75, 66, 57, 48, 39, 30)]

    assert rank(shop, [], slow, at=NOW)[0].reason is Reason.BOUGHT_BEFORE
    assert rank(shop, [], quick, at=NOW)[0].reason is Reason.REFILL
    assert rank(shop, [], quick, at=NOW + DAY)[0].reason is Reason.REFILL
