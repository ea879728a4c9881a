"""What shoppers hear of an order before it is in a parcel, where a brand wants it."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from tests.storefronts.shop import a_fulfilment, an_order
from tests.storefronts.shopify_desk import hand_over

from track_service.core.parcel import Customer
from track_service.core.rules import DEFAULT, read
from track_service.services import wishes
from track_service.services.erase import erase_order
from track_service.services.notify import send_owed
from track_service.services.preparing import look_due
from track_service.services.second_factor import ask_link
from track_service.store import ways
from track_service.store.ways import Way

EVENTS = ("confirmed", "not_shipped", "cancelled")
LATER = "2026-03-12T00:00:00Z"
STATES = "SELECT kind, state FROM notice WHERE audience = 'shopper' ORDER BY id"


@pytest.fixture
def channel(scripted):
    return scripted()


@pytest.fixture
def send(of, channel):
    post = replace(of.post, channels={"email": channel, "sms_twilio": channel})

    def run():
        while send_owed(post):
            pass
        return [message.subject for message in channel.sent]

    return run


@pytest.fixture
def shop(brand, change):
    """Return the brand when its shoppers hear of some events of orders."""

    def run(*events, **more):
        rules = {"events": dict.fromkeys(events, True), "together_minutes": 0} | more
        return change(brand, locale="en", rules=read(rules))

    return run


@pytest.fixture
def days_pass(of, hands):
    def run(days):
        for _ in range(days):
            hands.forward(days=1)
            while look_due(of.desk):
                pass

    return run


def told(**more):
    return an_order(customer_locale="en", **more)


def test_usually_nobody_hears_of_an_order_that_is_in_no_parcel(
    of, brand, days_pass, rows
):
    hand_over(of, brand, told())
    days_pass(5)
    hand_over(of, brand, told(updated_at=LATER, cancelled_at=LATER))

    assert rows(STATES) == []
    assert not DEFAULT.events.keys() & set(EVENTS)


def test_a_confirmed_order_is_told_once(of, shop, send, channel):
    acme = shop("confirmed")
    for updated in ("2026-03-02T09:15:00+07:00", "2026-03-02T15:59:00+07:00"):
        hand_over(of, acme, told(updated_at=updated))

    assert send() == ["Your order #2041 is confirmed · Acme"]
    (mail,) = channel.sent
    assert "Thank you for your order." in mail.text
    assert "See your order" in mail.text
    assert '"@type": "Order"' in mail.html
    assert mail.unsubscribe.startswith("https://track.example/unsubscribe/")


def test_what_was_confirmed_days_ago_is_no_news(of, shop, send):
    hand_over(of, shop("confirmed"), told(created_at="2026-02-27T09:15:00+07:00"))

    assert send() == []


def test_past_orders_are_nobody_s_news(of, shop, send):
    hand_over(of, shop(*EVENTS), told(), past=True)

    assert send() == []


def test_an_order_that_waits_is_apologised_for_with_its_new_window(
    of, shop, days_pass, send, channel, rows
):
    hand_over(of, shop("not_shipped"), told())
    days_pass(2)
    assert send() == []
    days_pass(1)
    with of.database.write() as session:
        session.execute(text(WINDOW))
        session.commit()

    assert send() == ["Your order #2041 is not on its way yet · Acme"]
    (mail,) = channel.sent
    assert "We have not handed your order to a carrier yet." in mail.text
    assert "We are sorry that you have to wait." in mail.text
    window = re.search("Expected now: (.+)", mail.text)
    assert window[1] == "Mon 9 Mar – Wed 11 Mar"


WINDOW = """
    UPDATE order_outlook SET start_on = '2026-03-09', until_on = '2026-03-11',
        likely_on = '2026-03-10', ready_days = 1, way_days = 2
