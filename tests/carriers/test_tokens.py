"""Carriers that want a sign-in: once for many questions, anew when the token ended."""

import json

import pytest
from tests.carriers import asking
from tests.carriers.pairs import FIXTURES, pair

from track_service.carriers import carriers
from track_service.carriers.base import read
from track_service.core.parsed import document

SIGN_IN = (
    "amazon_shipping",
    "dpd",
    "hermes_de",
    "nhattin",
    "shiprocket",
    "thailandpost",
    "vnpost",
)

each = pytest.mark.parametrize("code", SIGN_IN)


def _exchange(code):
    asked = json.loads((FIXTURES / code / "fetch.json").read_text(encoding="utf-8"))
    login, question = asked["exchange"]
    return asked, login, question


def _fetch(code, asked, exchange, *, times):
    """Fetch some times by one client; the stage wants exactly this exchange."""
    with asking.registered({**asked, "exchange": exchange}, FIXTURES / code):
        carrier = carriers()[code](asking.client(), asked["settings"])
        parcels = asking.wanted(asked)
        return [carrier.fetch(parcels) for _ in range(times)]


def _expected(code, question):
    return pair(FIXTURES / code, question["answer_file"].split(".")[0]).expected


@each
def test_one_sign_in_serves_many_questions(code):
    asked, login, question = _exchange(code)

    told = _fetch(code, asked, [login, question, question], times=2)

    seen = [document(code, read(carriers()[code], answer)) for answer in told]
    assert seen == [_expected(code, question)] * 2


@each
def test_a_token_that_is_taken_no_more_is_asked_for_again_within_the_call(code):
    asked, login, question = _exchange(code)
    refusal = pair(FIXTURES / code, "auth").answer
    refused = {k: v for k, v in question.items() if k != "answer_file"} | {
        "answer_body": refusal.body,
        "status": refusal.status,
    }

    told = _fetch(code, asked, [login, question, refused, login, question], times=2)

    seen = [document(code, read(carriers()[code], answer)) for answer in told]
    assert seen == [_expected(code, question)] * 2


@each
def test_a_parcel_that_is_not_known_costs_no_new_sign_in(code):
    asked, login, question = _exchange(code)
    unknown = pair(FIXTURES / code, "not_found").answer
    answered = {k: v for k, v in question.items() if k != "answer_file"} | {
        "answer_body": unknown.body,
        "status": unknown.status,
    }

    told = _fetch(code, asked, [login, answered, question], times=2)

    assert [answer.body == unknown.body for answer in told] == [True, False]
