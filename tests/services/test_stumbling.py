"""One parcel, answer or push that the rules stumble over does not hold up the others."""

from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event

from track_service.carriers.base import Push, Wanted
from track_service.core.status import Status
from track_service.services import look, pushed
from track_service.services.ask import Reply, ask
from track_service.services.judge import judge_due
from track_service.services.recording import record


def stumble_over(monkeypatch, module, name, number):
    """Let a rule raise for the parcel of one number, as a bug in it would."""
    real = getattr(module, name)

    def rule(held, *args, **more):
        if held.shipment.number == number:
            raise ZeroDivisionError
        return real(held, *args, **more)

    monkeypatch.setattr(module, name, rule)


def test_a_parcel_that_cannot_be_judged_waits_and_the_others_are_judged(
    of, brand, hands, rows, monkeypatch
):
    for number in ("BAD", "GOOD"):
        a_parcel(of, brand, number=number, promised_on=NOW.date())
    stumble_over(monkeypatch, look, "by_time", "BAD")
    hands.forward(days=2)

    judge_due(of.desk)

    due = dict(
        rows("SELECT number, judge_after <= :now FROM shipment", now=str(hands.at))
    )
    states = dict(rows("SELECT number, promise_state FROM shipment"))
    assert states["GOOD"] == "at_risk"
    assert states["BAD"] == "no_promise"
    assert not due["BAD"]


def test_an_adapter_that_stumbles_is_a_bad_answer_for_its_parcels(of):
    class Stumbling:
        code = "stumbling"

        def fetch(self, wanted):
            raise KeyError("token")

    reply = ask(Stumbling(), {7: Wanted("N1")}, now=NOW, wall=NOW)

    assert reply.missed == {7: "bad_answer"}


def test_a_push_that_cannot_be_read_does_not_hold_up_those_behind_it(
    of, made, hands, rows, monkeypatch
):
    body = b'{"DATA": {"ORDER_NUMBER": "N1"}, "TOKEN": "push-token"}'
    secret = made.hook_secret
    pushed.receive(
        of.desk, pushed.find_hook(of.desk, "viettelpost", secret), Push(body)
    )
    hands.forward(minutes=5)

    def stumble(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(pushed, "digest_push", stumble)

    assert pushed.read_left_over(of.desk) == 1
    assert pushed.read_left_over(of.desk) == 0
    assert rows("SELECT count(*) FROM raw_answer") == [(1,)]


def test_an_answer_that_cannot_be_judged_is_asked_for_again_and_the_others_count(
    of, brand, hands, rows, monkeypatch
):
    bad, good = (a_parcel(of, brand, number=number) for number in ("BAD", "GOOD"))
    stumble_over(monkeypatch, look, "answered", "BAD")
    told = a_tracking(an_event(Status.IN_TRANSIT, at=NOW))

    record(of.desk, "ghn", [Reply(seen={bad.id: told, good.id: told}, at=NOW)])

    states = dict(rows("SELECT number, status FROM shipment"))
    troubles = dict(
        rows("SELECT number, trouble FROM poll JOIN shipment ON id = shipment_id")
    )
    assert (states["GOOD"], troubles["GOOD"]) == ("in_transit", None)
    assert (states["BAD"], troubles["BAD"]) == ("pending", "bad_answer")
