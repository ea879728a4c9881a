"""The whole way over real sockets: Zalo, SMS and their answers, as the demo has them."""

import json

import pytest
from tests import make

from track_service.core.parcel import Customer
from track_service.sandbox import Phones
from track_service.services import ways
from track_service.services.notify import send_owed

TEMPLATES = {
    "exception": {
        "template_id": "312345",
        "params": {"order_code": {"type": "code", "value": "order"}},
    }
}


@pytest.fixture
def phones():
    made = []

    def start(**shares):
        box = Phones(seed=1, **{"not_on_zalo": 0, "switched_off": 0, **shares})
        box.start()
        made.append(box)
        return box

    yield start
    for box in made:
        box.stop()


@pytest.fixture
def write_by(of, brand):
    def put(box, *codes):
        with of.database.write() as session:
            for code in codes:
                given = box.settings(code)
                if code == "zalo_zns":
                    given |= {"templates": json.dumps(TEMPLATES)}
                ways.put(session, brand, code, given, place=None, minutes=10)
            session.commit()

    return put


@pytest.fixture
def run(of, hands):
    def go(minutes):
        for _ in range(minutes):
            while send_owed(of.post):
                pass
            hands.forward(minutes=1)

    return go


def order(number):
    customer = Customer("Mai", "mai@shopper.example", "0901 234 567")
    return make.an_order(number, customer=customer)


def states(rows):
    return [tuple(r) for r in rows("SELECT channel, state FROM delivery ORDER BY id")]


def test_zalo_is_told_in_its_words_with_one_token_for_all(
    phones, write_by, brand, damaged, run, rows
):
    box = phones()
    write_by(box, "zalo_zns", "sms_esms")
    for number in ("N1", "N2", "N3"):
        damaged(brand, number, order=order(number))

    run(1)

    assert [text.words for text in box.texts] == [
        f'312345 {{"order_code": "{number}"}}' for number in ("N1", "N2", "N3")
    ]
    assert states(rows) == [("zalo_zns", "accepted")] * 3


def test_who_is_not_on_zalo_gets_an_sms(phones, write_by, brand, damaged, run, rows):
    box = phones(not_on_zalo=1)
    write_by(box, "zalo_zns", "sms_esms")
    damaged(brand, order=order("N1"))

    run(1)

    (text,) = box.texts
    assert (text.provider, text.to) == ("sms_esms", "84901234567")
    assert text.words.startswith("Acme: ")
    assert states(rows) == [("zalo_zns", "failed"), ("sms_esms", "accepted")]


@pytest.mark.parametrize("code", ["sms_esms", "sms_twilio"])
def test_where_every_answer_is_lost_each_phone_has_one_message(
    phones, write_by, brand, damaged, run, rows, code
):
    box = phones(lost=1)
    write_by(box, code)
    for number in ("N1", "N2"):
        damaged(brand, number, order=order(number))

    run(8)

    assert len(box.texts) == 2
    assert states(rows) == [(code, "accepted")] * 2


def test_a_zalo_answer_that_is_lost_is_never_repeated_there(
    phones, write_by, brand, damaged, run, rows
):
    box = phones(lost=1)
    write_by(box, "zalo_zns", "sms_esms")
    damaged(brand, order=order("N1"))

    run(30)

    assert [text.provider for text in box.texts] == ["zalo_zns", "sms_esms"]
    assert states(rows) == [("zalo_zns", "trying"), ("sms_esms", "accepted")]
