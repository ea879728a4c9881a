"""A parcel under a wrong carrier finds the right one: real adapters, faked HTTP."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests import wire
from tests.conftest import NOW
from tests.make import a_parcel, held_of

from track_service.services.poll import poll_due
from track_service.services.register import AlreadyRegistered, NewShipment, register

NUMBER = "277500000033"  # of FedEx, by its check digit
DAY = timedelta(days=1)


@pytest.fixture
def parcel(of, brand, answers):
    """FedEx's parcel, handed over as UPS's, which knows nothing of it."""
    made = a_parcel(of, brand, carrier="ups", number=NUMBER)
    wire.ups_token(answers)
    wire.ups_knows_nothing(answers, NUMBER)
    return made


@pytest.fixture
def poll_on_the_second_day(of, hands):
    def poll():
        hands.forward(days=1)
        return poll_due(of.desk, "ups")

    return poll


def fedex_tells(answers, *scans, number=NUMBER):
    wire.fedex_token(answers)
    told = wire.fedex_result(number, *scans) if scans else wire.fedex_unknown(number)
    answers.post(wire.FEDEX, json=wire.fedex_body({number: [told]}))


def opinions(rows):
    return rows("SELECT carrier, came_to FROM second_opinion")


def test_a_parcel_goes_to_the_carrier_that_has_it(
    of, parcel, answers, poll_on_the_second_day, rows
):
    fedex_tells(answers, ("DP", NOW + DAY / 2, "Memphis"), ("PU", NOW, "Reno"))

    poll_on_the_second_day()

    now = held_of(of, parcel).shipment
    assert (now.carrier, now.carrier_before) == ("fedex", "ups")
    assert [event.place.city for event in now.events] == ["Reno", "Memphis"]
    assert (now.meaning.status, now.trouble) == ("in_transit", None)
    assert now.version > parcel.version
    assert opinions(rows) == [("fedex", "moved")]
    assert rows("SELECT carrier FROM poll WHERE poll_after IS NOT NULL") == [("fedex",)]
    assert rows("SELECT DISTINCT source FROM event") == [("pull:fedex",)]


def test_the_api_shows_with_which_carrier_it_was_registered(
    client, key, parcel, answers, poll_on_the_second_day
):
    fedex_tells(answers, ("PU", NOW, "Reno"))

    poll_on_the_second_day()

    shown = client.get(
        f"/api/v1/shipments/{parcel.public_id}",
        headers={"Authorization": f"Bearer {key}"},
    ).json
    assert (shown["carrier"], shown["carrier_before"]) == ("fedex", "ups")


def test_a_corrected_parcel_is_known_by_its_first_carrier_too(
    of, brand, parcel, answers, poll_on_the_second_day
):
    fedex_tells(answers, ("PU", NOW, "Reno"))
    poll_on_the_second_day()

    again = NewShipment(parcel.order, "ups", NUMBER)
    with of.database.write() as session, pytest.raises(AlreadyRegistered) as known:
        register(session, brand, again, now=of.clock.now(), mint=of.mint)

    assert known.value.public_id == parcel.public_id


def test_within_a_day_nobody_else_is_asked(of, parcel, rows):
    poll_due(of.desk, "ups")

    assert held_of(of, parcel).shipment.trouble == "not_found"
    assert opinions(rows) == []


def test_nobody_is_asked_before_a_day_after_the_shipping(of, brand, answers, hands):
    a_parcel(of, brand, carrier="ups", number=NUMBER, shipped_on=date(2026, 3, 4))
    wire.ups_token(answers)
    wire.ups_knows_nothing(answers, NUMBER)
    hands.forward(days=2)

    assert poll_due(of.desk, "ups") == 1


def test_who_does_not_know_it_either_is_not_asked_twice(
    of, parcel, answers, hands, poll_on_the_second_day, rows
):
    fedex_tells(answers)
    poll_on_the_second_day()
    hands.forward(days=1)

    assert poll_due(of.desk, "ups") == 1

    assert held_of(of, parcel).shipment.carrier == "ups"
    assert opinions(rows) == [("fedex", "not_found")]
    assert sum(call.request.url == wire.FEDEX for call in answers.calls) == 1


def test_a_number_that_was_used_before_is_another_parcels(
    of, parcel, answers, poll_on_the_second_day, rows
):
    fedex_tells(answers, ("DL", NOW - 40 * DAY, "Memphis"))

    poll_on_the_second_day()

    now = held_of(of, parcel).shipment
    assert (now.carrier, now.events) == ("ups", ())
    assert opinions(rows) == [("fedex", "another_parcel")]


def test_a_parcel_that_the_brand_has_under_both_carriers_stays(
    of, brand, parcel, answers, poll_on_the_second_day, rows
):
    right = a_parcel(of, brand, carrier="fedex", number=NUMBER)
    fedex_tells(answers, ("PU", NOW, "Reno"))

    poll_on_the_second_day()

    assert held_of(of, parcel).shipment.carrier == "ups"
    assert held_of(of, right).shipment.events == ()
    assert opinions(rows) == [("fedex", "taken")]


def test_a_carrier_that_cannot_answer_now_is_asked_another_time(
    of, parcel, answers, poll_on_the_second_day, rows
):
    wire.fedex_token(answers)
    answers.post(wire.FEDEX, status=429, json={})

    poll_on_the_second_day()

    assert held_of(of, parcel).shipment.carrier == "ups"
    assert opinions(rows) == []


def test_a_used_up_budget_is_left_alone(of, parcel, hands, rows):
    desk = replace(of.desk, per_day={"fedex": 10})
    hands.forward(days=1)
    with of.database.write() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO account (account, turns, failures, paced_at)"
            " VALUES ('fedex', 0, 0, '2026-03-09 09:00:00')"
        )
        session.commit()

    assert poll_due(desk, "ups") == 1

    assert opinions(rows) == []
