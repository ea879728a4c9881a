"""An open page makes a parcel asked for sooner; a probe tells whether an account works."""

from datetime import timedelta

import pytest
import requests
from tests import wire
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, held_of, missed, seen

from track_service.core.status import Status
from track_service.core.tracking import Trouble
from track_service.services.erase import erase
from track_service.services.poll import poll_one
from track_service.services.probe import probe
from track_service.services.watching import watch
from track_service.store import polling

MOVING = a_tracking(an_event(Status.IN_TRANSIT, at=NOW, city="Bonn"))
NOBODYS = "000000000000"


@pytest.fixture
def parcel(of, brand):
    parcel = a_parcel(of, brand)
    seen(of, parcel, MOVING)
    return parcel


def due_by(of, at):
    with of.database.write() as session:
        return polling.claim_due(session, "ghn", now=at, wall=at, limit=9)


def test_a_page_that_opens_brings_the_question_forward(of, parcel, hands):
    hands.forward(minutes=2)

    assert watch(of.desk, parcel.token)

    assert held_of(of, parcel).shipment.viewed_at == hands.at
    assert due_by(of, NOW + timedelta(minutes=4)) == []
    assert due_by(of, NOW + timedelta(minutes=5)) == [parcel.id]


def test_long_after_the_last_question_it_is_due_at_once(of, parcel, hands):
    hands.forward(minutes=20)

    watch(of.desk, parcel.token)

    assert due_by(of, hands.at) == [parcel.id]


def test_a_parcel_that_was_never_asked_for_counts_from_its_beginning(of, brand, hands):
    parcel = a_parcel(of, brand)
    hands.forward(minutes=20)

    assert watch(of.desk, parcel.token)

    assert due_by(of, hands.at) == [parcel.id]


@pytest.mark.parametrize(
    ("status", "asked"), [(Status.IN_TRANSIT, True), (Status.DELIVERED, False)]
)
def test_what_was_given_up_is_asked_for_again_while_somebody_waits_for_it(
    of, brand, hands, status, asked
):
    parcel = a_parcel(of, brand)
    scan = an_event(status, at=NOW - timedelta(days=31), city="Bonn")
    seen(of, parcel, a_tracking(scan))
    hands.forward(days=1)
    assert held_of(of, parcel).shipment.paused_at
    assert due_by(of, hands.at) == []

    assert watch(of.desk, parcel.token)

    assert due_by(of, hands.at) == ([parcel.id] if asked else [])


def test_a_look_leaves_the_wait_that_a_carrier_asked_for(of, parcel, answers, hands):
    answers.post(wire.GHN, status=503, headers={"Retry-After": "7200"})
    hands.forward(minutes=1)
    poll_one(of.desk, parcel.id)
    hands.forward(minutes=30)

    assert watch(of.desk, parcel.token)

    assert held_of(of, parcel).shipment.viewed_at == hands.at
    assert due_by(of, NOW + timedelta(minutes=120)) == []
    assert due_by(of, NOW + timedelta(minutes=121)) == [parcel.id]


def test_what_was_given_up_is_asked_for_after_its_back_off(of, brand, hands):
    parcel = a_parcel(of, brand)
    scan = an_event(Status.IN_TRANSIT, at=NOW - timedelta(days=31), city="Bonn")
    seen(of, parcel, a_tracking(scan))
    missed(of, parcel, Trouble.SERVER_ERROR, times=2)
    hands.forward(minutes=2)

    watch(of.desk, parcel.token)

    assert due_by(of, NOW + timedelta(minutes=10)) == []
    assert due_by(of, NOW + timedelta(minutes=11)) == [parcel.id]


def test_many_looks_within_a_minute_are_one(of, parcel, hands):
    first = hands.forward(minutes=2)
    watch(of.desk, parcel.token)

    hands.forward(seconds=59)
    assert watch(of.desk, parcel.token)
    assert held_of(of, parcel).shipment.viewed_at == first

    hands.forward(seconds=1)
    assert watch(of.desk, parcel.token)
    assert held_of(of, parcel).shipment.viewed_at == hands.at


def test_nobody_watches_what_is_not_there(of, brand, parcel):
    with of.database.write() as session:
        erase(session, brand.id, parcel.public_id, now=NOW)
        session.commit()

    assert not watch(of.desk, parcel.token)
    assert not watch(of.desk, "no-such-token")


def test_an_account_that_answers_is_fine(of, answers):
    wire.ups_token(answers)
    wire.ups_knows_nothing(answers, NOBODYS)

    assert probe(of.desk.carriers["ups"]) is None


@pytest.mark.parametrize(
    ("status", "body", "wrong"),
    [
        (401, "{}", "auth: HTTP 401"),
        (429, "{}", "throttled: HTTP 429"),
        (200, "<html>", "bad_answer: no JSON: b'<html>'"),
    ],
)
def test_a_probe_tells_what_is_wrong_with_an_account(of, answers, status, body, wrong):
    answers.post(wire.GHN, status=status, body=body)

    assert probe(of.desk.carriers["ghn"]) == wrong


def test_a_probe_that_reaches_nobody_says_so(of, answers, hands):
    answers.get(wire.GHTK + NOBODYS, body=requests.exceptions.InvalidHeader())

    assert probe(of.desk.carriers["ghtk"]).startswith("no answer: services.giaohang")
