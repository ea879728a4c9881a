import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from tests import make

from track_service.core.parcel import Customer
from track_service.services.notify import send_owed
from track_service.store import hook_state, notices


def attempts(rows, channel="email"):
    query = "SELECT attempts FROM notice WHERE channel = :channel ORDER BY id"
    return [row.attempts for row in rows(query, channel=channel)]


def test_an_owed_notice_is_sent_once(of, brand, damaged, mailroom, rows):
    damaged(brand)

    assert [send_owed(of.post), send_owed(of.post)] == [1, 0]

    assert len(mailroom.letters) == 1
    (row,) = rows("SELECT state, settled_at, provider_id FROM notice")
    assert row.state == "sent"
    assert row.settled_at is not None
    assert row.provider_id == mailroom.read()["Message-ID"]
    assert of.counters.total("track_notices", channel="email", result="sent") == 1


def test_each_channel_is_told(of, hooked, change, damaged, mailroom, receiver, states):
    change(hooked, ops_urls=(receiver.url("/team", "json"),))
    damaged(hooked)

    assert send_owed(of.post) == 3

    assert len(mailroom.letters) == 1
    assert len(receiver.at("/hook")) == 1
    ((_, alert),) = receiver.at("/team")
    assert json.loads(alert)["title"]
    assert [states(c) for c in ("email", "webhook", "apprise")] == [
        [("sent", None)]
    ] * 3


def test_what_fails_is_tried_again_when_the_wait_is_over(
    of, brand, damaged, mailroom, hands, states
):
    damaged(brand)
    mailroom.answers["RCPT"] = "451 4.7.1 come back later"
    assert send_owed(of.post) == 1
    assert states() == [("owed", "the recipient was refused (451 4.7.1)")]
    mailroom.answers.clear()

    hands.forward(seconds=59)
    assert send_owed(of.post) == 0
    hands.forward(seconds=1)
    assert send_owed(of.post) == 1

    assert states() == [("sent", None)]
    assert len(mailroom.letters) == 1


def test_the_waits_grow_and_the_tries_end(
    of, hooked, damaged, receiver, hands, rows, states
):
    receiver.status = 500
    damaged(hooked, order=order_without_mail())
    waits = []

    while send_owed(of.post):
        with of.database.read() as session:
            (waiting,) = notices.listed(session, limit=1)
        if waiting.state != "owed":
            break
        start = hands.at
        while due(rows) > hands.at:
            hands.forward(minutes=1)
        waits.append((hands.at - start) / timedelta(minutes=1))

    assert waits == [1, 5, 15, 60, 180, 480, 720]
    assert states("webhook") == [("dead", "the receiver answered 500")]
    assert len(receiver.got) == 8


def order_without_mail():
    return make.an_order(customer=Customer("Mai"))


def due(rows):
    (row,) = rows("SELECT due_at FROM notice")
    at = row.due_at
    if isinstance(at, str):
        at = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return at


def test_a_receiver_s_own_wait_is_kept_to(of, hooked, damaged, receiver, hands, states):
    receiver.status, receiver.headers = 503, {"Retry-After": "3600"}
    damaged(hooked, order=order_without_mail())
    send_owed(of.post)
    receiver.status = 204

    hands.forward(minutes=59)
    assert send_owed(of.post) == 0
    hands.forward(minutes=1)
    assert send_owed(of.post) == 1

    assert states("webhook") == [("sent", None)]


def test_a_permanent_failure_is_listed_and_may_be_tried_anew(
    of, hooked, damaged, receiver, states
):
    receiver.status = 410
    damaged(hooked, order=order_without_mail())
    send_owed(of.post)
    with of.database.read() as session:
        (dead,) = notices.listed(session, state="dead", brand_id=hooked.id, limit=9)
    assert (dead.error, dead.attempts) == ("the receiver answered 410", 1)
    receiver.status = 204
    while send_owed(of.post):
        pass
    assert [state for state, _ in states("webhook")] == ["dead"]

    with of.database.write() as session:
        wall = of.clock.wall()
        hook_state.switch_on(session, hooked.id)
        done = notices.reopen(
            session, state="dead", brand_id=None, kind=None, wall=wall
        )
        session.commit()

    assert done == 1
    assert send_owed(of.post) == 1
    assert states("webhook") == [("sent", None)]


