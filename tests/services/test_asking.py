"""Shops are asked for orders: what hooks missed, and what was before us."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from tests.make import a_tracking, an_event, held_of, no_tracking, seen
from tests.services import shops
from tests.services.shops import UPS, an_order, connect, desk_for

from track_service.core.status import Status
from track_service.core.tracking import Trouble
from track_service.http import HttpError
from track_service.services import asking
from track_service.services.judge import judge_due
from track_service.services.notify import send_owed
from track_service.services.past_orders import import_past
from track_service.store import asking as rounds
from track_service.store import shipments

SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def shop():
    with shops.a_shop() as shop:
        yield shop


@pytest.fixture
def connection(of, brand, shop):
    return connect(of, brand, shop)


@pytest.fixture
def desk(of, shop):
    desk = desk_for(of, shop)
    yield desk
    desk.guarded.close()


@pytest.fixture
def ask(of, desk, connection):
    return lambda: asking.ask_next(desk, mint=of.mint)


@pytest.fixture
def bring(of, desk, connection, hands):
    """Import the shop's past orders; `stop` ends it after so many pages."""

    def bring(*, since=SINCE, stop=None):
        told = []

        def progress(done, total):
            told.append((done, total))
            if stop is not None and len(told) > stop:
                raise KeyboardInterrupt

        taken = import_past(
            desk,
            connection,
            since=since,
            mint=of.mint,
            sleep=hands.sleep,
            progress=progress,
        )
        return taken, told

    return bring


@pytest.fixture
def numbers(rows):
    return lambda: [
        row[0]
        for row in rows("SELECT number FROM orders WHERE number != 'TEST' ORDER BY id")
    ]


@pytest.fixture
def held_parcel(of):
    def held_parcel(number):
        with of.database.read() as session:
            (found,) = shipments.by_number(session, number)
            return shipments.load(session, [found])[0].shipment

    return held_parcel


@pytest.fixture
def due_of(rows):
    """Whether a parcel will be asked for, and how urgent it is."""

    def due_of(parcel):
        found = rows(
            "SELECT poll_after, urgency FROM poll WHERE shipment_id = :id", id=parcel.id
        )
        return [(after is not None, urgency) for after, urgency in found]

    return due_of


def failing(of):
    with of.database.read() as session:
        return [
            (f.brand, f.platform, f.failures, f.trouble)
            for f in rounds.failing(session)
        ]


def test_a_shop_is_asked_when_it_is_connected_and_then_once_a_day(ask, shop, hands):
    assert [ask(), ask()] == [1, 0]
    hands.forward(hours=23)
    assert ask() == 0
    hands.forward(hours=2)
    assert ask() == 1

    one, two = (query["modified_after"] for _, _, query, _ in shop.asked)
    assert one == "2026-03-02T08:00:00"  # connected at nine, an hour of overlap
    assert two == "2026-03-02T08:00:00"  # the first round began at nine as well


def test_an_order_that_no_hook_told_is_taken_and_told_of(
    ask, shop, numbers, held_parcel
):
    shop.orders = [an_order(7, parcel=UPS.format(1))]

    ask()

    assert numbers() == ["7"]
    parcel = held_parcel(UPS.format(1))
    assert (parcel.carrier, parcel.quiet) == ("ups", False)


def test_a_round_goes_page_by_page(ask, shop, numbers):
    shop.orders = [an_order(n) for n in range(1, 121)]

    assert [ask() for _ in range(4)] == [1, 1, 1, 0]

    assert shop.pages == [1, 2, 3]
    assert len(numbers()) == 120


def test_what_a_crash_left_is_gone_on_with_after_the_lease(of, ask, shop, hands, rows):
    shop.orders = [an_order(n) for n in range(1, 101)]
    ask()
    with of.database.write() as session:  # whoever claims the second page dies
        assert rounds.claim(session, wall=hands.now()).cursor == "2"
        session.commit()
    assert ask() == 0
    hands.forward(minutes=6)

    ask()
    ask()

    assert shop.pages == [1, 2, 3]
    ((since, began_at),) = rows("SELECT since, began_at FROM storefront_round")
    assert began_at is None
    assert datetime.fromisoformat(str(since)).hour == 9  # since when the round began


