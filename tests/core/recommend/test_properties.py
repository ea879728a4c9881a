from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.core.recommend.shop import NOW, SHOP

from track_service.core.recommend.basket import Basket, Mode
from track_service.core.recommend.rank import rank

PRODUCTS = st.sampled_from([*SHOP.products, "unknown", "", "bảy"])
SOME = st.lists(PRODUCTS, max_size=6)
BASKETS = st.builds(
    Basket,
    st.timedeltas(timedelta(-900), timedelta(60)).map(lambda span: NOW + span),
    SOME.map(lambda products: tuple(dict.fromkeys(products))),
)


@given(
    basket=SOME,
    history=st.lists(BASKETS, max_size=8),
    mode=st.sampled_from(Mode),
    pins=SOME,
    bans=SOME,
    in_stock=st.none() | SOME,
    k=st.integers(0, 9),
)
def test_whatever_was_bought_the_rules_of_the_page_hold(
    basket, history, mode, pins, bans, in_stock, k
):
    def picked(orders):
        picks = rank(
            SHOP,
            basket,
            orders,
            at=NOW,
            mode=mode,
            pins=pins,
            bans=bans,
            in_stock=None if in_stock is None else {*in_stock}.intersection,
            k=k,
        )
        return [pick.product_id for pick in picks]

    shown = picked(history)
    owned = {p for b in history if b.at <= NOW for p in b.products}

    assert len(shown) == len(set(shown)) <= k
    assert not set(shown) & {*basket, *bans}
    assert in_stock is None or set(shown) <= set(in_stock)
    assert mode is Mode.ANY or not set(shown) & owned
    assert picked([b for b in history if b.at <= NOW]) == shown
