"""What polls come to when a carrier does not answer, or answers with rubbish."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import requests
from tests import wire
from tests.conftest import NOW, Hands
from tests.make import a_parcel, held_of, no_tracking, seen

from track_service.core.tracking import Trouble
from track_service.services.poll import poll_due, poll_one
from track_service.services.watching import is_blind
from track_service.store import accounts, polling, raw

NUMBERS = [f"1Z5R8939035756712{n}" for n in range(4)]
MINUTE = timedelta(minutes=1)


class Waiting(Hands):
    """A clock that goes on while somebody sleeps, as a real one does."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.forward(seconds=seconds)


@pytest.fixture
def hands():
    return Waiting(NOW)


@pytest.fixture
def due(rows):
    """When a parcel comes due, None if it does not."""

    def read(parcel):
        query = "SELECT poll_after FROM poll WHERE shipment_id = :id"
        ((at,),) = rows(query, id=parcel.id)
        if isinstance(at, str):
            at = datetime.fromisoformat(at).replace(tzinfo=UTC)
        return at

    return read


@pytest.fixture
def leases(rows):
    return lambda: rows("SELECT * FROM poll WHERE leased_until IS NOT NULL")


def test_failures_back_off_and_nothing_that_is_known_is_lost(
    of, brand, answers, hands, due
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBERS[0])
    wire.ups_token(answers)
    wire.ups_says(answers, NUMBERS[0], wire.ups_scan(wire.DEPARTED, NOW - 9 * MINUTE))
    answers.get(wire.ups_url(NUMBERS[0]), body=requests.ConnectionError("cut"))
    poll_one(of.desk, parcel.id)
    waits = []

    for _ in range(3):
        hands.forward(minutes=5)
        poll_one(of.desk, parcel.id)
        waits.append(due(parcel) - hands.at)

    assert waits == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE]
    now = held_of(of, parcel).shipment
    assert (now.trouble, now.failures, now.seen_at) == ("unreachable", 3, NOW)
    assert (now.meaning.status, now.paused_at) == ("in_transit", None)
    assert of.counters.total("track_polls", carrier="ups", result="unreachable") == 3


@pytest.mark.parametrize(
    "body", [b"<html>oops</html>", b"", b"{}", b"[1, 2]", b'{"trackResponse": 7}']
)
def test_garbage_is_a_bad_answer_counted_and_asked_for_again(
    of, brand, answers, due, body
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBERS[0])
    wire.ups_token(answers)
    answers.get(wire.ups_url(NUMBERS[0]), body=body)

    assert poll_due(of.desk, "ups") == 1

    now = held_of(of, parcel).shipment
    assert (now.trouble, now.failures, now.seen_at) == ("bad_answer", 1, None)
    assert due(parcel) == NOW + 5 * MINUTE
    assert of.counters.total("track_polls", carrier="ups", result="bad_answer") == 1
    with of.database.read() as session:
        assert len(raw.ids(session)) == (1 if body else 0)


@pytest.mark.parametrize("answer", [{"body": b"<html>oops</html>"}, {"status": 429}])
def test_a_carrier_whose_answers_tell_nothing_is_one_we_do_not_see(
    of, brand, answers, answer
):
    a_parcel(of, brand, carrier="ups", number=NUMBERS[0])
    wire.ups_token(answers)
    answers.get(wire.ups_url(NUMBERS[0]), **answer)

    poll_due(of.desk, "ups")

    with of.database.read() as session:
        assert accounts.blind(session) == [("ups", NOW)]


def test_one_parcels_rubbish_does_not_hide_the_others(of, brand, answers):
    parcels = [a_parcel(of, brand, carrier="ups", number=n) for n in NUMBERS[:2]]
    wire.ups_token(answers)
    answers.get(wire.ups_url(NUMBERS[0]), body=b"<html>oops</html>")
    wire.ups_knows_nothing(answers, NUMBERS[1])

    assert poll_due(of.desk, "ups") == 2

    troubles = [held_of(of, parcel).shipment.trouble for parcel in parcels]
    assert troubles == ["bad_answer", "not_found"]
    with of.database.read() as session:
        assert accounts.blind(session) == []


