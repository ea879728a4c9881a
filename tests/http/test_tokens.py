import json
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from responses.matchers import (
    header_matcher,
    json_params_matcher,
    urlencoded_params_matcher,
)
from tests.http.fakes import GRANT, NOW, TOKEN_URL, URL

from track_service.http import Grant, HttpError
from track_service.http.memory import MemoryLimits, MemoryTokens


def bearer(token):
    return [header_matcher({"Authorization": f"Bearer {token}"})]


def granted(name="t1", **more):
    return {"access_token": name, "expires_in": 3600} | more


BASIC = {"Authorization": f"Basic {b64encode(b'us:s3cret').decode()}"}
WANTED = {"grant_type": "client_credentials"}
SECRET = {"client_id": "us", "client_secret": "s3cret"}


@pytest.mark.parametrize(
    ("style", "scope", "match"),
    [
        ("basic", None, [header_matcher(BASIC), urlencoded_params_matcher(WANTED)]),
        ("form", "t", [urlencoded_params_matcher(WANTED | SECRET | {"scope": "t"})]),
        ("json", None, [json_params_matcher(WANTED | SECRET)]),
    ],
)
def test_a_token_is_fetched_in_the_carriers_style_and_kept(
    http, answers, style, scope, match
):
    asked = answers.post(TOKEN_URL, json=granted(), match=match)
    answers.get(URL, match=bearer("t1"))
    grant = Grant(TOKEN_URL, "us", "s3cret", style=style, scope=scope)

    assert http.get(URL, grant=grant).status == 200
    assert http.get(URL, grant=grant, headers={"X-A": "b"}).status == 200

    assert asked.call_count == 1
    assert answers.calls[-1].request.headers["X-A"] == "b"


@pytest.mark.parametrize(
    ("expires_in", "used"),
    [
        (3600, 3540),
        ("3600", 3540),
        (100, 90),
        (None, 270),
        ("soon", 270),
        (True, 270),
        (10**8, 30 * 86400 - 60),
    ],
)
def test_a_token_is_renewed_before_it_expires(http, answers, time, expires_in, used):
    asked = answers.post(TOKEN_URL, json=granted(expires_in=expires_in))
    answers.get(URL)
    http.get(URL, grant=GRANT)

    time.now = NOW + timedelta(seconds=used - 1)
    http.get(URL, grant=GRANT)
    assert asked.call_count == 1

    time.now = NOW + timedelta(seconds=used)
    http.get(URL, grant=GRANT)
    assert asked.call_count == 2


def test_tokens_are_kept_by_account_and_client(make_http, answers):
    asked = answers.post(TOKEN_URL, json=granted())
    answers.get(URL)
    tokens = MemoryTokens()

    make_http(tokens=tokens).get(URL, grant=GRANT)
    make_http(tokens=tokens, account="acme-2").get(URL, grant=GRANT)
    make_http(tokens=tokens).get(URL, grant=Grant(TOKEN_URL, "them", "s3cret"))

    assert asked.call_count == 3


def test_a_token_revoked_early_is_replaced_once(http, answers):
    answers.post(TOKEN_URL, json=granted("t1"))
    answers.get(URL, match=bearer("t1"), body="first")
    http.get(URL, grant=GRANT)
    answers.replace("GET", URL, status=401, match=bearer("t1"))
    answers.replace("POST", TOKEN_URL, json=granted("t2"))
    answers.get(URL, match=bearer("t2"), body="second")

    assert http.get(URL, grant=GRANT).body == b"second"


def test_a_new_token_that_is_refused_is_not_replaced_again(http, answers):
    asked = answers.post(TOKEN_URL, json=granted())
    refused = answers.get(URL, status=401)

    assert http.get(URL, grant=GRANT).status == 401
    assert (asked.call_count, refused.call_count) == (1, 1)

    assert http.get(URL, grant=GRANT).status == 401
    assert (asked.call_count, refused.call_count) == (2, 3)


@pytest.mark.parametrize("status", [302, 400, 401, 429, 500])
def test_an_error_of_the_token_endpoint_is_the_answer(http, answers, status):
    answers.post(TOKEN_URL, status=status, json={"error": "invalid_client"})

    answer = http.get(URL, grant=GRANT)

    assert answer.status == status
    assert json.loads(answer.body) == {"error": "invalid_client"}


