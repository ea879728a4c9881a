"""An order that its shop does not hand over is flagged once, and ops are told."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.make import a_parcel
from tests.make import an_order as an_api_order
from tests.storefronts.shop import a_fulfilment, an_order
from tests.storefronts.shopify_desk import hand_over

from track_service.services import brands
from track_service.services.notify import send_owed
from track_service.services.preparing import look_due
from track_service.store import waiting

LATE = "SELECT late_since IS NOT NULL, look_at IS NULL FROM handed_order"
NOTICES = "SELECT kind, channel, audience, state, shipment_id FROM notice ORDER BY id"
HOOK = "https://ops.acme.example/hook"


@pytest.fixture
def shop(of, brand):
    """The brand, whose ops have a webhook."""
    with of.database.write() as session:
        changed = brands.change(session, brand, mint=of.mint, webhook_url=HOOK)
        session.commit()
    return changed


@pytest.fixture
def days_pass(of, hands):
    def days_pass(days):
        for _ in range(days):
            hands.forward(days=1)
            while look_due(of.desk):
                pass

    return days_pass


def test_after_three_working_days_an_order_is_late_and_ops_are_told_once(
    of, shop, days_pass, rows
):
    hand_over(of, shop, an_order())  # placed on a Monday
    days_pass(2)
    assert rows(LATE) == [(False, False)]

    days_pass(8)

    assert [tuple(map(bool, row)) for row in rows(LATE)] == [(True, True)]
    assert rows(NOTICES) == [("not_shipped", "webhook", "ops", "owed", None)]


@pytest.mark.parametrize(
    "news",
    [
        pytest.param({"fulfillments": [a_fulfilment()]}, id="handed over"),
        pytest.param(
            {"fulfillments": [a_fulfilment("Some Courier", None)]}, id="untracked"
        ),
        pytest.param({"cancelled_at": "2026-03-03T00:00:00Z"}, id="cancelled"),
    ],
)
@pytest.mark.parametrize("days", [1, 9])
def test_an_order_that_was_handed_over_or_cancelled_is_not_late(
    of, shop, days_pass, rows, news, days
):
    hand_over(of, shop, an_order())
    days_pass(days)

    hand_over(of, shop, an_order(updated_at="2026-03-12T00:00:00Z", **news))
    days_pass(9)

    assert [tuple(map(bool, row)) for row in rows(LATE)] == [(False, True)]
    send_owed(of.post)
    assert {row[3] for row in rows(NOTICES)} <= {"withdrawn"}


def test_a_parcel_that_came_by_the_api_is_a_hand_over_too(of, shop, days_pass, rows):
    hand_over(of, shop, an_order())
    a_parcel(of, shop, order=an_api_order("#2041"))

    days_pass(9)

    assert [tuple(map(bool, row)) for row in rows(LATE)] == [(False, True)]


def test_an_order_that_is_not_paid_yet_does_not_wait(of, shop, days_pass, rows):
    hand_over(of, shop, an_order(confirmed=False))

    days_pass(30)

    assert rows("SELECT stage, late_since FROM handed_order") == [("placed", None)]


def test_of_what_was_late_before_we_were_told_nobody_hears(of, shop, days_pass, rows):
    hand_over(of, shop, an_order(created_at="2026-02-01T09:00:00Z"))

    days_pass(1)

    assert [tuple(map(bool, row)) for row in rows(LATE)] == [(True, True)]
    assert rows(NOTICES) == []


def test_a_past_order_is_looked_at_by_nobody(of, shop, days_pass, rows):
    hand_over(of, shop, an_order(), past=True)

    days_pass(30)

    assert [tuple(map(bool, row)) for row in rows(LATE)] == [(False, True)]


def test_a_slow_shop_is_late_later(of, shop, hands, days_pass, rows):
    for n in range(20):  # its past orders took two weeks
        hand_over(
            of,
            shop,
            an_order(
                f"#{n}",
                order_id=n + 1,
                created_at="2026-02-02T09:00:00Z",
                fulfillments=[
                    a_fulfilment("?", f"N{n}", id=n, created_at="2026-02-16T09:00:00Z")
                ],
            ),
            past=True,
        )
    hand_over(of, shop, an_order())
    late = "SELECT COUNT(*) FROM handed_order WHERE late_since IS NOT NULL"

    days_pass(13)
    assert rows(late) == [(0,)]
    days_pass(2)
    assert rows(late) == [(1,)]


def test_a_shop_in_shadow_tells_nobody(of, shop, days_pass, rows):
    with of.database.write() as session:
        quiet = brands.change(session, shop, mint=of.mint, sending=False)
        session.commit()
    hand_over(of, quiet, an_order())
    days_pass(9)

    send_owed(of.post)

    assert [row[3] for row in rows(NOTICES)] == ["shadow"]


def test_when_an_order_was_handed_over_is_learnt_once(of, shop, hands, rows):
    fulfilled = an_order(fulfillments=[a_fulfilment(created_at=None)])
    hand_over(of, shop, an_order())
    hands.forward(days=1)
    hand_over(of, shop, fulfilled)
    hands.forward(days=1)
    hand_over(of, shop, fulfilled | {"updated_at": "2026-03-05T00:00:00Z"})

    ((confirmed_at, handed_at),) = of_handed(of, shop)
    assert confirmed_at == datetime(2026, 3, 2, 2, 15, tzinfo=UTC)
    assert handed_at == hands.at - timedelta(days=1)


def of_handed(of, shop):
    with of.database.read() as session:
        return waiting.handed(session, shop.id, limit=10)