def test_a_call_that_cannot_be_made_at_all_is_a_bad_answer_too(of, brand, answers):
    parcel = a_parcel(of, brand, carrier="ups", number="NO\u2019LATIN1")
    wire.ups_token(answers)
    answers.get(
        wire.ups_url("NO%E2%80%99LATIN1"), body=requests.exceptions.InvalidHeader()
    )

    poll_due(of.desk, "ups")

    assert held_of(of, parcel).shipment.trouble == "bad_answer"


def test_a_number_that_is_not_known_yet_is_an_answer(of, brand, answers, due):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBERS[0])
    wire.ups_token(answers)
    wire.ups_knows_nothing(answers, NUMBERS[0])

    poll_due(of.desk, "ups")

    now = held_of(of, parcel).shipment
    assert (now.trouble, now.failures, now.seen_at) == ("not_found", 0, NOW)
    assert (now.meaning.status, now.events) == ("pending", ())
    assert NOW < due(parcel) < NOW + timedelta(days=1)


def test_too_many_calls_pause_the_account_and_release_who_was_not_asked(
    of, brand, answers, hands, leases, due
):
    parcels = [a_parcel(of, brand, carrier="ups", number=n) for n in NUMBERS[:3]]
    wire.ups_token(answers)
    answers.get(
        wire.ups_url(NUMBERS[0]),
        status=429,
        headers={"Retry-After": "600"},
        json={"response": {"errors": [{"code": "10429", "message": "Too Many"}]}},
    )

    assert poll_due(of.desk, "ups") == 0

    assert leases() == []
    assert due(parcels[0]) == NOW + 10 * MINUTE
    assert [due(parcel) for parcel in parcels[1:]] == [NOW, NOW]
    troubles = [held_of(of, parcel).shipment.trouble for parcel in parcels]
    assert troubles == ["throttled", None, None]
    hands.forward(minutes=9)
    assert poll_due(of.desk, "ups") == 0  # would call, which `answers` refuses
    hands.forward(minutes=2)
    answers.remove("GET", wire.ups_url(NUMBERS[0]))
    for number in NUMBERS[:3]:
        wire.ups_knows_nothing(answers, number)
    for _ in NUMBERS[:3]:
        poll_due(of.desk, "ups")
        hands.forward(seconds=1)
    assert {held_of(of, p).shipment.trouble for p in parcels} == {"not_found"}


def test_a_carrier_that_names_no_time_is_left_alone_for_a_while(
    of, brand, answers, hands
):
    a_parcel(of, brand, carrier="ups", number=NUMBERS[0])
    wire.ups_token(answers)
    answers.get(wire.ups_url(NUMBERS[0]), status=429, json={})

    poll_due(of.desk, "ups")
    hands.forward(minutes=4)

    with of.database.read() as session:
        assert not is_blind(session, "ups", wall=hands.at)
    assert poll_due(of.desk, "ups") == 0
    assert len([c for c in answers.calls if "details" in c.request.url]) == 1


def test_refused_credentials_pause_the_account_and_we_are_blind(
    of, brand, answers, hands, leases
):
    refused, unasked = (
        a_parcel(of, brand, carrier="ups", number=n) for n in NUMBERS[:2]
    )
    answers.post(
        wire.UPS_TOKEN,
        status=401,
        json={"response": {"errors": [{"code": "10401", "message": "Invalid"}]}},
    )

    assert poll_due(of.desk, "ups") == 0

    assert leases() == []
    troubles = [held_of(of, p).shipment.trouble for p in (refused, unasked)]
    assert troubles == ["auth", None]
    with of.database.read() as session:
        assert not is_blind(session, "ups", wall=NOW + 4 * MINUTE)
        assert is_blind(session, "ups", wall=NOW + 5 * MINUTE)
        assert not is_blind(session, "fedex", wall=NOW + 5 * MINUTE)
    hands.forward(minutes=14)
    assert poll_due(of.desk, "ups") == 0
    assert len(answers.calls) == 1


def test_we_see_again_with_the_first_answer(of, brand, answers, hands):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBERS[0])
    answers.post(wire.UPS_TOKEN, status=401, json={})
    poll_due(of.desk, "ups")
    answers.remove("POST", wire.UPS_TOKEN)
    wire.ups_token(answers)
    wire.ups_knows_nothing(answers, NUMBERS[0])
    hands.forward(minutes=20)

    assert poll_due(of.desk, "ups") == 1

    assert held_of(of, parcel).shipment.trouble == "not_found"
    with of.database.read() as session:
        assert not is_blind(session, "ups", wall=hands.at)