def test_a_failed_fetch_does_not_keep_the_next_from_trying(http, answers, time):
    answers.post(TOKEN_URL, status=401)
    http.get(URL, grant=GRANT)
    answers.replace("POST", TOKEN_URL, json=granted())
    answers.get(URL)

    assert http.get(URL, grant=GRANT).status == 200
    assert time.slept == []


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        "<html>",
        "[]",
        "{}",
        '{"access_token": ""}',
        '{"access_token": 5}',
        b"\xff",
    ],
)
def test_a_token_answer_without_a_token_is_an_error(http, answers, body):
    answers.post(TOKEN_URL, body=body)

    with pytest.raises(HttpError, match=r"^auth.acme.example/token: .* no token$"):
        http.get(URL, grant=GRANT)


def test_the_token_is_not_counted_against_the_rate_limit(make_http, answers, time):
    answers.post(TOKEN_URL, json=granted())
    answers.get(URL)

    make_http(limits=MemoryLimits(1)).get(URL, grant=GRANT)

    assert time.slept == []


def test_who_waits_for_anothers_token_takes_it_when_it_comes(make_http, answers, time):
    tokens = MemoryTokens()
    limits = MemoryLimits()
    answers.post(TOKEN_URL, json=granted("t1"))
    answers.get(URL, match=bearer("t1"))
    first = make_http(tokens=tokens, limits=limits)
    leased = []
    lease = tokens.lease
    tokens.lease = lambda key, **more: leased.append(key) or lease(key, **more)
    first.get(URL, grant=GRANT)
    tokens.drop(leased[0], "t1")
    assert lease(leased[0], now=time.now, seconds=60)

    def come(seconds):
        time.sleep(seconds)
        if len(time.slept) == 3:
            tokens.put(leased[0], "t2", expires_at=time.now + timedelta(hours=1))

    answers.get(URL, match=bearer("t2"), body="waited")

    answer = make_http(tokens=tokens, sleep=come).get(URL, grant=GRANT)

    assert answer.body == b"waited"
    assert time.slept == [0.1, 0.1, 0.1]


@pytest.mark.parametrize(("total", "naps"), [(30.0, 101), (2.0, 20)])
def test_a_token_that_does_not_come_is_not_waited_for_long(
    make_http, time, total, naps
):
    tokens = MemoryTokens()
    tokens.lease = lambda key, **more: False

    with pytest.raises(HttpError, match=r"^auth.acme.example/token: no token in time"):
        make_http(tokens=tokens, total=total).get(URL, grant=GRANT)

    assert len(time.slept) == pytest.approx(naps, abs=1)


def test_a_dropped_token_leaves_a_newer_one():
    tokens = MemoryTokens()
    later = NOW + timedelta(hours=1)
    tokens.put("k", "new", expires_at=later)

    tokens.drop("k", "old")
    assert tokens.cached("k", now=NOW) == "new"
    assert tokens.cached("k", now=later) is None

    tokens.drop("k", "new")
    tokens.drop("k", "new")
    assert tokens.cached("k", now=NOW) is None


def test_a_lease_ends_by_itself():
    tokens = MemoryTokens()

    assert tokens.lease("k", now=NOW, seconds=60)
    assert not tokens.lease("k", now=NOW + timedelta(seconds=59), seconds=60)
    assert tokens.lease("k", now=NOW + timedelta(seconds=60), seconds=60)


def test_many_threads_fetch_one_token(make_http, server):
    threads = 16
    started = Barrier(threads)
    asked = Event()
    nap = Event()

    def token(handler):
        asked.wait(0.1)  # long enough for the rest to come and ask
        handler.reply(200, json.dumps(granted()).encode())

    server.routes["/token"] = token
    server.routes["/track"] = lambda h: h.reply(
        200, h.headers["Authorization"].encode()
    )
    grant = Grant(server.url("/token"), "us", "s3cret")
    http = make_http(sleep=nap.wait)

    def ask(_):
        started.wait(5)
        return http.get(server.url("/track"), grant=grant).body

    with ThreadPoolExecutor(threads) as pool:
        bodies = list(pool.map(ask, range(threads)))

    assert bodies == [b"Bearer t1"] * threads
    assert [path for path, *_ in server.seen].count("/token") == 1


def test_a_grant_does_not_show_its_secret():
    assert "s3cret" not in repr(GRANT)
