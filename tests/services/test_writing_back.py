"""Shops hear of their parcels: owed with the change, told once, retried, given up."""

import pytest
from sqlalchemy import text
from tests.make import a_tracking, an_event, seen
from tests.services import shops
from tests.services.shops import UPS, an_order, connect, desk_for

from track_service.core.status import Status
from track_service.services import asking, connecting, links
from track_service.services.erase import erase
from track_service.services.past_orders import import_past
from track_service.services.writing_back import write_back
from track_service.store import shipments, words

NUMBER = UPS.format(1)
PAGE = "https://track.example/t/"


@pytest.fixture
def shop():
    with shops.a_shop() as shop:
        shop.orders = [an_order(7, parcel=NUMBER)]
        yield shop


@pytest.fixture
def desk(of, shop):
    desk = desk_for(of, shop)
    yield desk
    desk.guarded.close()


@pytest.fixture
def tell(desk):
    return lambda: write_back(desk, base_url="https://track.example")


@pytest.fixture
def parcel(of, brand, shop, desk):
    """A parcel that the shop handed over; the shop wants to be told of it."""
    connect(of, brand, shop, write_back="on")
    asking.ask_next(desk, mint=of.mint)
    shop.asked.clear()
    return _held(of)


@pytest.fixture
def states(rows):
    return lambda: [
        tuple(row)
        for row in rows("SELECT status, state FROM storefront_word ORDER BY id")
    ]


def _held(of, number=NUMBER):
    with of.database.read() as session:
        (found,) = shipments.by_number(session, number)
        return shipments.load(session, [found])[0].shipment


def moved(of, hands, parcel, *statuses):
    """Let the carrier tell of one status after the other, an hour apart."""
    events = []
    for status in statuses:
        events.append(an_event(status, at=hands.forward(hours=1)))
        parcel = seen(of, parcel, a_tracking(*events))
    return parcel


def test_a_shop_is_told_what_moved_and_where_the_page_is(
    of, hands, parcel, shop, tell, states
):
    moved(of, hands, parcel, Status.IN_TRANSIT)
    assert states() == [("in_transit", "owed")]

    assert [tell(), tell()] == [1, 0]

    order = "/wp-json/wc/v3/orders/7"
    url = f"{PAGE}{parcel.token}"
    meta = {"meta_data": [{"key": "_track_service_url", "value": url}]}
    note = {"note": f"On the way (UPS {NUMBER}) {url}", "customer_note": False}
    assert shop.told == [("PUT", order, meta), ("POST", f"{order}/notes", note)]
    assert states() == [("in_transit", "sent")]


def test_each_change_that_a_shop_cares_for_is_told_once(
    of, hands, parcel, shop, tell, states
):
    events = [an_event(Status.PICKED_UP, at=hands.forward(hours=1))]
    for status in (Status.IN_TRANSIT, Status.IN_TRANSIT, Status.DELIVERED):
        seen(of, parcel, a_tracking(*events))
        tell()
        events.append(an_event(status, at=hands.forward(hours=1), city="Bonn"))
    seen(of, parcel, a_tracking(*events), a_tracking(*events))
    tell()

    assert states() == [("in_transit", "sent"), ("delivered", "sent")]
    assert [method for method, _, _ in shop.told] == ["PUT", "POST", "POST"]


def test_a_shop_hears_the_last_word_again_where_its_link_was_renewed(
    of, brand, hands, parcel, shop, tell, states
):
    moved(of, hands, parcel, Status.IN_TRANSIT)
    tell()
    shop.asked.clear()

    with of.database.write() as session:
        new = links.renew(
            session, brand, parcel.public_id, wall=of.clock.wall(), mint=of.mint
        )
        session.commit()
    tell()

    assert [method for method, _, _ in shop.told] == ["PUT", "POST"]
    assert all(f"{PAGE}{new.token}" in str(told) for _, _, told in shop.told)
    moved(of, hands, parcel, Status.IN_TRANSIT, Status.DELIVERED)
    tell()
    assert [method for method, _, _ in shop.told] == ["PUT", "POST", "POST"]


def test_a_word_that_was_overtaken_is_not_told(of, hands, parcel, shop, tell, states):
    moved(of, hands, parcel, Status.IN_TRANSIT, Status.OUT_FOR_DELIVERY)

    assert tell() == 2

    assert states() == [("in_transit", "withdrawn"), ("out_for_delivery", "sent")]
    assert len(shop.told) == 2


def test_a_shop_that_is_down_is_told_later(of, hands, parcel, shop, tell, states):
    moved(of, hands, parcel, Status.IN_TRANSIT)
    shop.refused = 503
    assert tell() == 1
    assert tell() == 0
    shop.refused = None
    hands.forward(minutes=2)

    assert tell() == 1

    assert states() == [("in_transit", "sent")]


@pytest.mark.sqlite
def test_nothing_is_open_while_a_shop_is_told(of, hands, parcel, shop, tell):
    written = []

    def write():  # on SQLite this would wait in vain for a writer that tells
        with of.database.write() as session:
            written.append(
                session.execute(text("UPDATE brand SET name = 'A'")).rowcount
            )
            session.commit()

    moved(of, hands, parcel, Status.IN_TRANSIT)
    shop.meanwhile = write

    assert tell() == 1
    assert written == [1, 1]


