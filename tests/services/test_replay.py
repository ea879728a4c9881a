"""Stored answers read again, after a code table has grown."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests import wire
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, held_of, seen

from track_service.carriers import ups, viettelpost
from track_service.carriers.base import Push, StatusMap
from track_service.core.status import Meaning, Status
from track_service.core.timeline import Change
from track_service.core.tracking import Place
from track_service.services import look, pushed
from track_service.services.erase import erase
from track_service.services.poll import poll_one
from track_service.services.replay import replay
from track_service.store import figures

HOUR = timedelta(hours=1)
NUMBER = "1Z5R89390357567127"
POLLS = "SELECT * FROM poll ORDER BY shipment_id"


@pytest.fixture
def grown(monkeypatch):
    """Let UPS's table know the code that it did not know."""

    def grow(meaning=Status.OUT_FOR_DELIVERY):
        codes = dict(ups.CODES) | {"I:QQ": meaning, "999": meaning}
        monkeypatch.setattr(ups, "CODES", StatusMap(codes))

    return grow


@pytest.fixture
def parcel(of, brand, answers, hands):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    wire.ups_token(answers)
    wire.ups_says(
        answers,
        NUMBER,
        wire.ups_scan(wire.NEVER_HEARD_OF, NOW - HOUR, words="Something new"),
        wire.ups_scan(wire.ORIGIN, NOW - 3 * HOUR),
    )
    poll_one(of.desk, parcel.id)
    hands.forward(hours=1)
    return parcel


def test_unknown_scans_are_understood_and_nothing_doubles(of, parcel, grown, rows):
    before = held_of(of, parcel).shipment
    polls = rows(POLLS)
    assert before.meaning.status == "picked_up"
    grown()

    (done,) = replay(of.desk)

    now = held_of(of, parcel).shipment
    assert (done.carrier, done.added, done.understood) == ("ups", 0, 1)
    assert now.meaning.status == "out_for_delivery"
    assert [e.meaning.status for e in now.events] == ["picked_up", "out_for_delivery"]
    assert now.version > before.version
    assert now.seen_at == before.seen_at
    assert rows("SELECT COUNT(*) FROM event") == [(2,)]
    assert rows(POLLS) == polls
    with of.database.read() as session:
        assert figures.unknown_codes(session) == []


def test_a_scan_that_is_understood_is_news_on_the_page_though_the_status_stays(
    of, parcel, grown
):
    before = held_of(of, parcel).shipment
    grown(Meaning(Status.INFO_RECEIVED, "label_printed"))

    list(replay(of.desk))

    now = held_of(of, parcel).shipment
    assert now.meaning == before.meaning
    assert now.version > before.version


def test_reading_twice_is_reading_once(of, parcel, grown, rows):
    grown()
    list(replay(of.desk))
    first = held_of(of, parcel)

    (again,) = replay(of.desk, carrier="ups")

    assert (again.added, again.understood) == (0, 0)
    assert held_of(of, parcel) == first
    assert list(replay(of.desk, carrier="fedex")) == []


def test_without_a_new_table_nothing_changes(of, parcel):
    before = held_of(of, parcel)

    (done,) = replay(of.desk)

    assert (done.added, done.understood) == (0, 0)
    assert held_of(of, parcel) == before


def test_an_old_answer_does_not_show_that_we_see_the_carrier_today(
    of, brand, answers, hands, grown, rows
):
    """Else a parcel would become late of it while we are blind."""
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER, promised_on=NOW.date())
    wire.ups_token(answers)
    wire.ups_says(answers, NUMBER, wire.ups_scan(wire.NEVER_HEARD_OF, NOW - HOUR))
    poll_one(of.desk, parcel.id)
    hands.forward(days=2)
    grown()

    list(replay(of.desk))

    now = held_of(of, parcel).shipment
    assert (now.meaning.status, now.promise_state) == ("out_for_delivery", "at_risk")
    assert rows("SELECT * FROM concern") == []


def test_an_old_answer_takes_back_no_scan_that_came_later(of, parcel, answers, grown):
    wire.ups_says(
        answers,
        NUMBER,
        wire.ups_scan(wire.DELIVERED, NOW),
        wire.ups_scan(wire.NEVER_HEARD_OF, NOW - HOUR, words="Something new"),
        wire.ups_scan(wire.ORIGIN, NOW - 3 * HOUR),
    )
    poll_one(of.desk, parcel.id)
    grown()

    done = list(replay(of.desk))

    now = held_of(of, parcel).shipment
    assert [d.understood for d in done] == [1, 0]
    assert (now.meaning.status, now.delivered_at.at) == ("delivered", NOW)
    assert len(now.events) == 3


