"""Asking for one parcel by hand: under its lease, within the account's budget."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests import wire
from tests.conftest import ACCOUNTS, NOW
from tests.make import a_parcel, a_tracking, an_event, held_of, seen

from track_service.core.status import Status
from track_service.services.by_hand import NotAsked, poll_now
from track_service.services.erase import erase
from track_service.services.poll import poll_due
from track_service.store import accounts, polling

NUMBER = "JD001"
LEASES = "SELECT shipment_id FROM poll WHERE leased_until IS NOT NULL"


@pytest.fixture
def settings(settings):
    """Of DHL's account nine calls a day, of which one may come at once."""
    few = {**ACCOUNTS["dhl_unified"], "per_day": "9"}
    return replace(settings, accounts={**ACCOUNTS, "dhl_unified": few})


@pytest.fixture
def parcel(of, brand):
    return a_parcel(of, brand, carrier="dhl_unified", number=NUMBER)


def refused(of, parcel):
    """Why a parcel is not asked for."""
    with pytest.raises(NotAsked) as told:
        poll_now(of.desk, parcel.id)
    return str(told.value)


def test_a_parcel_is_asked_for_though_it_is_given_up(of, parcel, answers, hands, rows):
    scan = an_event(Status.IN_TRANSIT, at=NOW - timedelta(days=31))
    assert seen(of, parcel, a_tracking(scan, number=NUMBER)).paused_at == NOW
    hands.forward(days=1)
    wire.dhl_says(answers, NUMBER, ("transit", hands.at, "Bonn"))

    outcome = poll_now(of.desk, parcel.id)

    assert len(outcome.change.added) == 1
    assert outcome.poll_after > hands.at
    assert rows(LEASES) == []


def test_its_call_counts_against_the_day_s_budget(of, brand, parcel, answers, rows):
    other = a_parcel(of, brand, carrier="dhl_unified", number="JD002")
    wire.dhl_says(answers, NUMBER, ("transit", NOW, "Bonn"))
    poll_now(of.desk, parcel.id)

    assert refused(of, other) == (
        "dhl_unified's budget of 9 calls a day has none left now"
    )
    assert rows(LEASES) == []
    assert poll_due(of.desk, "dhl_unified") == 0


def test_who_is_being_asked_is_not_asked_twice(of, parcel, answers):
    told = []

    def answer(_request):
        told.append(refused(of, parcel))
        return 200, {}, json.dumps({"shipments": []})

    answers.add_callback("GET", wire.DHL, callback=answer)

    poll_due(of.desk, "dhl_unified")

    assert told == ["it is being asked for right now"]


def test_a_failing_carrier_is_left_alone(of, parcel, rows):
    breaker = accounts.DbBreaker(of.database)
    for _ in range(5):
        breaker.report("dhl_unified", now=NOW, ok=False)

    assert refused(of, parcel) == (
        "dhl_unified is failing: it is left alone until 2026-03-02T09:02:00+00:00"
    )
    assert rows(LEASES) == []


def test_a_paused_account_is_left_alone(of, parcel):
    with of.database.write() as session:
        accounts.pause(session, "dhl_unified", until=NOW + timedelta(hours=1))
        session.commit()

    assert refused(of, parcel) == (
        "dhl_unified asked for a pause, or refused us:"
        " it is left alone until 2026-03-02T10:00:00+00:00"
    )


def test_over_the_rate_nothing_is_asked_and_the_budget_is_whole(
    of, brand, answers, rows
):
    """GHN's account is spent to the last call of these seconds."""
    parcel = a_parcel(of, brand, number="GHN1")
    with of.database.write() as session:
        accounts.locked(session, "ghn").arrives_at = NOW + timedelta(minutes=1)
        session.commit()

    assert refused(of, parcel) == "ghn's rate limit leaves no call now"
    assert rows(LEASES) == []
    assert held_of(of, parcel).shipment.asked_at is None


@pytest.mark.parametrize(
    ("carrier", "why"),
    [
        ("viettelpost", "viettelpost cannot be asked, it only pushes"),
        ("usps", "no account of usps is set up"),
    ],
)
def test_who_cannot_be_asked_is_told_so(of, brand, rows, carrier, why):
    parcel = a_parcel(of, brand, carrier=carrier, number="VT0001")

    assert refused(of, parcel) == why
    assert rows(LEASES) == []


def test_the_erased_are_not_asked_for(of, brand, parcel):
    with of.database.write() as session:
        erase(session, brand.id, parcel.public_id, now=NOW)
        session.commit()

    assert refused(of, parcel) == "it has been erased"


def test_a_dead_worker_s_lease_ends(of, parcel, answers, hands):
    with of.database.write() as session:
        assert polling.claim_one(session, parcel.id, wall=NOW) == "dhl_unified"
        session.commit()
    assert "right now" in refused(of, parcel)
    wire.dhl_says(answers, NUMBER, ("transit", NOW, "Bonn"))
    hands.forward(minutes=5)

    assert poll_now(of.desk, parcel.id).shipment.meaning.status == "in_transit"