"""


@pytest.mark.parametrize(
    "news",
    [
        pytest.param({"fulfillments": [a_fulfilment()]}, id="in a parcel"),
        pytest.param({"fulfillments": [a_fulfilment("Some", None)]}, id="untracked"),
        pytest.param({"cancelled_at": LATER}, id="cancelled"),
    ],
)
def test_what_is_shipped_or_cancelled_meanwhile_is_not_told_as_waiting(
    of, shop, days_pass, send, rows, news
):
    acme = shop("not_shipped")
    hand_over(of, acme, told())
    days_pass(3)
    hand_over(of, acme, told(updated_at=LATER, **news))

    assert send() == []
    assert rows(STATES) == [("not_shipped", "withdrawn")]


def test_a_cancelled_order_is_told_unless_it_is_taken_back_in_time(
    of, shop, send, hands
):
    acme = shop("cancelled")
    hand_over(of, acme, told())
    hand_over(of, acme, told(updated_at="2026-03-03T00:00:00Z", cancelled_at=LATER))
    hand_over(of, acme, told(updated_at="2026-03-04T00:00:00Z"))
    assert send() == []

    hands.forward(hours=1)
    hand_over(of, acme, told(updated_at="2026-03-05T00:00:00Z", cancelled_at=LATER))

    assert send() == ["Your order #2041 is cancelled · Acme"]


def test_what_is_owed_again_has_all_its_tries(of, shop, send, rows):
    acme = shop("cancelled")
    hand_over(of, acme, told())
    hand_over(of, acme, told(updated_at="2026-03-03T00:00:00Z", cancelled_at=LATER))
    with of.database.write() as session:
        session.execute(text("UPDATE notice SET attempts = 7, failures = 7"))
        session.commit()
    hand_over(of, acme, told(updated_at="2026-03-04T00:00:00Z"))
    assert send() == []

    hand_over(of, acme, told(updated_at="2026-03-05T00:00:00Z", cancelled_at=LATER))

    tries = "SELECT state, attempts, failures FROM notice WHERE kind = 'cancelled'"
    assert rows(tries) == [("owed", 0, 0)]


def test_of_an_order_that_went_out_untracked_no_end_is_told(of, shop, send, rows):
    acme = shop("cancelled")
    hand_over(of, acme, told())
    sent = {"fulfillments": [a_fulfilment("Some Courier", None)]}
    hand_over(of, acme, told(updated_at="2026-03-03T00:00:00Z", **sent))
    gone = {"updated_at": LATER, "cancelled_at": LATER}
    hand_over(of, acme, told(**sent, **gone))

    assert send() == []


def test_an_order_that_comes_cancelled_is_no_news(of, shop, send):
    hand_over(of, shop("cancelled"), told(cancelled_at="2026-03-02T09:15:00+07:00"))

    assert send() == []


def test_orders_keep_quiet_hours_caps_and_wishes(of, shop, send, hands, rows):
    hands.at = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    acme = shop("confirmed", per_day=1)
    made = {"created_at": "2026-03-02T23:00:00+01:00"}
    for n in (1, 2):
        hand_over(of, acme, told(number=f"#{n}", order_id=n, **made))
    other = {"email": "no@shopper.example", "phone": None}
    hand_over(of, acme, told(number="#3", order_id=3, **made, **other))
    assert send() == []
    with of.database.write() as session:
        theirs = Customer(email="no@shopper.example")
        names = wishes.of_customer(session, acme, theirs).names
        link = wishes.opened(session, wishes.token(acme, names))
        wishes.unsubscribe(session, link, now=hands.now())
        session.commit()

    hands.at = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)

    assert send() == ["Your order #1 is confirmed · Acme"]
    assert [row.state for row in rows(STATES)] == ["sent", "owed", "suppressed"]


def test_text_messages_tell_of_orders_as_well(of, shop, send, channel):
    acme = shop("confirmed")
    with of.database.write() as session:
        ways.put(session, acme.id, Way("sms_twilio", {"from": "x"}), place=0)
        session.commit()
    hand_over(of, acme, told())

    send()

    (message,) = channel.sent
    assert message.to == "+84901234567"
    assert message.text.startswith("Acme: Your order is confirmed. https://track.")


def test_a_shop_that_seems_to_ship_nothing_is_asked_first(
    of, shop, days_pass, send, rows
):
    acme = shop("not_shipped")
    for n in range(10):
        hand_over(of, acme, told(number=f"#{n}", order_id=n + 1))
    days_pass(3)

    assert send() == []
    assert {tuple(row) for row in rows(STATES)} == {("not_shipped", "held")}


def test_erasure_withdraws_what_is_owed(of, shop, rows, send):
    acme = shop("confirmed")
    hand_over(of, acme, told())
    here, wall = "192.0.2.1", of.clock.wall()
    ask_link(of.desk, acme, number="#2041", client=here, wall=wall)
    with of.database.write() as session:
        assert erase_order(session, acme.id, "#2041", now=of.clock.now())
        session.commit()

    assert rows(STATES) == [("confirmed", "withdrawn"), ("link", "withdrawn")]
    assert send() == []