def test_a_shop_that_is_down_is_tried_with_one_of_its_words(
    of, hands, parcel, shop, desk, tell, rows
):
    shop.orders = [an_order(n, parcel=UPS.format(n)) for n in range(1, 13)]
    hands.forward(days=1)
    asking.ask_next(desk, mint=of.mint)
    for n in range(1, 13):
        moved(of, hands, _held(of, UPS.format(n)), Status.IN_TRANSIT)
    shop.asked.clear()
    shop.refused = 503

    assert [tell(), tell()] == [8, 0]

    assert len(shop.told) == 1
    tried = "SELECT attempts, COUNT(*) FROM storefront_word GROUP BY 1 ORDER BY 1"
    assert rows(tried) == [(0, 11), (1, 1)]
    shop.refused = None
    hands.forward(minutes=2)
    assert [tell(), tell(), tell()] == [8, 4, 0]
    assert rows("SELECT DISTINCT state FROM storefront_word") == [("sent",)]


def test_who_is_told_too_often_is_left_alone_for_as_long_as_he_says(
    of, hands, parcel, shop, tell
):
    moved(of, hands, parcel, Status.IN_TRANSIT)
    shop.troubles = {1: (429, {"Retry-After": "600"})}
    tell()

    hands.forward(minutes=9)
    assert tell() == 0
    hands.forward(minutes=2)
    assert tell() == 1


def test_who_dies_while_he_tells_counts_as_no_try(
    of, hands, parcel, shop, tell, states
):
    moved(of, hands, parcel, Status.IN_TRANSIT)
    for _ in range(9):
        with of.database.write() as session:
            assert len(words.claim(session, wall=hands.now(), limit=8)) == 1
            session.commit()
        hands.forward(minutes=6)
    shop.refused = 503

    assert tell() == 1

    assert states() == [("in_transit", "owed")]


def test_after_a_day_in_vain_a_word_is_given_up_until_somebody_retries(
    of, hands, parcel, shop, tell, states
):
    moved(of, hands, parcel, Status.IN_TRANSIT)
    shop.refused = 401
    tries = 0
    for _ in range(40):
        tries += tell()
        hands.forward(hours=1)
    assert (tries, states()) == (8, [("in_transit", "dead")])

    shop.refused = None
    with of.database.write() as session:
        assert words.reopen(session, 1, wall=hands.now()) == 1
        session.commit()

    assert tell() == 1
    assert states() == [("in_transit", "sent")]


def test_a_sender_that_dies_lets_the_word_come_due_again(of, hands, parcel, shop, tell):
    moved(of, hands, parcel, Status.IN_TRANSIT)
    with of.database.write() as session:
        assert len(words.claim(session, wall=hands.now(), limit=9)) == 1
        session.commit()

    assert tell() == 0
    hands.forward(minutes=6)
    assert tell() == 1
    assert len(shop.told) == 2


def test_a_shop_that_did_not_ask_for_it_is_owed_nothing(
    of, brand, hands, shop, desk, states
):
    connect(of, brand, shop)
    asking.ask_next(desk, mint=of.mint)

    moved(of, hands, _held(of), Status.IN_TRANSIT, Status.DELIVERED)

    assert states() == []


def test_a_shop_that_switched_it_off_hears_nothing_any_more(
    of, brand, hands, parcel, shop, tell, states
):
    moved(of, hands, parcel, Status.IN_TRANSIT)
    connect(of, brand, shop, write_back="off")

    tell()

    assert shop.told == []
    assert states() == [("in_transit", "withdrawn")]


def test_nothing_is_told_of_a_past_order(of, brand, hands, shop, desk, states):
    connection = connect(of, brand, shop, write_back="on")
    import_past(
        desk,
        connection,
        since=hands.now(),
        mint=of.mint,
        sleep=hands.sleep,
        progress=lambda _done, _of: None,
    )

    moved(of, hands, _held(of), Status.IN_TRANSIT, Status.DELIVERED)

    assert states() == []


def test_nothing_is_told_of_an_erased_parcel(of, hands, parcel, shop, tell, states):
    moved(of, hands, parcel, Status.IN_TRANSIT)
    with of.database.write() as session:
        erase(session, parcel.brand.id, parcel.public_id, now=hands.now())
        session.commit()

    tell()

    assert shop.told == []
    assert states() == [("in_transit", "withdrawn")]


@pytest.mark.parametrize(
    ("platform", "more", "said"),
    [
        ("shopify", {}, "shopify wants shop, access_token to write back"),
        ("haravan", {"access_token": "t"}, "haravan has no setting write_back"),
        ("woocommerce", {"write_back": "maybe"}, "write_back is on or off"),
    ],
)
def test_writing_back_wants_a_platform_that_takes_it_and_a_key(
    of, brand, hands, platform, more, said
):
    given = {"secret": "made-up", "write_back": "on"} | more
    with (
        of.database.write() as session,
        pytest.raises(connecting.WrongConnection, match=said),
    ):
        connecting.connect(session, brand, platform, given, now=hands.now())
