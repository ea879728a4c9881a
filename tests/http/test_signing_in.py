"""A carrier's own sign-in: asked once, kept, and asked again when its token ends."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event

import pytest
from responses.matchers import header_matcher, json_params_matcher
from tests.http.fakes import NOW, URL

from track_service.http import Question, SignIn, in_header
from track_service.http.memory import MemoryTokens

LOGIN = "https://api.acme.example/sign-in"
WHO = {"username": "us", "password": "pa55"}


def read(answer):
    told = json.loads(answer.body)
    return (told["token"], 3600.0) if "token" in told else None


SIGN_IN = SignIn(
    Question("POST", LOGIN, json=WHO), "us", read, in_header("X-Token", "T ")
)


def asked(name):
    return [header_matcher({"X-Token": f"T {name}"})]


@pytest.fixture
def login(answers):
    """Let the carrier give t1, then t2, to who signs in as it wants."""
    match = [json_params_matcher(WHO)]
    return [
        answers.post(LOGIN, json={"token": name}, match=match) for name in ("t1", "t2")
    ]


def test_a_token_is_asked_for_once_and_borne_in_the_carriers_header(http, answers):
    login = answers.post(LOGIN, json={"token": "t1"}, match=[json_params_matcher(WHO)])
    answers.get(URL, match=asked("t1"))

    statuses = [http.get(URL, grant=SIGN_IN).status for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert login.call_count == 1


def test_a_token_that_has_lasted_is_renewed_before_it_ends(http, answers, login, time):
    answers.get(URL, match=asked("t1"))
    answers.get(URL, match=asked("t2"))
    http.get(URL, grant=SIGN_IN)

    time.now = NOW + timedelta(seconds=3540)
    http.get(URL, grant=SIGN_IN)

    assert [one.call_count for one in login] == [1, 1]


def test_a_revoked_token_is_dropped_and_the_question_asked_once_again(
    http, answers, login
):
    answers.get(URL, match=asked("t1"))
    http.get(URL, grant=SIGN_IN)
    answers.replace("GET", URL, status=401, match=asked("t1"))
    answers.get(URL, json={"found": 1}, match=asked("t2"))

    assert http.get(URL, grant=SIGN_IN).body == b'{"found": 1}'

    assert [one.call_count for one in login] == [1, 1]


def test_a_carrier_may_say_in_its_own_words_that_a_token_has_ended(
    http, answers, login
):
    ends = replace(SIGN_IN, ended=lambda answer: b"expired" in answer.body)
    answers.get(URL, json={"found": 1}, match=asked("t1"))
    http.get(URL, grant=ends)
    answers.replace("GET", URL, json={"error": "expired"}, match=asked("t1"))
    answers.get(URL, json={"found": 2}, match=asked("t2"))

    assert http.get(URL, grant=ends).body == b'{"found": 2}'

    assert [one.call_count for one in login] == [1, 1]


def test_a_new_token_that_is_refused_too_is_not_asked_for_without_end(
    http, answers, login
):
    answers.get(URL, match=asked("t1"))
    http.get(URL, grant=SIGN_IN)
    answers.replace("GET", URL, status=401, match=asked("t1"))
    answers.get(URL, status=401, match=asked("t2"))

    assert http.get(URL, grant=SIGN_IN).status == 401

    assert [one.call_count for one in login] == [1, 1]


def test_a_refused_sign_in_is_the_whole_calls_answer(http, answers):
    login = answers.post(LOGIN, json={"error": "wrong password"}, status=403)

    answer = http.get(URL, grant=SIGN_IN)

    assert (answer.status, answer.body) == (403, b'{"error": "wrong password"}')
    assert login.call_count == 1


def test_many_threads_sign_in_once(make_http, answers):
    http = make_http(tokens=MemoryTokens(), sleep=Event().wait)
    login = answers.post(LOGIN, json={"token": "t1"})
    answers.get(URL, match=asked("t1"))
    together = Barrier(8)

    def ask(_):
        together.wait()
        return http.get(URL, grant=SIGN_IN).status

    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(ask, range(8)))

    assert statuses == [200] * 8
    assert login.call_count == 1


def test_tokens_are_kept_by_account_address_and_user_without_a_secret():
    keys = {
        SIGN_IN.key("acme-1"),
        SIGN_IN.key("acme-2"),
        replace(SIGN_IN, who="them").key("acme-1"),
        replace(SIGN_IN, question=Question("POST", URL)).key("acme-1"),
    }

    assert len(keys) == 4
    assert all(len(key) <= 100 for key in keys)
    assert "pa55" not in repr(SIGN_IN)