@pytest.mark.sqlite
def test_nothing_is_open_while_a_shop_is_asked(of, ask, bring, shop):
    written = []

    def write():  # on SQLite this would wait in vain for a writer that asks
        with of.database.write() as session:
            written.append(
                session.execute(text("UPDATE brand SET name = 'A'")).rowcount
            )
            session.commit()

    shop.orders = [an_order(n) for n in range(1, 61)]
    shop.meanwhile = write

    ask()
    ask()
    bring()

    assert written == [1] * 5


def test_an_older_payload_changes_nothing(ask, shop, hands, rows):
    shop.orders = [an_order(7, total="50.00", date_modified_gmt="2026-03-02T10:00:00")]
    ask()
    shop.orders = [an_order(7, total="20.00")]
    hands.forward(days=2)
    ask()

    assert [float(total) for (total,) in rows("SELECT total FROM handed_order")] == [50]


def test_a_shop_that_refuses_is_told_of_and_asked_ever_less(of, ask, shop, hands):
    shop.refused = 401

    tries = 0
    for _ in range(24):
        tries += ask()
        hands.forward(minutes=15)

    assert 4 < tries < 9
    assert failing(of) == [
        ("acme", "woocommerce", tries, "the storefront answered 401")
    ]
    shop.refused = None
    hands.forward(hours=7)
    ask()
    assert failing(of) == []


def test_who_is_asked_too_often_is_left_alone_for_as_long_as_he_says(ask, shop, hands):
    shop.orders = [an_order(n) for n in range(1, 61)]
    shop.troubles = {2: (429, {"Retry-After": "1200"})}
    ask()
    ask()

    hands.forward(minutes=19)
    assert ask() == 0
    hands.forward(minutes=2)
    assert ask() == 1
    assert shop.pages == [1, 2, 2]


def test_a_cursor_that_is_refused_begins_the_round_anew(ask, shop, hands):
    shop.orders = [an_order(n) for n in range(1, 61)]
    shop.troubles = {2: (400, {})}
    ask()
    ask()
    hands.forward(hours=1)
    ask()

    assert shop.pages == [1, 2, 1]


def test_a_shop_without_an_api_key_is_never_asked(of, brand, shop, desk):
    connect(of, brand, shop, consumer_key="")

    assert asking.ask_next(desk, mint=of.mint) == 0
    assert shop.asked == []


def test_a_shop_that_came_due_without_an_api_key_is_left_alone(of, brand, shop, desk):
    connection = connect(of, brand, shop, consumer_key="")
    with of.database.write() as session:  # as the migration leaves older connections
        due = rounds.Round(
            connection.id, past=False, since=SINCE, due_at=of.clock.now()
        )
        rounds.hold(session, due)
        session.commit()

    assert [asking.ask_next(desk, mint=of.mint) for _ in range(2)] == [1, 0]
    assert (shop.asked, failing(of)) == ([], [])


def test_an_order_that_cannot_be_one_does_not_hold_up_the_others(ask, shop, numbers):
    shop.orders = [an_order(1), an_order(2, number="x" * 500), an_order(3)]

    ask()

    assert numbers() == ["1", "3"]


def test_an_import_tells_how_far_it_is(bring, shop, numbers):
    shop.orders = [an_order(n) for n in range(1, 61)]

    taken, told = bring()

    assert taken == 60
    assert told == [(0, 60), (50, 60), (60, 60)]
    assert len(numbers()) == 60
    assert shop.asked[1][2]["modified_after"] == "2026-01-01T00:00:00"


def test_an_import_that_was_interrupted_goes_on_where_it_was(bring, shop, numbers):
    shop.orders = [an_order(n) for n in range(1, 151)]
    with pytest.raises(KeyboardInterrupt):
        bring(stop=2)
    assert (shop.pages, len(numbers())) == ([1, 2], 100)

    taken, told = bring()

    assert shop.pages == [1, 2, 3, 4]
    assert (taken, len(numbers())) == (150, 150)
    assert told[0] == (100, 150)


def test_an_import_whose_cursor_is_too_old_by_now_begins_anew(bring, shop):
    shop.orders = [an_order(n) for n in range(1, 151)]
    with pytest.raises(KeyboardInterrupt):
        bring(stop=1)
    shop.troubles = {len(shop.asked) + 2: (400, {})}

    taken, _ = bring()

    assert taken == 150
    assert shop.pages == [1, 2, 1, 2, 3, 4]


