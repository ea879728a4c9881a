"""When a shopper is told: not at night, not too often, and of each state once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from tests import make

from track_service.core.parcel import Address, Customer
from track_service.core.rules import CANNOT_WAIT, EVENTS, read
from track_service.core.status import Status
from track_service.services import timing
from track_service.services.judge import judge_due
from track_service.services.notify import send_owed
from track_service.store import notices, telling

ALL = read({"events": dict.fromkeys(EVENTS, True), "together_minutes": 0})
BERLIN, HANOI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)


class Crash(BaseException):
    """The process dies."""


@pytest.fixture
def channel(scripted):
    return scripted()


@pytest.fixture
def post(of, channel):
    return replace(of.post, channels={"email": channel})


@pytest.fixture
def send(post):
    def run():
        while send_owed(post):
            pass

    return run


def test_at_night_a_notice_waits_for_eight_by_the_shopper_s_clock(
    brand, damaged, hands, send, channel, states
):
    hands.at = NIGHT
    damaged(brand)
    send()
    hands.at = datetime(2026, 3, 3, 6, 59, tzinfo=UTC)
    send()
    assert (channel.sent, states()) == ([], [("owed", None)])

    hands.forward(minutes=1)
    send()

    assert len(channel.sent) == 1
    assert channel.sent[0].sent_at.astimezone(BERLIN).hour == 8


def test_the_clock_is_that_of_the_destination(brand, damaged, hands, send, channel):
    order = make.an_order(address=Address(city="Hanoi", country="VN"))
    hands.at = NIGHT  # half past five in Hanoi
    damaged(brand, order=order)
    hands.at = datetime(2026, 3, 3, 0, 59, tzinfo=UTC)
    send()
    assert channel.sent == []

    hands.forward(minutes=1)
    send()

    assert channel.sent[0].sent_at.astimezone(HANOI).hour == 8


def test_what_is_no_longer_true_in_the_morning_is_not_told(
    of, brand, damaged, hands, send, channel, states
):
    hands.at = NIGHT
    parcel = damaged(brand)
    send()
    come = make.an_event(Status.DELIVERED, at=hands.forward(hours=1))
    make.seen(of, parcel, make.a_tracking(come))
    hands.forward(hours=12)

    send()

    assert (channel.sent, states()) == ([], [("withdrawn", "no longer true")])


def test_a_fourth_notice_of_a_day_waits_for_the_next(
    brand, damaged, hands, send, channel
):
    for n in range(4):
        damaged(brand, number=f"N{n}", order=make.an_order(f"{n}"))
    send()
    assert len(channel.sent) == 3
    hands.at = datetime(2026, 3, 3, 6, 59, tzinfo=UTC)
    send()
    assert len(channel.sent) == 3

    hands.forward(minutes=1)
    send()

    assert len(channel.sent) == 4


def test_the_cap_is_one_shopper_s(brand, damaged, send, channel):
    for n in range(8):
        customer = Customer(email=f"{n % 4}@shopper.example")
        damaged(brand, number=f"N{n}", order=make.an_order(f"{n}", customer=customer))

    send()

    assert set(Counter(message.to for message in channel.sent).values()) == {2}


def test_what_cannot_wait_goes_beyond_the_cap(of, brand, damaged, send, channel):
    for n in range(3):
        damaged(brand, number=f"N{n}", order=make.an_order(f"{n}"))
    parcel = make.a_parcel(of, brand, number="N9", order=make.an_order("9"))
    tried = make.an_event(Status.ATTEMPT_FAILED, at=of.clock.now())
    make.seen(of, parcel, make.a_tracking(tried, number="N9"))

    send()

    assert len(channel.sent) == 4


def test_a_notice_tried_again_counts_once(of, brand, damaged, post):
    parcel = damaged(brand)
    with of.database.read() as session:
        (owed,) = notices.listed(session, limit=1)

    assert [timing.wait(post, owed, parcel) for _ in range(5)] == [None] * 5


STATUSES = [
    (Status.PICKED_UP, None),
    (Status.IN_TRANSIT, None),
    (Status.OUT_FOR_DELIVERY, None),
    (Status.ATTEMPT_FAILED, None),
    (Status.AVAILABLE_FOR_PICKUP, None),
    (Status.EXCEPTION, "damaged"),
    (Status.EXCEPTION, "held"),
    (Status.RETURNING, None),
    (Status.DELIVERED, None),
]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_each_state_is_told_once_by_day_and_within_the_cap(
    of, brand, change, hands, scripted, rows, seed
):
    random, told = Random(seed), []  # noqa: S311

    def before(message):
        told.append((hands.at, message.key))
        if random.random() < 0.2:
            raise Crash

    post = replace(of.post, channels={"email": scripted(before)})
    brand = change(brand, rules=ALL)
    parcels = [
        make.a_parcel(of, brand, number=f"N{n}", promised_on=hands.at.date())
        for n in range(2)
    ]
    for _ in range(40):
        parcel = random.choice(parcels)
        status, sub = random.choice(STATUSES)
        scan = make.an_event(status, sub, at=hands.at - timedelta(minutes=1))
        make.seen(of, parcel, make.a_tracking(scan, number=parcel.number))
        judge_due(of.desk)
        with suppress(Crash):
            send_owed(post)
        hands.forward(hours=random.choice([-2, 0, 1, 3, 7, 30]))

    keys = {key for _, key in told}
    causes = rows(
        "SELECT key, cause, kind FROM notice WHERE audience = 'shopper' AND state = 'sent'"
    )
    kinds = {key: kind for key, _, kind in causes}
    assert len(told) > 2
    assert len({cause for _, cause, _ in causes}) == len(causes)
    assert all(8 <= at.astimezone(BERLIN).hour < 21 for at, _ in told)
    first = {key: min(at for at, k in told if k == key) for key in keys}
    days = Counter(
        at.astimezone(BERLIN).date()
        for key, at in first.items()
        if kinds.get(key, "attempt_failed") not in CANNOT_WAIT
    )
    assert max(days.values(), default=0) <= 3


@pytest.mark.postgres
def test_those_who_send_one_notice_at_once_count_it_once(of, brand, damaged, rows):
    """Where a clock is ahead a lease seems over, and a second one takes the notice."""
    damaged(brand)
    with of.database.write() as session:
        claimed = notices.claim(session, wall=of.clock.wall(), limit=9)
    (owed,) = (one for one in claimed if one.audience == "shopper")
    mine = {"brand_id": brand.id, "shopper": "s", "notice_id": owed.id}
    at_once, may_go = threading.Barrier(4, timeout=30), []

    def count():
        with of.database.write() as session:
            session.connection()
            at_once.wait()
            may_go.append(telling.take(session, **mine, day=NIGHT.date(), most=3))
            session.commit()

    senders = [threading.Thread(target=count, daemon=True) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(timeout=10)

    assert may_go == [True] * 4
    assert rows("SELECT count(*) FROM shopper_told") == [(1,)]


@pytest.mark.postgres
def test_of_many_senders_at_once_none_goes_beyond_the_cap(of, brand, damaged, scripted):
    for n in range(8):
        damaged(brand, number=f"N{n}", order=make.an_order(f"{n}"))
    mails = scripted()
    post = replace(of.post, channels={"email": mails})
    together = threading.Barrier(4, timeout=30)

    def work(_):
        together.wait()
        while send_owed(post, limit=1):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    assert len(mails.sent) == 3
