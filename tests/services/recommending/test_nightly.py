"""Nights: what is kept from one to the next makes no figure other than a whole fit's."""

from dataclasses import astuple, replace
from datetime import timedelta
from io import BytesIO

import numpy as np
import pytest
from sqlalchemy import text
from tests.conftest import NOW
from tests.services.recommending.market import DAYS, START, market

from track_service.core.goods import Purchase
from track_service.core.recommend.basket import Mode
from track_service.services.recommending import keeping, overnight
from track_service.services.recommending.nightly import fit_brand
from track_service.services.recommending.overnight import Learned, Overnight
from track_service.services.recommending.sales import NOTHING, sales
from track_service.store import buyers, fitted, purchases

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SOLD = """
    SELECT purchase.id, shopper_id, external_id FROM purchase_line
    JOIN purchase ON purchase.id = purchase_id JOIN product ON product.id = product_id
    LEFT JOIN shopper ON shopper.id = shopper_id WHERE objected_at IS NULL
"""


def shopper(number):
    return f"{number:032x}"


@pytest.fixture
def change(of, brand):
    """Run a function of the store on the brand, an hour after the last night."""

    def change(do, *args, **more):
        with of.database.write() as session:
            do(session, brand.id, *args, **more)
            session.commit()

    return change


@pytest.fixture
def night(of, brand):
    """Fit the brand; return the figures and what was kept."""

    def night(now):
        assert fit_brand(of.database, brand.id, now=now, before=now)
        with of.database.read() as session:
            figures = keeping.opened(fitted.figures(session, brand.id))
            return figures, overnight.opened(fitted.kept(session, brand.id))

    return night


@pytest.fixture
def shop(change):
    """A shop of 50 regulars, whose orders are numbered by customer and place."""
    orders = {}
    for line in market(habit=0.5, customers=50, products=40):
        orders.setdefault(line.order_id, []).append(line)
    told = [
        Purchase(
            number,
            lines[0].at + (NOW - START - DAYS * DAY),
            dict.fromkeys((line.product_id for line in lines), 1),
            shopper(int(lines[0].customer_id[1:])),
        )
        for number, lines in orders.items()
    ]
    change(purchases.tell, told, now=NOW)
    change(buyers.object_to, [shopper(7)], at=NOW)


@pytest.fixture
def read(of, brand):
    """Read what was sold, beside what was kept of it."""

    def read(kept=NOTHING):
        with of.database.read() as session:
            return sales(session, brand.id, kept)

    return read


@pytest.fixture
def a_day_passes(shop, change):
    """What becomes of orders between two nights."""

    def a_day_passes():
        at = NOW - DAY
        told = [
            Purchase("new", at, {"p1": 1, "p2": 2, "unseen": 1}, shopper(1)),
            Purchase("stranger's", at, {"p1": 1, "p9": 1}),
            Purchase("o2-0", at, {"p1": 1}, shopper(2)),  # the rest was sent back
            Purchase("o3-0", at - 3 * DAY, {"p30": 1, "p31": 1}, shopper(3)),
            Purchase("o4-0", at, {}, shopper(4)),  # cancelled
        ]
        change(purchases.tell, told, now=NOW + HOUR)
        change(purchases.forget, "o5-0")
        change(buyers.object_to, [shopper(6)], at=NOW + HOUR)
        change(buyers.object_to, [shopper(7)], at=None)

    return a_day_passes


@pytest.mark.sqlite
def test_a_night_comes_to_the_figures_of_a_whole_fit(a_day_passes, of, night):
    first, _ = night(NOW)
    a_day_passes()
    figures, kept = night(NOW + DAY)
    with of.database.write() as session:
        session.execute(text("UPDATE fitted SET kept = NULL, through = '2000-01-01'"))
        session.commit()
    whole, anew = night(NOW + DAY)

    for mine, theirs in zip(astuple(kept.sold), astuple(anew.sold), strict=True):
        assert mine.tolist() == theirs.tolist()
    assert _without_weights(figures) == _without_weights(whole)
    assert _without_weights(figures) != _without_weights(first)
    assert figures.weights == first.weights  # learned in the first night
    assert figures.weights != whole.weights


def _without_weights(figures):
    return keeping.packed(replace(figures, weights={}))


def test_a_night_knows_what_the_store_holds_and_no_objectors_order(
    a_day_passes, read, rows
):
    before, _ = read()
    a_day_passes()
    _, found = read(before)

    orders = {}
    for order, whose, product in rows(SOLD):
        orders.setdefault((str(whose or -order), order), set()).add(product)
    mine = [
        (found.customers[customer], sorted(basket.products))
        for customer, basket in zip(
            found.customer, found.baskets(range(len(found.day))), strict=True
        )
    ]
    theirs = [(whose, sorted(products)) for (whose, _), products in orders.items()]
    assert sorted(mine) == sorted(theirs)
    assert np.all(np.diff(found.day) >= 0)


def test_lines_are_read_of_orders_told_since_alone(a_day_passes, read, of):
    before, _ = read()
    a_day_passes()
    with of.database.write() as session:
        session.execute(text("UPDATE purchase_line SET quantity = 0"))
        session.commit()
    kept, _ = read(before)

    assert np.count_nonzero(kept.sizes == 0) == 4  # the new ones, and those told again
    assert len(kept.products) > len(before.products) - 30
    assert not len(read()[0].products)


def test_what_is_kept_is_the_same_whoever_bought(shop, read, change):
    before, _ = read()
    change(purchases.forget, "o1-0")
    change(buyers.object_to, [shopper(2)], at=NOW)
    after, _ = read()

    for was, now in zip(astuple(before), astuple(after), strict=True):
        assert was.tolist() == now.tolist()


@pytest.mark.parametrize(
    ("after", "orders", "is_held"),
    [(6 * DAY, 109, True), (7 * DAY - HOUR, 100, False), (DAY, 111, False)],
)
def test_weights_hold_for_a_week_or_until_the_shop_has_grown(after, orders, is_held):
    learned = Learned({Mode.ANY: (1.0,)}, NOW, 100)
    kept = Overnight(learned=learned)

    assert kept.still(orders, now=NOW + after) == (learned if is_held else None)


def test_weights_of_other_hints_than_todays_are_not_used():
    kept = overnight.packed(NOTHING, Learned({}, NOW, 100))
    with np.load(BytesIO(kept)) as file:
        columns = dict(file)
    columns["learned"] = np.char.replace(columns["learned"].tobytes(), b"week", b"yore")
    other = BytesIO()
    np.savez(other, **columns)

    assert overnight.opened(kept).learned == Learned({}, NOW, 100)
    assert overnight.opened(other.getvalue()).learned is None
