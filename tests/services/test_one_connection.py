"""Nobody waits for a second connection: on one alone all that a parcel takes goes on.

Who held one and asked for another would wait for those who wait for the first one's
transaction to end, until all of them give up.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests import wire
from tests.conftest import NOW
from tests.make import a_parcel, held_of

from track_service.carriers.base import Push
from track_service.services import pushed
from track_service.services.ahead import foresee_due
from track_service.services.judge import judge_due
from track_service.services.notify import send_owed
from track_service.services.poll import poll_due
from track_service.services.replay import replay

DAY = timedelta(days=1)


@pytest.fixture
def settings(settings, monkeypatch):
    monkeypatch.setattr("track_service.store.db.BESIDES", 0)
    return replace(settings, poll_threads=1)


@pytest.fixture
def parcel(of, brand):
    return a_parcel(of, brand, carrier="viettelpost", number="VT0001")


def test_a_push_is_read_and_its_page_shown(of, made, parcel, client):
    body = wire.viettel_push("VT0001", 500, NOW, token="push-token")
    hook = pushed.find_hook(of.desk, "viettelpost", made.hook_secret)

    moved = pushed.digest_push(of.desk, pushed.receive(of.desk, hook, Push(body)))

    assert moved == 1
    assert client.get(f"/t/{parcel.token}").status_code == 200
    assert len(list(replay(of.desk))) == 1


def test_a_parcel_goes_to_its_right_carrier_is_judged_and_told_of(
    of, brand, answers, hands
):
    number = "277500000033"
    parcel = a_parcel(of, brand, carrier="ups", number=number)
    wire.ups_token(answers)
    wire.ups_knows_nothing(answers, number)
    wire.fedex_token(answers)
    told = wire.fedex_result(number, ("DE", NOW + DAY / 2, "Memphis"))
    answers.post(wire.FEDEX, json=wire.fedex_body({number: [told]}))
    hands.forward(days=1)

    assert poll_due(of.desk, "ups") == 1
    judge_due(of.desk)
    send_owed(of.post)
    foresee_due(of.desk)

    assert held_of(of, parcel).shipment.carrier == "fedex"
