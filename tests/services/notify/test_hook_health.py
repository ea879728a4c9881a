"""A webhook that takes nothing: tried for a day, off after days, made good by replay."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
from tests import make

from track_service.core.routing import Pace, Route
from track_service.core.status import Status
from track_service.services import brands
from track_service.services.notify import send_owed
from track_service.services.queue_upkeep import keep_up
from track_service.store import hook_state, notices
from track_service.store.brands import by_id


@pytest.fixture
def loud(hooked, change, receiver):
    return change(hooked, ops_urls=(receiver.url("/team", "json"),))


@pytest.fixture
def run(of, hands):
    def go(**span):
        until = hands.at + timedelta(**span)
        while hands.at < until:
            while send_owed(of.post):
                pass
            hands.forward(hours=6)

    return go


@pytest.fixture
def broken(loud, receiver):
    """The brand's webhook answers 500; its chat works."""
    receiver.status = 500
    return loud


def off(of):
    with of.database.read() as session:
        return hook_state.off(session)


def test_days_of_failure_switch_a_webhook_off_and_ops_hear_of_it(
    of, broken, damaged, receiver, run, states
):
    damaged(broken, "N1")
    run(days=4)
    assert off(of) == {}
    damaged(broken, "N2")
    run(days=2)
    tried = len(receiver.at("/hook"))

    assert set(off(of)) == {broken.id}
    receiver.status = 204
    damaged(broken, "N3")
    run(days=1)

    assert len(receiver.at("/hook")) == tried
    assert states("webhook")[-1] == ("dead", "the webhook is switched off")
    told = [json.loads(body)["title"] for _, body in receiver.at("/team")]
    assert "The webhook of acme is switched off" in told


def test_a_webhook_that_is_gone_is_off_at_once(
    of, loud, damaged, receiver, run, states
):
    receiver.status = 410
    damaged(loud, "N1")
    run(hours=6)
    receiver.status = 204
    damaged(loud, "N2")
    run(days=2)

    assert set(off(of)) == {loud.id}
    assert len(receiver.at("/hook")) == 1
    assert [state for state, _ in states("webhook")] == ["dead", "dead"]
    told = [json.loads(body)["title"] for _, body in receiver.at("/team")]
    assert "The webhook of acme is switched off" in told


def test_nothing_more_is_posted_to_a_webhook_that_is_gone(
    of, hooked, damaged, receiver, states
):
    receiver.status = 410
    damaged(hooked, "N1")
    damaged(hooked, "N2")

    send_owed(of.post)

    assert len(receiver.at("/hook")) == 1
    assert sorted(why for _, why in states("webhook")) == [
        "the receiver answered 410",
        "the webhook is switched off",
    ]


def test_another_address_is_told_again(of, hooked, damaged, receiver, run):
    receiver.status = 410
    damaged(hooked, "N1")
    run(hours=6)
    receiver.status = 204
    with of.database.write() as session:
        gone = by_id(session, hooked.id)
        brands.change(session, gone, mint=of.mint, webhook_url=receiver.url("/new"))
        session.commit()
    damaged(hooked, "N2")
    run(hours=6)

    assert off(of) == {}
    assert len(receiver.at("/new")) == 1


def test_a_webhook_that_is_off_is_one_alert_where_rules_lead_and_one_entry(
    of, broken, change, damaged, receiver, run, rows
):
    route = Route(1, (receiver.url("/hooks", "json"),), pace=Pace.DAILY)
    change(broken, ops_urls=(), routes=(route,))
    for number, days in (("N1", 2), ("N2", 3), ("N3", 1)):
        damaged(broken, number)
        run(days=days)
    while keep_up(of.post):
        pass

    told = [json.loads(body)["title"] for _, body in receiver.at("/hooks")]
    assert set(told) == {"The webhook of acme is switched off"}
    owed = "SELECT count(*) FROM notice WHERE kind = 'webhook_off' AND brand_id = 1"
    assert rows(owed) == [(1,)]
    listed = "SELECT source, kind FROM queue_entry WHERE cleared_at IS NULL AND {}"
    of_hooks = listed.format("source NOT IN ('concern', 'group')")
    assert rows(of_hooks) == [("off", "webhook_off")]
    with of.database.write() as session:
        hook_state.switch_on(session, broken.id)
        session.commit()
    keep_up(of.post)
    assert rows(of_hooks) == [("missed", "undeliverable")]


def test_one_success_ends_the_count(of, broken, damaged, receiver, run):
    damaged(broken, "N1")
    run(days=4)
    receiver.status = 204
    damaged(broken, "N2")
    run(days=1)
    receiver.status = 500
    damaged(broken, "N3")
    run(days=3)

    assert off(of) == {}


def test_what_was_missed_is_replayed_under_its_old_id(
    of, broken, damaged, receiver, run, hands, rows
):
    since = hands.at
    damaged(broken)
    run(days=3)
    receiver.status = 204
    first = receiver.at("/hook")[0][0]["webhook-id"]
    receiver.got.clear()

    with of.database.write() as session:
        done = notices.replay(
            session,
            brand_id=broken.id,
            state="dead",
            since=since,
            until=hands.at,
            wall=hands.at,
        )
        none = notices.replay(
            session,
            brand_id=broken.id,
            state="dead",
            since=since - timedelta(days=9),
            until=since,
            wall=hands.at,
        )
        session.commit()
    run(hours=1)

    assert (done, none) == (1, 0)
    ((headers, _),) = receiver.at("/hook")
    assert headers["webhook-id"] == first


def test_a_replay_tells_what_was_though_it_is_over(
    of, broken, damaged, receiver, run, hands
):
    since = hands.at
    parcel = damaged(broken)
    run(days=3)
    on_its_way = make.an_event(Status.OUT_FOR_DELIVERY, at=of.clock.now())
    make.seen(of, parcel, make.a_tracking(*parcel.events, on_its_way))
    receiver.status = 204
    receiver.got.clear()
    with of.database.write() as session:
        notices.replay(
            session,
            brand_id=broken.id,
            state="dead",
            since=since,
            until=hands.at,
            wall=hands.at,
        )
        session.commit()
    run(hours=1)

    told = [json.loads(body)["type"] for _, body in receiver.at("/hook")]
    assert "shipment.exception" in told


def test_during_a_rotation_both_secrets_sign(of, hooked, damaged, receiver):
    older = hooked.webhook_secret
    with of.database.write() as session:
        newer = brands.rotate(session, hooked, mint=of.mint)
        with pytest.raises(brands.WrongBrand, match="two secrets"):
            brands.rotate(session, by_id(session, hooked.id), mint=of.mint)
        session.commit()
    damaged(hooked, "N1")
    send_owed(of.post)
    with of.database.write() as session:
        brands.retire(session, by_id(session, hooked.id))
        with pytest.raises(brands.WrongBrand, match="no older"):
            brands.retire(session, by_id(session, hooked.id))
        session.commit()
    damaged(hooked, "N2")
    send_owed(of.post)

    both, one = receiver.at("/hook")
    assert [signs(*both, secret) for secret in (newer, older)] == [True, True]
    assert [signs(*one, secret) for secret in (newer, older)] == [True, False]
    assert re.fullmatch(r"whsec_[\w+/=]+", newer)


def signs(headers, body, secret):
    """Whether one of a message's signatures is a secret's; its age is no matter here."""
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    wanted = standardwebhooks.Webhook(secret).sign(
        headers["webhook-id"], at, body.decode()
    )
    return wanted in headers["webhook-signature"].split()