def test_an_import_that_is_over_or_of_another_day_begins_anew(bring, shop):
    shop.orders = [an_order(n) for n in range(1, 61)]
    bring()
    bring()
    with pytest.raises(KeyboardInterrupt):
        bring(stop=1)
    bring(since=SINCE + timedelta(days=1))

    assert shop.pages == [1, 2, 1, 2, 1, 1, 2]


def test_an_import_waits_out_a_limit_and_an_outage(bring, shop, hands):
    shop.orders = [an_order(1)]
    shop.troubles = {2: (429, {"Retry-After": "3"}), 3: (503, {})}

    taken, _ = bring()

    assert (taken, hands.slept) == (1, [3.0, 4.0])


def test_an_import_that_is_refused_ends_and_can_be_run_again(bring, shop):
    shop.orders = [an_order(n) for n in range(1, 61)]
    shop.troubles = {3: (403, {})}
    with pytest.raises(HttpError, match="403"):
        bring()

    assert bring()[0] == 60
    assert shop.pages == [1, 2, 2]


def test_a_past_parcel_is_followed_but_nobody_is_ever_told(
    of, bring, shop, hands, held_parcel, rows
):
    shop.orders = [an_order(7, parcel=UPS.format(1))]
    bring()
    parcel = held_parcel(UPS.format(1))
    assert parcel.quiet

    moving = an_event(Status.IN_TRANSIT, at=hands.at)
    broken = an_event(Status.EXCEPTION, "damaged", at=hands.forward(hours=2))
    seen(of, parcel, a_tracking(moving), a_tracking(moving, broken))
    hands.forward(days=20)
    judge_due(of.desk)

    assert held_of(of, parcel).open_concerns
    assert send_owed(of.post) == 0
    assert rows("SELECT COUNT(*) FROM notice") == [(0,)]


def test_the_same_parcel_from_a_hook_would_have_been_told_of(
    of, ask, shop, hands, held_parcel, rows
):
    shop.orders = [an_order(7, parcel=UPS.format(1))]
    ask()
    parcel = held_parcel(UPS.format(1))

    moving = an_event(Status.IN_TRANSIT, at=hands.at)
    broken = an_event(Status.EXCEPTION, "damaged", at=hands.forward(hours=2))
    seen(of, parcel, a_tracking(moving), a_tracking(moving, broken))

    assert rows("SELECT kind FROM notice") == [("exception",)]


def test_a_past_parcel_is_asked_once_for_how_it_ended(
    of, bring, shop, held_parcel, due_of
):
    shop.orders = [an_order(7, parcel=UPS.format(1))]
    bring()
    assert due_of(held_parcel(UPS.format(1))) == [(True, 2)]

    done = an_event(Status.DELIVERED, at=datetime(2026, 2, 25, 12, tzinfo=UTC))
    parcel = seen(of, held_parcel(UPS.format(1)), a_tracking(done))

    assert parcel.delivered_at.text.startswith("2026-02-25")
    assert due_of(parcel) == [(False, 2)]


def test_a_past_parcel_that_its_carrier_forgot_is_left_alone(
    of, bring, shop, held_parcel, due_of
):
    shop.orders = [an_order(7, parcel=UPS.format(1))]
    bring()
    parcel = seen(
        of, held_parcel(UPS.format(1)), no_tracking(Trouble.NOT_FOUND, UPS.format(1))
    )

    assert parcel.paused_at is not None
    assert due_of(parcel) == [(False, 2)]


def test_what_is_long_past_is_not_asked_at_all(bring, shop, held_parcel, due_of):
    long_ago = "2025-11-20T10:00:00"
    shop.orders = [an_order(7, parcel=UPS.format(1), date_created_gmt=long_ago)]
    bring()

    parcel = held_parcel(UPS.format(1))
    assert due_of(parcel) == [(False, 2)]


def test_a_parcel_that_a_hook_brought_before_stays_as_it_is(
    ask, bring, shop, held_parcel
):
    shop.orders = [an_order(7, parcel=UPS.format(1))]
    ask()
    bring()

    assert not held_parcel(UPS.format(1)).quiet


def test_a_parcel_that_comes_after_the_import_is_told_of(
    ask, bring, shop, hands, held_parcel
):
    shop.orders = [an_order(7)]
    bring()
    shop.orders = [
        an_order(7, parcel=UPS.format(1), date_modified_gmt="2026-03-02T09:30:00")
    ]
    hands.forward(days=1)
    ask()

    assert not held_parcel(UPS.format(1)).quiet
