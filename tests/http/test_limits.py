from datetime import timedelta

import pytest
from tests.http.fakes import NOW, URL

from track_service.http import CircuitOpen, HttpError, OverLimit
from track_service.http.memory import MemoryBreaker, MemoryLimits


def test_a_short_wait_for_the_rate_limit_is_slept(make_http, answers, time):
    answers.get(URL)
    http = make_http(limits=MemoryLimits(0.5, burst=2))

    for _ in range(3):
        http.get(URL)

    assert time.slept == [2.0]
    assert time.now == NOW + timedelta(seconds=2)


def test_a_long_wait_for_the_rate_limit_is_an_error(make_http, answers, time):
    answers.get(URL)
    http = make_http(limits=MemoryLimits(0.1))
    http.get(URL)

    with pytest.raises(OverLimit) as raised:
        http.get(URL)

    assert raised.value.wait == pytest.approx(10)
    assert raised.value.retry
    assert time.slept == []
    assert len(answers.calls) == 1


def test_each_retry_counts_as_a_call(make_http, answers, time):
    answers.get(URL, status=500)
    limits = MemoryLimits(1)

    make_http(limits=limits).get(URL)

    assert time.slept == [0.5, 0.5, 1.0]  # the first pause falls short of the limit
    assert limits.take("acme-1", wall=lambda: time.now) == pytest.approx(1.0)


def test_a_limit_holds_for_its_account():
    limits = MemoryLimits(2, burst=2)

    assert limits.take("a", wall=lambda: NOW) == 0
    assert limits.take("a", wall=lambda: NOW) == 0
    assert limits.take("a", wall=lambda: NOW) == pytest.approx(0.5)
    assert limits.take("b", wall=lambda: NOW) == 0
    assert limits.take("a", wall=lambda: NOW + timedelta(seconds=0.5)) == 0


def test_a_carrier_that_keeps_failing_is_left_alone_and_probed(
    make_http, answers, time
):
    down = answers.get(URL, status=500)
    http = make_http(breaker=MemoryBreaker(failures=2, rest=60), retries=0)

    http.get(URL)
    http.get(URL)
    with pytest.raises(CircuitOpen, match=r"^api.acme.example/v2/track: failed"):
        http.get(URL)
    assert down.call_count == 2

    time.sleep(61)
    assert http.get(URL).status == 500
    with pytest.raises(CircuitOpen):
        http.get(URL)

    time.sleep(61)
    answers.replace("GET", URL, status=404)
    assert [http.get(URL).status for _ in range(3)] == [404, 404, 404]


def test_a_probe_that_never_reports_does_not_keep_the_circuit_open():
    breaker = MemoryBreaker(failures=1, rest=60)
    breaker.report("a", now=NOW, ok=False)

    minutes = [NOW + timedelta(seconds=61 * n) for n in range(3)]

    assert [breaker.allows("a", now=minute) for minute in minutes] == [
        False,
        True,
        True,
    ]
    assert not breaker.allows("a", now=minutes[2])
    assert breaker.allows("b", now=NOW)


def test_an_answer_that_is_too_large_tells_the_breaker_nothing(
    make_http, answers, reports
):
    answers.get(URL, body="x" * 11)

    with pytest.raises(HttpError):
        make_http(max_bytes=10).get(URL)

    assert reports.ok == []
