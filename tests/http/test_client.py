import traceback
from datetime import timedelta

import pytest
import requests
from responses.matchers import json_params_matcher, urlencoded_params_matcher
from tests.http.fakes import NOW, URL

from track_service.http import Answer, HttpError, retry_after


def test_an_answer_comes_back_whole_with_lower_case_headers(http, answers):
    answers.get(URL, body=b"\x00\xff", headers={"X-Limit": "5"})

    answer = http.get(URL, params={"id": "1 2"}, headers={"X-Api-Key": "k"})

    assert (answer.body, answer.status) == (b"\x00\xff", 200)
    assert answer.headers["x-limit"] == "5"
    sent = answers.calls[0].request
    assert sent.url == f"{URL}?id=1+2"
    assert sent.headers["X-Api-Key"] == "k"
    assert sent.headers["User-Agent"] == "track-service"


def test_a_post_sends_json_or_a_form_and_basic_auth(http, answers):
    answers.post(URL, match=[json_params_matcher({"ids": ["1"]})], body="one")
    answers.post(URL, match=[urlencoded_params_matcher({"id": "1"})], body="two")

    assert http.post(URL, json={"ids": ["1"]}).body == b"one"
    assert http.post(URL, data={"id": "1"}, auth=("u", "p")).body == b"two"
    assert answers.calls[1].request.headers["Authorization"] == "Basic dTpw"


@pytest.mark.parametrize("status", [302, 400, 401, 404, 429, 501])
def test_an_answer_that_another_try_would_not_change_is_not_asked_again(
    http, answers, time, reports, status
):
    answers.get(URL, status=status, headers={"Location": "https://evil.example/"})

    assert http.get(URL).status == status
    assert len(answers.calls) == 1
    assert time.slept == []
    assert reports.ok == [status < 500]


def test_a_session_that_would_follow_redirects_does_not(make_http, answers):
    answers.get(URL, status=302, headers={"Location": "https://evil.example/"})

    with requests.Session() as plain:
        assert make_http(made=plain).get(URL).status == 302


def test_cookies_of_one_account_never_reach_another(http, server):
    server.routes["/"] = lambda h: h.reply(200, Set_Cookie="account=one")

    http.get(server.url("/"))
    http.get(server.url("/"))

    assert [("Cookie" in headers) for _, headers, _ in server.seen] == [False, False]


# Retries


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_fault_is_asked_again_with_growing_pauses(
    http, answers, time, reports, status
):
    answers.get(URL, status=status)
    answers.get(URL, status=status)
    answers.get(URL, body="well again")

    assert http.get(URL).body == b"well again"
    assert time.slept == [0.5, 1.0]
    assert reports.ok == [True]


def test_a_fault_that_stays_is_returned_and_counted_once(http, answers, time, reports):
    answers.get(URL, status=500, body="sorry")

    assert http.get(URL) == Answer(b"sorry", 500, {"content-type": "text/plain"})
    assert len(answers.calls) == 3
    assert reports.ok == [False]


def test_jitter_halves_a_pause_at_most(make_http, answers, time):
    answers.get(URL, status=500)

    make_http(jitter=lambda: 0.0).get(URL)

    assert time.slept == [0.25, 0.5]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("wait", ["3", "Mon, 02 Mar 2026 12:00:03 GMT"])
def test_a_short_retry_after_is_waited_out(http, answers, time, status, wait):
    answers.get(URL, status=status, headers={"Retry-After": wait})
    answers.get(URL)

    assert http.get(URL).status == 200
    assert time.slept == [3.0]


@pytest.mark.parametrize("status", [429, 503])
def test_a_long_retry_after_is_left_to_the_caller(http, answers, time, status):
    answers.get(URL, status=status, headers={"Retry-After": "6"})

    answer = http.get(URL)

    assert answer.status == status
    assert retry_after(answer, NOW) == timedelta(seconds=6)
    assert time.slept == []


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 1.5 ", timedelta(seconds=1.5)),
        ("999999999", timedelta(days=1)),
        ("Mon, 02 Mar 2026 13:00:00 GMT", timedelta(hours=1)),
        ("Mon, 02 Mar 2026 12:30:00 -0000", timedelta(minutes=30)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(days=1)),
        ("Mon, 02 Mar 2026 11:00:00 GMT", timedelta()),
        ("-5", None),
        ("soon", None),
        ("1e9", None),
        ("Mon, 99 Mar 2026 99:00:00 GMT", None),
    ],
)
def test_retry_after_reads_seconds_and_dates(said, wait):
    assert retry_after(Answer(b"", 429, {"retry-after": said}), NOW) == wait


def test_an_answer_without_retry_after_asks_for_no_wait():
    assert retry_after(Answer(b"", 429), NOW) is None


def test_a_broken_connection_is_tried_again_and_then_told(http, answers, time, reports):
    key = "".join(reversed("terc3s"))  # not as it would show in this file's own lines
    answers.get(URL, body=requests.ConnectionError(f"no way to {URL}?key={key}"))

    with pytest.raises(HttpError, match=r"^api.acme.example/v2/track: conn") as raised:
        http.get(URL, params={"key": key})

    assert raised.value.retry
    assert time.slept == [0.5, 1.0]
    assert reports.ok == [False]
    assert key not in "".join(traceback.format_exception(raised.value))
    assert raised.value.__context__ is None


def test_a_request_that_cannot_be_sent_is_not_tried_again(http, time, reports):
    for call in (
        lambda: http.get("https://[bad"),
        lambda: http.get("no-scheme/x"),
        lambda: http.get(URL, headers={"X-Key": "a\nb"}),
        lambda: http.get(URL, auth=("\u043a\u043b\u044e\u0447", "x")),
        lambda: http.post(URL, json=float("nan")),
    ):
        with pytest.raises(HttpError, match="cannot be asked like this") as raised:
            call()
        assert not raised.value.retry
    assert time.slept == []
    assert reports.ok == []


def test_no_retry_begins_after_the_call_is_over(make_http, answers, time):
    answers.get(URL, body=requests.ConnectionError())
    answers.post(URL, status=502)
    short = make_http(total=0.5)

    with pytest.raises(HttpError, match="connection failed"):
        short.get(URL)
    assert short.post(URL).status == 502

    assert time.slept == []


def test_the_client_tells_the_real_time_to_whoever_must_sign_with_it(http):
    assert http.now() == http.now()
    assert http.now().tzinfo is not None
