"""An aggregator asked in the carrier's place: when, for how long, and no scan twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from responses import matchers
from tests import wire
from tests.conftest import ACCOUNTS, NOW, Hands
from tests.make import a_parcel, a_tracking, an_event, held_of, missed, seen

from track_service.carriers.aftership import PATH, URL
from track_service.core.status import Status
from track_service.core.tracking import Trouble
from track_service.services.fallback import take_over
from track_service.services.poll import poll_due, poll_one

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NUMBER = "1Z5R89390357567127"


class Waiting(Hands):
    """A clock that goes on while a turn is waited for: two calls come one by one."""

    def sleep(self, seconds):
        self.forward(seconds=seconds)


@pytest.fixture
def hands():
    return Waiting(NOW)


@pytest.fixture
def settings(settings):
    """UPS falls back to AfterShip, and so does FedEx, which has no account."""
    accounts = ACCOUNTS | {"aftership": {"api_key": "key"}}
    del accounts["fedex"]
    rule = {"ups": "aftership", "fedex": "aftership"}
    return replace(settings, accounts=accounts, fallback=rule)


@pytest.fixture
def asked(rows):
    def of(parcel):
        query = "SELECT carrier FROM poll WHERE shipment_id = :i"
        return rows(query, i=parcel.id)[0][0]

    return of


def aftership_says(answers, number, *scans, slug="ups"):
    """Let AfterShip answer; a scan is (tag, instant), in local time as in Chicago."""
    checkpoints = [
        {
            "checkpoint_time": f"{at - 6 * HOUR:%Y-%m-%dT%H:%M:00}-06:00",
            "tag": tag,
            "subtag": f"{tag}_001",
            "city": "CHICAGO, IL",
            "message": "A scan",
        }
        for tag, at in scans
    ]
    parcel = {"tracking_number": number, "slug": slug, "checkpoints": checkpoints}
    body = {"meta": {"code": 200}, "data": {"trackings": [parcel]}}
    answers.get(URL + PATH, json=body)


def known_nowhere(answers, **added):
    """Let AfterShip have no parcel yet; `added` is what it is told of then."""
    answers.get(URL + PATH, json={"meta": {"code": 200}, "data": {"trackings": []}})
    match = [matchers.json_params_matcher(added)] if added else []
    answers.post(URL + PATH, json={"meta": {"code": 201}, "data": {}}, match=match)


def told(of, parcel):
    shipment = held_of(of, parcel).shipment
    return [(e.meaning.status, e.stamp.at) for e in shipment.events]


def test_a_parcel_that_its_carrier_does_not_know_yet_waits(
    of, brand, hands, answers, asked
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    hands.forward(hours=23)
    wire.ups_token(answers)
    wire.ups_knows_nothing(answers, NUMBER)

    poll_due(of.desk, "ups")

    assert asked(parcel) == "ups"
    assert held_of(of, parcel).shipment.trouble == "not_found"


def test_the_aggregator_tells_until_the_carrier_does_and_no_scan_is_doubled(
    of, brand, hands, answers, asked
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    hands.forward(hours=25)
    wire.ups_token(answers)
    wire.ups_knows_nothing(answers, NUMBER)
    assert poll_due(of.desk, "ups") == 1
    assert asked(parcel) == "aftership"

    scans = [("InTransit", hands.at - 3 * HOUR), ("OutForDelivery", hands.at - HOUR)]
    aftership_says(answers, NUMBER, *scans)
    assert (poll_due(of.desk, "ups"), poll_due(of.desk, "aftership")) == (0, 1)
    now = held_of(of, parcel).shipment
    assert (now.carrier, now.meaning.status, now.trouble) == (
        "ups",
        "out_for_delivery",
        None,
    )
    assert len(now.events) == 2

    hands.forward(days=1, minutes=1)  # UPS is tried again, and is behind it still
    aftership_says(answers, NUMBER, *scans)
    poll_due(of.desk, "aftership")
    assert asked(parcel) == "ups"
    hands.forward(days=1)
    wire.ups_token(answers)
    wire.ups_knows_nothing(answers, NUMBER)
    poll_due(of.desk, "ups")
    assert asked(parcel) == "aftership"
    assert held_of(of, parcel).shipment.trouble is None

    aftership_says(answers, NUMBER, *scans)
    poll_due(of.desk, "aftership")
    hands.forward(days=2)
    aftership_says(answers, NUMBER, *scans)
    poll_due(of.desk, "aftership")
    hands.forward(days=1)
    arrived = hands.at - HOUR
    wire.ups_token(answers)
    wire.ups_says(
        answers,
        NUMBER,
        wire.ups_scan(wire.DELIVERED, arrived),
        wire.ups_scan(("I", "OT", "021"), scans[1][1]),
        wire.ups_scan(wire.DEPARTED, scans[0][1]),
    )
    poll_due(of.desk, "ups")

    assert (asked(parcel), held_of(of, parcel).shipment.own_after) == ("ups", None)
    assert told(of, parcel) == [
        ("in_transit", scans[0][1]),
        ("out_for_delivery", scans[1][1]),
        ("delivered", arrived),
    ]


def test_a_carrier_without_an_account_is_not_waited_for(
    of, brand, answers, asked, client, key
):
    parcel = a_parcel(of, brand, carrier="fedex", number="123456789012")

    assert take_over(of.desk) == 1
    assert take_over(of.desk) == 0

    aftership_says(answers, "123456789012", ("InTransit", NOW - HOUR), slug="fedex")
    poll_due(of.desk, "aftership")
    assert told(of, parcel) == [("in_transit", NOW - HOUR)]
    shown = client.get(
        f"/api/v1/shipments/{parcel.public_id}",
        headers={"Authorization": f"Bearer {key}"},
    ).json
    assert (shown["carrier"], shown["carrier_named"]) == ("fedex", "fedex")


def test_a_carrier_that_has_been_out_of_reach_for_long_is_passed_over(
    of, brand, hands, answers, asked
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    for _ in range(3):  # one call and its repeats
        answers.post(wire.UPS_TOKEN, status=503)
    poll_due(of.desk, "ups")

    hands.forward(hours=23)
    assert (take_over(of.desk), asked(parcel)) == (0, "ups")

    hands.forward(hours=2)
    assert (take_over(of.desk), asked(parcel)) == (1, "aftership")


def test_a_parcel_that_nobody_knows_stays_with_the_aggregator(
    of, brand, hands, answers, asked
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    hands.forward(hours=25)
    wire.ups_token(answers)
    wire.ups_knows_nothing(answers, NUMBER)
    poll_due(of.desk, "ups")
    known_nowhere(answers)

    outcome = poll_one(of.desk, parcel.id)

    assert (outcome.shipment.trouble, asked(parcel)) == ("not_found", "aftership")


def test_the_aggregator_is_told_of_a_parcel_and_asked_again_within_the_hour(
    of, brand, hands, answers
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBER)
    hands.forward(days=6)
    wire.ups_token(answers)
    wire.ups_knows_nothing(answers, NUMBER)
    poll_due(of.desk, "ups")

    known_nowhere(answers, tracking_number=NUMBER, slug="ups")
    poll_due(of.desk, "aftership")
    assert held_of(of, parcel).shipment.trouble == "not_found"

    hands.forward(hours=1)
    aftership_says(answers, NUMBER, ("InTransit", NOW + HOUR))
    assert poll_due(of.desk, "aftership") == 1
    assert told(of, parcel) == [("in_transit", NOW + HOUR)]


def test_a_parcel_that_a_list_leaves_off_is_not_known_the_others_are(
    of, brand, answers
):
    own, lost = (
        a_parcel(of, brand, carrier="aftership", number=n) for n in ("A1", "A2")
    )
    aftership_says(answers, "A1", ("InTransit", NOW - HOUR))
    answers.post(URL + PATH, json={"meta": {"code": 4005}, "data": {}}, status=400)

    assert poll_due(of.desk, "aftership") == 2

    troubles = [held_of(of, one).shipment.trouble for one in (own, lost)]
    assert troubles == [None, "not_found"]


def test_an_aggregator_that_lost_its_account_gives_its_parcels_back(
    of, brand, hands, answers, asked
):
    parcel = a_parcel(of, brand, carrier="fedex", number="123456789012")
    take_over(of.desk)
    rest = {k: c for k, c in of.desk.carriers.items() if k != "aftership"}

    take_over(replace(of.desk, carriers=rest, fallback=type(of.desk.fallback)()))

    assert asked(parcel) == "fedex"


def test_without_a_rule_a_parcel_stays_with_its_carrier(of, brand, hands, asked):
    parcel = a_parcel(of, brand, carrier="ghn", number="N1")
    hands.forward(days=3)
    missed(of, parcel, Trouble.SERVER_ERROR, 5)

    assert take_over(of.desk) == 0
    assert asked(parcel) == "ghn"


def test_an_aggregators_parcel_is_shown_under_the_carrier_that_it_names(
    of, brand, client
):
    parcel = a_parcel(of, brand, carrier="aftership", number=NUMBER)
    moving = an_event(Status.IN_TRANSIT, at=NOW - HOUR)

    seen(of, parcel, a_tracking(moving, carrier="dhl-express"))
    page = client.get(f"/t/{parcel.token}").text

    assert held_of(of, parcel).shipment.carrier_named == "mydhl"
    assert "MyDHL" in page or "DHL Express" in page
    assert "AfterShip" not in page
