"""An aggregator's pushes: of parcels fallen back to it, and of those that are its own."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests import wire
from tests.conftest import ACCOUNTS
from tests.make import a_parcel, held_of

from track_service.carriers.aftership import PATH, URL
from track_service.services.fallback import take_over
from track_service.services.poll import poll_due

HOUR = timedelta(hours=1)
NUMBER = "1Z5R89390357567127"
SECRET = "as-secret"


@pytest.fixture
def settings(settings):
    """UPS falls back to AfterShip, and so does FedEx, which has no account."""
    signed = {"aftership": {"api_key": "key", "webhook_secret": SECRET}}
    accounts = ACCOUNTS | signed
    del accounts["fedex"]
    rule = {"ups": "aftership", "fedex": "aftership"}
    return replace(settings, accounts=accounts, fallback=rule)


@pytest.fixture
def push(client, made):
    """Push what AfterShip tells of a parcel; scans are (tag, instant), in UTC."""

    def push(number, *scans, slug="ups", secret=SECRET):
        body = json.dumps({"msg": tracking(number, *scans, slug=slug)}).encode()
        mac = hmac.new(secret.encode(), body, hashlib.sha256).digest()
        sign = {"aftership-hmac-sha256": base64.b64encode(mac).decode()}
        url = f"/hooks/carriers/aftership/{made.hook_secret}"
        answer = client.post(url, data=body, headers=sign)
        answer.close()  # the body is read when the answer is out
        return answer.status_code

    return push


def tracking(number, *scans, slug):
    checkpoints = [
        {
            "checkpoint_time": f"{at:%Y-%m-%dT%H:%M:00}Z",
            "tag": tag,
            "subtag": f"{tag}_001",
            "message": "A scan",
        }
        for tag, at in scans
    ]
    return {"tracking_number": number, "slug": slug, "checkpoints": checkpoints}


def told(of, parcel):
    shipment = held_of(of, parcel).shipment
    return [(e.meaning.status, e.stamp.at) for e in shipment.events]


def fallen_back(of, brand, hands, answers):
    """Return a parcel of UPS for which AfterShip is asked after a day."""
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    hands.forward(hours=25)
    wire.ups_token(answers)
    wire.ups_knows_nothing(answers, NUMBER)
    poll_due(of.desk, "ups")
    return parcel


def test_a_push_tells_of_a_parcel_that_has_fallen_back(of, brand, push, hands, answers):
    parcel = fallen_back(of, brand, hands, answers)
    left = hands.at - HOUR

    assert push(NUMBER, ("InTransit", left)) == 200

    now = held_of(of, parcel).shipment
    assert (now.carrier, now.asked_of, now.trouble) == ("ups", "aftership", None)
    assert (now.pushed_at, now.carrier_named) == (hands.at, "ups")
    assert told(of, parcel) == [("in_transit", left)]


def test_what_was_pushed_is_not_doubled_when_the_carrier_answers(
    of, brand, push, hands, answers, rows
):
    parcel = fallen_back(of, brand, hands, answers)
    left, out = hands.at - 3 * HOUR, hands.at - HOUR
    push(NUMBER, ("InTransit", left), ("OutForDelivery", out))
    known = {"trackings": [tracking(NUMBER, ("InTransit", left), slug="ups")]}
    answers.get(URL + PATH, json={"meta": {"code": 200}, "data": known})
    hands.forward(days=1, minutes=1)
    poll_due(of.desk, "aftership")  # after which UPS is tried again
    hands.forward(days=1)
    wire.ups_token(answers)
    wire.ups_says(
        answers,
        NUMBER,
        wire.ups_scan(("I", "OT", "021"), out),
        wire.ups_scan(wire.DEPARTED, left),
    )

    assert poll_due(of.desk, "ups") == 1
    assert push(NUMBER, ("InTransit", left), ("OutForDelivery", out)) == 200

    now = held_of(of, parcel).shipment
    assert (now.asked_of, now.own_after) == (None, None)
    assert told(of, parcel) == [("in_transit", left), ("out_for_delivery", out)]
    sources = rows("SELECT DISTINCT source FROM event WHERE withdrawn_at IS NULL")
    assert sources == [("pull:ups",)]


def test_a_parcel_that_its_carrier_tells_of_is_not_the_aggregators(
    of, brand, push, hands
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)

    assert push(NUMBER, ("Delivered", hands.at - HOUR)) == 200

    assert told(of, parcel) == []
    counted = of.counters.total("track_pushes", carrier="aftership", result="nobodys")
    assert counted == 1


def test_a_parcel_of_a_carrier_without_an_account_is_told_of_by_push(
    of, brand, push, hands
):
    parcel = a_parcel(of, brand, carrier="fedex", number="123456789012")
    take_over(of.desk)

    push("123456789012", ("Delivered", hands.at - HOUR), slug="fedex")

    assert told(of, parcel) == [("delivered", hands.at - HOUR)]


def test_a_forged_push_of_a_fallen_back_parcel_is_refused(
    of, brand, push, hands, answers
):
    parcel = fallen_back(of, brand, hands, answers)

    assert push(NUMBER, ("Delivered", hands.at - HOUR), secret="guess") == 401

    assert told(of, parcel) == []


def test_a_push_shows_whom_the_aggregator_names_as_its_own_parcels_carrier(
    of, brand, push, hands, client
):
    parcel = a_parcel(of, brand, carrier="aftership", number="JD0001")

    push("JD0001", ("InTransit", hands.at - HOUR), slug="dhl-express")
    page = client.get(f"/t/{parcel.token}").text

    now = held_of(of, parcel).shipment
    assert (now.meaning.status, now.carrier_named) == ("in_transit", "mydhl")
    assert "DHL Express" in page
    assert "AfterShip" not in page
