"""When an order comes that has no parcel yet, by what its shop's orders did before."""

from datetime import UTC, date, datetime, time

import pytest
from tests.storefronts.shop import a_fulfilment, an_order
from tests.storefronts.shopify_desk import hand_over

from track_service.core.dispatch import Hours
from track_service.services.ahead import foresee, foresee_due, shop_of
from track_service.store import ahead, ledger, ordered

# 2026-03-02 is a Monday; UPS is taken to keep what it commits to.
DATES = "SELECT start_on, until_on, source, reason FROM order_promise ORDER BY id"


def at(day, hour=9):
    return f"2026-{day}T{hour:02}:15:00+00:00"


@pytest.fixture
def shop(of, brand):
    """A shop whose last thirty orders were handed over on the next day."""
    for n in range(30):
        placed, shipped = at("02-03", 8), at("02-04", 15)
        parcel = a_fulfilment(
            number=f"1Z999AA1{n:010}", created_at=shipped, id=5000 + n
        )
        payload = an_order(
            f"#{n}", order_id=n + 1, created_at=placed, updated_at=placed
        )
        hand_over(of, brand, payload | {"fulfillments": [parcel]}, past=True)
    return brand


def test_it_comes_after_the_shop_s_own_time_and_the_way(of, shop, rows):
    order_id = hand_over(of, shop, an_order())

    assert foresee_due(of.desk) == 1

    with of.database.read() as session:
        outlook = ordered.by_id(session, order_id).outlook
    assert outlook.ready_days == 1
    assert date(2026, 3, 3) < outlook.start <= outlook.on <= outlook.until
    assert outlook.until < date(2026, 3, 20)
    ((_, _, source, reason),) = rows(DATES)
    assert (source, reason) == ("predicted", None)
    assert foresee_due(of.desk) == 0


def test_what_is_shown_says_what_it_rests_on(of, shop, client):
    order_id = hand_over(of, shop, an_order())
    foresee_due(of.desk)

    with of.database.read() as session:
        token = ordered.by_id(session, order_id).token
    text = client.get(f"/t/{token}", headers={"Accept-Language": "en"}).text

    assert "Our estimate" in text
    basis = "Acme usually sends an order within 1 working day. It is then on its way"
    assert basis in text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_shop_that_sent_too_little_tells_nothing(of, brand, rows):
    hand_over(of, brand, an_order())

    assert foresee_due(of.desk) == 1
    assert rows(DATES) == []


def test_the_window_moves_while_the_order_waits_and_says_why(of, shop, hands, rows):
    hand_over(of, shop, an_order())
    foresee_due(of.desk)
    hands.forward(days=1)
    assert foresee_due(of.desk) == 1

    hands.forward(days=3)  # longer than any order took: nothing is foreseen
    assert foresee_due(of.desk) == 1

    assert {row[2] for row in rows(DATES)} == {"predicted"}
    assert rows("SELECT start_on, until_on FROM order_outlook")[-1] == (None, None)


def test_once_it_has_a_parcel_nobody_looks_any_more(of, shop, hands, rows):
    hand_over(of, shop, an_order())
    foresee_due(of.desk)
    hand_over(
        of,
        shop,
        an_order(updated_at=at("03-03"), fulfillments=[a_fulfilment()]),
    )
    hands.forward(days=1)

    foresee_due(of.desk)

    assert rows("SELECT count(*) FROM order_outlook WHERE due_at IS NOT NULL") == [(0,)]


def test_news_during_the_look_is_not_overwritten_and_a_lost_look_is_made_good(
    of, shop, hands, rows
):
    order_id = hand_over(of, shop, an_order())
    now = hands.now()
    with of.database.write() as session:
        (mine,) = ahead.claim(session, now=now, limit=9)
        session.commit()
    assert foresee_due(of.desk) == 0  # somebody looks at it

    with of.database.write() as session:
        assert ahead.untouched(session, [mine.id], claimed_at=now) == {order_id}
        ahead.want(session, order_id, at=now)  # its shop tells of it
        assert ahead.untouched(session, [mine.id], claimed_at=now) == set()
        session.commit()
    with of.database.write() as session:
        ahead.claim(session, now=now, limit=9)  # and whoever looks now dies
        session.commit()
    hands.forward(minutes=10)

    assert foresee_due(of.desk) == 1
    assert len(rows(DATES)) == 1


def test_the_parcel_s_ledger_begins_with_what_its_order_showed(of, shop, hands, rows):
    hand_over(of, shop, an_order())
    foresee_due(of.desk)
    hands.forward(days=1)
    hand_over(
        of,
        shop,
        an_order(updated_at=at("03-03"), fulfillments=[a_fulfilment()]),
    )

    with of.database.read() as session:
        parcel_id = rows("SELECT max(id) FROM shipment")[0][0]
        shown = ledger.shown(session, parcel_id, zone=UTC)

    assert [one.source for one in shown[:1]] == ["predicted"]


def test_the_service_that_was_bought_is_foreseen_by_its_own_figures(of, shop):
    order_id = hand_over(of, shop, an_order(shipping_lines=[{"code": "EXPRESS"}]))
    with of.database.read() as session:
        order = ordered.by_id(session, order_id)
        sent = ahead.sent(session, shop.id, limit=30)
    asked = []

    class Asked:
        def way(self, _brand_id, trip):
            asked.append((trip.carrier, trip.service))

    now = datetime.fromisoformat("2026-03-02T10:00")
    foresee(order, shop_of(sent, Hours(), shop.zone), Asked(), now=now)

    assert set(asked) == {("ups", "express")}


def test_the_hours_are_kept(of, brand):
    told = Hours(time(16), frozenset({0, 5}))
    with of.database.write() as session:
        ahead.set_hours(session, brand.id, told)
        session.commit()

    with of.database.read() as session:
        assert ahead.hours(session, brand.id) == told
        assert ahead.hours(session, brand.id + 1) == Hours()


@pytest.mark.parametrize(
    ("placed", "counts"),
    [
        ("2026-03-06T15:59", date(2026, 3, 6)),
        ("2026-03-06T16:00", date(2026, 3, 10)),  # Monday is a holiday
        ("2026-03-07T09:00", date(2026, 3, 10)),
    ],
)
def test_from_the_cut_off_on_an_order_counts_for_the_next_day(placed, counts):
    hours = Hours(time(16), closed={date(2026, 3, 9)})

    assert hours.counts_from(datetime.fromisoformat(placed)) == counts
    assert hours.between(counts, hours.after(counts, 3)) == 3