@pytest.mark.parametrize("meaning", [Status.OUT_FOR_DELIVERY, None])
def test_what_was_taken_back_since_stays_so(of, parcel, answers, grown, rows, meaning):
    """Be it understood by now or not."""
    wire.ups_says(answers, NUMBER, wire.ups_scan(wire.ORIGIN, NOW - 3 * HOUR))
    poll_one(of.desk, parcel.id)
    if meaning:
        grown(meaning)

    list(replay(of.desk))

    stand = "SELECT status FROM event WHERE withdrawn_at IS NULL"
    assert rows(stand) == [("picked_up",)]
    assert held_of(of, parcel).shipment.meaning.status == "picked_up"


def test_a_vaguer_twin_of_what_was_taken_back_brings_nothing_back(of, brand):
    parcel = a_parcel(of, brand)
    older = an_event(Status.PICKED_UP, at=NOW - 2 * HOUR, city="Bonn")
    exact = an_event(Status.IN_TRANSIT, at=NOW - HOUR, city="Bonn")
    vague = replace(exact, place=Place())
    seen(of, parcel, a_tracking(older, exact), a_tracking(older))

    outcome = look.read_again(
        held_of(of, parcel), a_tracking(older, vague), of.desk.eye(), source="pull:ghn"
    )

    assert outcome.change == Change()
    assert outcome.shipment.meaning.status == "picked_up"


def test_beside_what_was_taken_back_the_exacter_scan_replaces_its_vague_twin(of, brand):
    parcel = a_parcel(of, brand)
    older = an_event(Status.PICKED_UP, at=NOW - 2 * HOUR, city="Bonn")
    gone = an_event(Status.IN_TRANSIT, at=NOW - HOUR, city="Bonn")
    seen(of, parcel, a_tracking(older, gone), a_tracking(older))
    exact = an_event(Status.OUT_FOR_DELIVERY, at=NOW, city="Kiel")
    vague = replace(exact, place=Place())
    seen(of, parcel, a_tracking(vague, complete=False))

    outcome = look.read_again(
        held_of(of, parcel), a_tracking(gone, exact), of.desk.eye(), source="pull:ghn"
    )

    assert outcome.change == Change((exact,), frozenset({vague.key}))


def test_what_was_understood_before_by_a_poll_is_not_told_twice(
    of, parcel, answers, grown, rows
):
    grown()
    poll_one(of.desk, parcel.id)
    marked = "SELECT status FROM event WHERE withdrawn_at IS NOT NULL"
    assert rows(marked) == [("unknown",)]

    list(replay(of.desk))

    assert rows("SELECT status FROM event ORDER BY stamp") == [
        ("picked_up",),
        ("out_for_delivery",),
    ]
    assert held_of(of, parcel).shipment.meaning.status == "out_for_delivery"


def test_pushed_bodies_are_read_again_too(of, brand, made, monkeypatch, rows):
    parcel = a_parcel(of, brand, carrier="viettelpost", number="VT0001")
    body = wire.viettel_push("VT0001", 9999, NOW, token="push-token")
    received = pushed.receive(
        of.desk, pushed.find_hook(of.desk, "viettelpost", made.hook_secret), Push(body)
    )
    pushed.digest_push(of.desk, received)
    assert held_of(of, parcel).shipment.meaning.status == "pending"
    codes = dict(viettelpost.STATUSES) | {"9999": Meaning(Status.DELIVERED)}
    monkeypatch.setattr(viettelpost, "STATUSES", StatusMap(codes))

    (done,) = replay(of.desk)

    now = held_of(of, parcel).shipment
    assert (done.understood, now.meaning.status) == (1, "delivered")
    assert now.delivered_at.at == NOW
    assert rows("SELECT source FROM event") == [("push:viettelpost",)]


def test_a_push_that_was_not_believed_is_not_believed_later(of, brand, made):
    parcel = a_parcel(of, brand, carrier="ghn", number="GQ4N7B")
    body = wire.ghn_push("GQ4N7B", "delivered", NOW)
    received = pushed.receive(
        of.desk, pushed.find_hook(of.desk, "ghn", made.hook_secret), Push(body)
    )
    assert pushed.digest_push(of.desk, received) == 0

    list(replay(of.desk))

    assert held_of(of, parcel).shipment.meaning.status == "pending"


def test_troubles_and_forgotten_carriers_and_expired_bodies_are_passed_by(
    of, brand, parcel, answers, hands, monkeypatch
):
    answers.replace("GET", wire.ups_url(NUMBER), body=b"<html>")
    poll_one(of.desk, parcel.id)
    before = held_of(of, parcel)
    reading = replay(of.desk)

    assert [(d.added, d.understood) for d in reading] == [(0, 0), (0, 0)]
    reading = replay(of.desk)
    assert next(reading).carrier == "ups"
    with of.database.write() as session:
        erase(session, brand.id, parcel.public_id, now=NOW)
        session.commit()
    assert list(reading) == []
    assert before.shipment.trouble == "bad_answer"
