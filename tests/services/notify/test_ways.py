"""Ways: Zalo, then SMS, then mail; no message that costs money is sent twice blindly."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from tests import make

from track_service.channels.base import (
    Channel,
    Cost,
    DeliveryError,
    Fate,
    Form,
    Receipt,
    UnknownOutcome,
)
from track_service.core.parcel import Customer
from track_service.core.status import Status
from track_service.services import delivering
from track_service.services.erase import erase
from track_service.services.notify import send_owed
from track_service.store import deliveries, notices, suppressions, ways
from track_service.store.ways import Way

TEMPLATES = {
    kind: {
        "template_id": "312345",
        "params": {"order_code": {"type": "code", "value": "order"}},
    }
    for kind in ("exception", "late")
}
PATIENCE = timedelta(minutes=10)


class Paid(Channel):
    """A paid channel that takes, refuses or forgets to answer, as the test says."""

    paid = True
    address = "phone"

    def __init__(self, code, form=Form.TEXT):
        self.code, self.form = code, form
        self.sent, self.asked = [], []
        self.does = lambda message: f"{self.code}-{len(self.sent)}"
        self.knows = None

    @classmethod
    def open(cls, outlets):
        return None

    def send(self, message):
        self.sent.append(message)
        return self.does(message)

    @classmethod
    def cost(cls, message):
        return Cost(Decimal(200 if message.told_before == 0 else 20), "VND")

    def ask(self, message, provider_id, *, since):
        self.asked.append((provider_id, since))
        return self.knows


def fails(error):
    def run(message):
        raise error

    return run


@pytest.fixture
def zalo():
    return Paid("zalo_zns", Form.TEMPLATE)


@pytest.fixture
def sms():
    return Paid("sms_esms")


@pytest.fixture
def routed(of, brand):
    """The brand writes by Zalo, then SMS, then mail."""
    route = [
        Way("zalo_zns", {"templates": json.dumps(TEMPLATES)}, PATIENCE),
        Way("sms_esms", {}, PATIENCE),
        Way("email", {}, PATIENCE),
    ]
    with of.database.write() as session:
        for place, way in enumerate(route):
            ways.put(session, brand.id, way, place=place)
        session.commit()
    return brand


@pytest.fixture
def post(of, zalo, sms):
    channels = {**of.post.channels, "zalo_zns": zalo, "sms_esms": sms}
    return replace(of.post, channels=channels)


@pytest.fixture
def run(post, hands):
    """Let the jobs run for some minutes."""

    def go(minutes):
        for _ in range(minutes):
            delivering.pass_on_late(post)
            while send_owed(post):
                pass
            hands.forward(minutes=1)

    return go


@pytest.fixture
def told(rows):
    """Tell each delivery's channel and state, the first first, and the notice's state."""

    def read(kind="exception"):
        found = rows("SELECT channel, state FROM delivery ORDER BY id")
        ((state,),) = rows(
            "SELECT state FROM notice WHERE audience = 'shopper' AND kind = :kind",
            kind=kind,
        )
        return [tuple(row) for row in found], state

    return read


def test_the_first_way_tells_and_no_other_does(
    routed, damaged, run, zalo, sms, mailroom, told
):
    damaged(routed)

    run(1)

    assert told() == ([("zalo_zns", "accepted")], "sent")
    (message,) = zalo.sent
    assert message.to == "+84900000000"
    assert message.payload == {
        "template_id": "312345",
        "template_data": {"order_code": "1001"},
    }
    assert sms.sent == mailroom.letters == []


def test_who_is_not_on_zalo_is_told_by_sms_at_once(
    of, routed, damaged, run, zalo, sms, told
):
    zalo.does = fails(DeliveryError("not on Zalo", permanent=True))
    parcel = damaged(routed)

    run(1)

    assert told() == ([("zalo_zns", "failed"), ("sms_esms", "accepted")], "sent")
    (message,) = sms.sent
    assert message.text.startswith("Acme: ")
    assert message.text.endswith(f"https://track.example/t/{parcel.token}")
    assert message.key == zalo.sent[0].key


def test_without_a_receipt_in_time_the_next_way_tells(
    routed, damaged, run, zalo, sms, told
):
    damaged(routed)
    run(9)
    assert sms.sent == []

    run(3)

    assert told() == ([("zalo_zns", "late"), ("sms_esms", "accepted")], "sent")
    assert [provider_id for provider_id, _ in zalo.asked] == ["zalo_zns-1"]
    assert len(zalo.sent) == len(sms.sent) == 1


def test_what_a_shopper_has_is_not_owed_again_because_it_is_over(
    of, routed, damaged, run, zalo, hands, told
):
    parcel = damaged(routed)
    run(1)
    come = make.an_event(Status.OUT_FOR_DELIVERY, at=hands.now())
    make.seen(of, parcel, make.a_tracking(*parcel.events, come))

    run(12)

    sent, state = told()
    assert (sent[0], state) == (("zalo_zns", "late"), "sent")
    with of.database.read() as session:
        (notice,) = [n for n in notices.listed(session, limit=9) if n.error]
    assert (notice.kind, notice.error) == ("exception", notices.NOT_TRUE)


def test_what_was_delivered_all_the_same_is_not_told_again(
    routed, damaged, run, zalo, sms, told
):
    zalo.knows = Receipt(Fate.DELIVERED, provider_id="zalo_zns-1")
    damaged(routed)

    run(15)

    assert told() == ([("zalo_zns", "delivered")], "sent")
    assert sms.sent == []


def test_an_unknown_outcome_is_asked_for_and_not_repeated(
    routed, damaged, run, zalo, sms, told
):
    zalo.does = fails(UnknownOutcome("no answer in time"))
    damaged(routed)
    run(1)
    zalo.knows = Receipt(Fate.ACCEPTED, provider_id="m1")

    run(3)

    assert told() == ([("zalo_zns", "accepted")], "sent")
    assert len(zalo.sent) == 1
    assert sms.sent == []


def test_what_the_provider_never_had_is_sent_again(routed, damaged, run, zalo, told):
    zalo.does = fails(UnknownOutcome("no answer in time"))
    damaged(routed)
    run(1)
    zalo.does, zalo.knows = lambda message: "m2", Receipt(Fate.UNSENT)

    run(3)

    assert told() == ([("zalo_zns", "accepted")], "sent")
    assert len(zalo.sent) == 2


def test_where_nobody_can_tell_the_next_way_tells_once_patience_ends(
    routed, damaged, run, zalo, sms, told
):
    zalo.does = fails(UnknownOutcome("no answer in time"))
    damaged(routed)

    run(12)

    assert told() == ([("zalo_zns", "trying"), ("sms_esms", "accepted")], "sent")
    assert len(zalo.sent) == len(sms.sent) == 1


def test_a_try_that_died_with_its_process_is_none_of_its_tries(
    routed, damaged, run, post, zalo, hands, told
):
    class Killed(BaseException):
        pass

    zalo.does = fails(Killed())
    damaged(routed)
    for _ in range(9):
        with pytest.raises(Killed):
            send_owed(post)
        zalo.knows = Receipt(Fate.UNSENT)
        hands.forward(minutes=6)  # the lease ends
    zalo.does = fails(DeliveryError("busy"))
    run(1)
    assert told() == ([("zalo_zns", "failed")], "owed")
    zalo.does = lambda message: "m1"

    run(1)

    assert told() == ([("zalo_zns", "accepted")], "sent")


def test_after_the_last_try_the_next_way_tells_however_long_one_would_wait(
    of, routed, damaged, post, zalo, hands, told
):
    templates = {"templates": json.dumps(TEMPLATES)}
    with of.database.write() as session:
        patient = Way("zalo_zns", templates, timedelta(days=9))
        ways.put(session, routed.id, patient, place=0)
        session.commit()
    zalo.does = fails(DeliveryError("busy"))
    damaged(routed)

    for _ in range(8):
        assert told()[1] == "owed"
        hands.forward(days=1)
        while send_owed(post):
            pass

    assert told() == ([("zalo_zns", "failed"), ("sms_esms", "accepted")], "sent")
    assert len(zalo.sent) == 8


def test_a_crash_after_sending_is_an_unknown_outcome(
    of, routed, damaged, run, zalo, post, hands, told
):
    class Killed(BaseException):
        pass

    zalo.does = fails(Killed())
    damaged(routed)
    with pytest.raises(Killed):
        send_owed(post)
    zalo.does, zalo.knows = (
        lambda message: "m2",
        Receipt(Fate.ACCEPTED, provider_id="m1"),
    )
    hands.forward(minutes=6)  # the lease ends
    with of.database.read() as session:
        (spent,) = deliveries.costs(session)

    run(1)

    assert (spent.amount, spent.unknown) == (200, 1)
    assert told() == ([("zalo_zns", "accepted")], "sent")
    assert len(zalo.sent) == 1


def test_a_crash_before_settling_sends_no_second_message(
    of, routed, damaged, run, zalo, post, hands, told
):
    damaged(routed)
    run(1)
    with of.database.write() as session:  # as if the last write had been lost
        (notice,) = notices.listed(session, state="sent", limit=9)
        notices.owe_again(session, notice.id, wall=hands.now(), error=None)
        session.commit()

    run(1)

    assert told() == ([("zalo_zns", "accepted")], "sent")
    assert len(zalo.sent) == 1
    assert zalo.asked == []


@pytest.mark.postgres
def test_of_two_who_send_one_notice_at_once_one_begins(of, routed, damaged, rows):
    """Where a clock is ahead a lease seems over, and a second one takes the notice."""
    damaged(routed)
    with of.database.write() as session:
        claimed = notices.claim(session, wall=of.clock.wall(), limit=9)
    owed = next(one for one in claimed if one.audience == "shopper")
    at_once = threading.Barrier(4)

    def begin(_):
        with of.database.write() as session:
            at_once.wait()
            before = deliveries.begin(session, owed, wall=of.clock.wall(), cost=None)
            session.commit()
        return before is None

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(begin, range(4))) == 1


def test_an_outage_is_waited_for_no_longer_than_patience_lasts(
    routed, damaged, run, zalo, sms, hands, told
):
    zalo.does = fails(DeliveryError("busy"))
    damaged(routed)

    run(12)

    assert told() == ([("zalo_zns", "failed"), ("sms_esms", "accepted")], "sent")
    assert len(zalo.sent) == 3  # at once, after one minute, after five more


def test_a_used_up_quota_is_not_waited_for(routed, damaged, run, zalo, sms, told):
    zalo.does = fails(DeliveryError("quota", retry_after=timedelta(hours=7)))
    damaged(routed)

    run(1)

    assert told() == ([("zalo_zns", "failed"), ("sms_esms", "accepted")], "sent")
    assert len(zalo.sent) == 1


def test_what_ops_must_mend_is_told_them_once_a_day(
    of, routed, change, damaged, receiver, run, zalo
):
    loud = change(routed, ops_urls=(receiver.url("/team", "json"),))
    zalo.does = fails(DeliveryError("token lost", permanent=True, alarm=True))
    for number in ("N1", "N2"):
        damaged(loud, number, order=make.an_order(f"o-{number}"))

    run(2)

    told = [json.loads(body) for _, body in receiver.at("/team")]
    alarms = [one for one in told if one["title"] == "acme zalo_zns cannot send"]
    assert len(alarms) == 1
    assert "token lost" in alarms[0]["message"]
    assert len(receiver.at("/operator")) == 1


def test_an_address_that_bounced_is_written_to_no_more(
    of, routed, damaged, run, zalo, sms, rows
):
    zalo.does = fails(
        DeliveryError("no number", permanent=True, suppress="hard_bounce")
    )
    damaged(routed, order=make.an_order("A"))
    run(1)

    damaged(routed, "N2", order=make.an_order("B"))
    run(1)

    assert len(zalo.sent) == 1
    assert len(sms.sent) == 2
    with of.database.read() as session:
        (one,) = suppressions.listed(session, routed.id)
        number = "84900000000"
        assert suppressions.reason(session, routed.id, "zalo_zns", number)
        assert not suppressions.reason(session, routed.id, "sms_esms", number)
    assert (one.channel, one.reason) == ("zalo_zns", "hard_bounce")
    assert "84900000000" not in str(rows("SELECT * FROM suppression"))


def test_when_every_way_is_closed_it_is_told(of, routed, damaged, run, zalo, rows):
    with of.database.write() as session:
        for channel, address in (
            ("zalo_zns", "84900000000"),
            ("sms_esms", "84900000000"),
            ("email", "MAI@shopper.example "),
        ):
            suppressions.add(
                session,
                routed.id,
                channel,
                address,
                reason="complaint",
                now=of.clock.now(),
                key="k",
            )
        session.commit()
    damaged(routed)

    run(1)

    assert rows("SELECT state FROM notice") == [("suppressed",)]
    assert zalo.sent == []


def test_an_order_costs_less_the_second_time(of, routed, damaged, run, rows):
    order = make.an_order()
    damaged(routed, "N1", order=order)
    run(1)
    damaged(routed, "N2", order=order)
    run(1)

    with of.database.read() as session:
        (one,) = deliveries.costs(session, brand_id=routed.id)
        none = deliveries.costs(session, until=of.clock.now() - timedelta(days=1))
    assert (one.channel, one.currency, one.amount) == ("zalo_zns", "VND", 220)
    assert (one.messages, one.unknown, none) == (2, 0, [])


def test_who_has_a_phone_alone_is_told_too(of, routed, damaged, run, zalo):
    customer = Customer("Mai", None, "0901 234 567")
    damaged(routed, order=make.an_order(customer=customer))

    run(1)

    assert [message.to for message in zalo.sent] == ["0901 234 567"]


def test_what_a_provider_calls_a_message_is_erased_with_the_parcel(
    of, routed, damaged, run, rows
):
    parcel = damaged(routed)
    run(1)

    with of.database.write() as session:
        assert erase(session, routed.id, parcel.public_id, now=of.clock.now())
        session.commit()

    assert rows("SELECT provider_id, error, due_at FROM delivery") == [
        (None, None, None)
    ]
    assert rows("SELECT cost FROM delivery") == [(200,)]


@pytest.mark.parametrize(
    ("fate", "came_to"),
    [
        (deliveries.FAILED, [("zalo_zns", "failed"), ("sms_esms", "accepted")]),
        (deliveries.DELIVERED, [("zalo_zns", "delivered")]),
    ],
)
def test_a_receipt_may_be_quicker_than_the_answer(
    of, routed, damaged, run, zalo, sms, hands, told, fate, came_to
):
    def called_back_first(message):
        with of.database.write() as session:
            mine = deliveries.found(
                session, routed.id, "zalo_zns", key=message.key, provider_id=None
            )
            deliveries.learn(
                session, mine, fate, wall=hands.now(), cost=(Decimal(7), "VND")
            )
            if fate == deliveries.FAILED:
                deliveries.pass_on(session, mine.notice_id, "zalo_zns")
                notices.owe_again(session, mine.notice_id, wall=hands.now(), error=None)
            session.commit()
        return "m1"

    zalo.does = called_back_first
    damaged(routed)

    run(2)

    assert told() == (came_to, "sent")
    with of.database.read() as session:
        spent = {one.channel: one.amount for one in deliveries.costs(session)}
    assert spent.get("zalo_zns", 7) == 7