def test_without_its_channel_a_notice_waits(of, brand, damaged, states):
    damaged(brand)

    assert send_owed(replace(of.post, channels={})) == 1

    assert states() == [("owed", "no email channel is set up")]


class Crash(BaseException):
    """The process dies."""


def test_a_crash_before_settling_repeats_under_the_same_key(
    of, brand, damaged, scripted, hands, states, rows
):
    damaged(brand)
    sent = []

    def crash(message):
        sent.append(message.key)
        raise Crash

    with pytest.raises(Crash):
        send_owed(replace(of.post, channels={"email": scripted(crash)}))
    assert send_owed(of.post) == 0  # the lease of the dead sender still runs
    hands.forward(seconds=notices.LEASE.total_seconds())
    again = scripted()
    assert send_owed(replace(of.post, channels={"email": again})) == 1

    assert [m.key for m in again.sent] == sent
    assert states() == [("sent", None)]
    assert attempts(rows) == [2]


def test_a_slow_provider_s_rest_is_given_back(
    of, brand, damaged, scripted, hands, states, rows
):
    for place in range(3):
        damaged(brand, f"N{place}")
    slow = scripted(lambda message: hands.forward(minutes=2))

    assert send_owed(replace(of.post, channels={"email": slow})) == 2

    assert len(slow.sent) == 2
    assert [state for state, _ in states()] == ["sent", "sent", "owed"]
    assert attempts(rows) == [1, 1, 0]
    assert send_owed(of.post) == 1


def test_a_notice_that_cannot_be_written_holds_up_no_other(
    of, brand, damaged, mailroom, states
):
    first, _ = damaged(brand, "N1"), damaged(brand, "N2")
    end = "9999-12-31T23:00:00-05:00/second"  # no hour in UTC any more
    with of.database.write() as session:
        session.execute(
            text(
                "UPDATE shipment SET window_start = :end, window_until = :end"
                " WHERE id = :id"
            ),
            {"id": first.id, "end": end},
        )
        session.commit()

    assert send_owed(of.post) == 2

    assert states() == [("owed", "cannot be written: OverflowError"), ("sent", None)]
    assert len(mailroom.letters) == 1


def test_a_notice_that_breaks_off_holds_up_no_other(
    of, brand, damaged, scripted, hands, states
):
    damaged(brand, "N1")
    damaged(brand, "N2")
    told = []

    def breaks_once(message):
        told.append(message.key)
        if len(told) == 1:
            raise KeyError("a fault of ours")

    channel = scripted(breaks_once)
    post = replace(of.post, channels={"email": channel})
    assert send_owed(post) == 2
    assert states() == [("owed", "broke off: KeyError"), ("sent", None)]
    hands.forward(minutes=1)
    assert send_owed(post) == 1

    assert states() == [("sent", None), ("sent", None)]
    assert [message.key for message in channel.sent] == [told[1], told[0]]


def test_many_senders_never_send_one_twice(of, uncapped, damaged, scripted):
    for place in range(9):
        damaged(uncapped, f"N{place}")
    mails, hooks = scripted(), scripted()
    post = replace(of.post, channels={"email": mails, "webhook": hooks})
    together = threading.Barrier(4, timeout=30)

    def work(_):
        together.wait()
        while send_owed(post, limit=3):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    keys = [m.key for m in (*mails.sent, *hooks.sent)]
    assert len(keys) == len(set(keys)) == 18


@pytest.mark.postgres
def test_a_sender_skips_what_another_is_claiming(of, brand, damaged, scripted):
    damaged(brand, "N1")
    damaged(brand, "N2")
    mails = scripted()

    with of.database.write() as session:
        (mine,) = notices.claim(session, wall=of.clock.wall(), limit=1)
        sent = send_owed(replace(of.post, channels={"email": mails}))
        session.rollback()

    assert sent == 1
    assert [m.key for m in mails.sent] != [mine.key]