def test_over_our_own_limit_parcels_wait_unharmed_and_the_budget_too(
    of, brand, answers, due, leases, rows
):
    """DHL wants five seconds between calls, longer than a call waits for its turn."""
    asked, waits = (
        a_parcel(of, brand, carrier="dhl_unified", number=f"JD00{n}") for n in (1, 2)
    )
    wire.dhl_says(answers, "JD001", ("transit", NOW - 60 * MINUTE, "Bonn"))

    assert poll_due(of.desk, "dhl_unified") == 1
    paced = "SELECT paced_at FROM account WHERE account = 'dhl_unified'"
    after_one = rows(paced)
    assert poll_due(of.desk, "dhl_unified") == 0

    assert leases() == []
    assert due(waits) == NOW
    assert rows(paced) == after_one
    told = [held_of(of, parcel).shipment for parcel in (asked, waits)]
    assert [p.asked_at for p in told] == [NOW, None]
    assert [p.failures for p in told] == [0, 0]


def test_a_parcel_was_seen_when_it_was_asked_for_not_when_that_was_written_down(
    of, brand, answers, hands
):
    """Else one asked for before midnight would be late of it after."""
    parcel = a_parcel(
        of, brand, carrier="ups", number=NUMBERS[0], promised_on=NOW.date()
    )
    wire.ups_token(answers)
    hands.forward(hours=13, minutes=59)  # 23:59 where it is delivered

    def slow(_request):
        hands.forward(minutes=2)
        scan = wire.ups_scan(wire.DEPARTED, NOW)
        return 200, {}, json.dumps(wire.ups_body(NUMBERS[0], scan))

    answers.add_callback("GET", wire.ups_url(NUMBERS[0]), callback=slow)

    poll_due(of.desk, "ups")

    now = held_of(of, parcel).shipment
    assert now.seen_at == now.asked_at == hands.at - 2 * MINUTE
    assert now.promise_state == "on_time"


def test_asking_ends_before_the_lease_does(of, brand, answers, hands, leases):
    parcels = [a_parcel(of, brand, carrier="ups", number=n) for n in NUMBERS]
    wire.ups_token(answers)

    def slow(request):
        hands.forward(minutes=2)
        return 200, {}, json.dumps(wire.ups_body(request.url.split("/")[-1]))

    for number in NUMBERS[:2]:
        answers.add_callback("GET", wire.ups_url(number), callback=slow)

    assert poll_due(of.desk, "ups") == 4

    asked = [held_of(of, parcel).shipment.asked_at for parcel in parcels]
    assert [at is None for at in asked] == [False, False, True, True]
    assert leases() == []
    assert hands.at - NOW < polling.LEASE


def test_news_that_come_while_a_carrier_is_asked_are_asked_for_again(
    of, brand, answers, due, hands
):
    parcel = a_parcel(of, brand, carrier="ups", number=NUMBERS[0])
    wire.ups_token(answers)

    def answer(_request):
        with of.database.write() as session:
            polling.ask_again(session, [parcel.id], at=hands.at)
            session.commit()
        return 200, {}, json.dumps(wire.ups_body(NUMBERS[0]))

    answers.add_callback("GET", wire.ups_url(NUMBERS[0]), callback=answer)

    poll_due(of.desk, "ups")

    assert held_of(of, parcel).shipment.asked_at == NOW
    assert due(parcel) == NOW


def test_a_failed_question_neither_gives_a_parcel_up_nor_takes_it_up_again(
    of, brand, answers, hands, due
):
    silent, given_up = (
        a_parcel(of, brand, carrier="ups", number=n) for n in NUMBERS[:2]
    )
    wire.ups_token(answers)
    for number in NUMBERS[:2]:
        answers.get(wire.ups_url(number), body=b"")
    hands.forward(days=31)
    seen(of, given_up, no_tracking(Trouble.NOT_FOUND))

    for parcel in (silent, given_up):
        poll_one(of.desk, parcel.id)
        hands.forward(seconds=1)

    paused = [held_of(of, p).shipment.paused_at for p in (silent, given_up)]
    assert [at is None for at in paused] == [True, False]
    assert [due(p) is None for p in (silent, given_up)] == [False, True]
