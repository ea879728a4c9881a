import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from track_service.store import accounts
from track_service.store.accounts import DbBreaker


def fail(breaker, hands, times=5, account="ups"):
    for _ in range(times):
        breaker.report(account, now=hands.at, ok=False)


@pytest.fixture
def wrote(of):
    """Run a function of `store.accounts` in a transaction of its own."""

    def run(function, *args, **kwargs):
        with of.database.write() as session:
            function(session, *args, **kwargs)
            session.commit()

    return run


@pytest.fixture
def blind(of):
    def run(before=None):
        with of.database.read() as session:
            return accounts.blind(session, before=before)

    return run


def is_open(of, hands):
    with of.database.read() as session:
        return accounts.is_open(session, "ups", wall=hands.at)


def test_a_circuit_opens_after_five_failures_in_a_row(of, breakers, hands):
    breaker, _ = breakers

    fail(breaker, hands, 4)
    assert breaker.allows("ups", now=hands.at)
    assert not is_open(of, hands)
    fail(breaker, hands, 1)

    assert not breaker.allows("ups", now=hands.at)
    assert is_open(of, hands)


def test_a_success_begins_the_count_anew(breakers, hands):
    breaker, _ = breakers

    fail(breaker, hands, 4)
    breaker.report("ups", now=hands.at, ok=True)
    fail(breaker, hands, 4)

    assert breaker.allows("ups", now=hands.at)


def test_accounts_have_their_own_circuits(breakers, hands):
    breaker, _ = breakers

    fail(breaker, hands)

    assert breaker.allows("ghn", now=hands.at)


def test_one_probe_goes_at_a_time(breakers, hands):
    breaker, other = breakers
    fail(breaker, hands)
    hands.forward(minutes=2)

    asked = [b.allows("ups", now=hands.at) for b in (breaker, other, breaker)]
    hands.forward(minutes=2)  # the probe may end without a report

    assert asked == [True, False, False]
    assert other.allows("ups", now=hands.at)


def test_of_many_threads_one_probes(breakers, hands):
    fail(breakers[0], hands)
    hands.forward(minutes=2)
    together = threading.Barrier(8, timeout=30)

    def ask(place):
        together.wait()
        return breakers[place % 2].allows("ups", now=hands.at)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))).count(True) == 1


def test_a_failed_probe_leaves_it_open(breakers, hands):
    breaker, other = breakers
    fail(breaker, hands)
    hands.forward(minutes=2)
    assert breaker.allows("ups", now=hands.at)
    fail(breaker, hands, 1)

    hands.forward(seconds=119)

    assert not other.allows("ups", now=hands.at)


def test_a_probe_that_is_answered_closes_it(of, breakers, hands):
    breaker, other = breakers
    fail(breaker, hands)
    hands.forward(minutes=2)
    assert breaker.allows("ups", now=hands.at)
    breaker.report("ups", now=hands.at, ok=True)

    assert other.allows("ups", now=hands.at)
    assert not is_open(of, hands)


def test_processes_see_each_other_s_failures(breakers, hands):
    one, other = breakers
    one.report("ups", now=hands.at, ok=True)
    fail(other, hands, 4)
    assert one.allows("ups", now=hands.at)
    fail(one, hands, 1)

    assert not other.allows("ups", now=hands.at)


def test_processes_see_each_other_s_successes(breakers, hands):
    one, other = breakers
    one.report("ups", now=hands.at, ok=True)  # now it thinks that all is fine
    fail(other, hands, 4)
    assert one.allows("ups", now=hands.at)
    one.report("ups", now=hands.at, ok=True)
    fail(other, hands, 4)

    assert other.allows("ups", now=hands.at)


def test_going_well_is_not_written_each_time(of, hands, rows):
    breaker = DbBreaker(of.database)
    breaker.report("ups", now=hands.at, ok=True)
    with of.database.write() as session:  # a lock that a second write would wait for
        accounts.pause(session, "ups", until=hands.at)
        breaker.report("ups", now=hands.at, ok=True)
        session.commit()

    assert breaker.allows("ups", now=hands.at)
    assert [row.failures for row in rows("SELECT failures FROM account")] == [0]


def test_a_pause_lasts_as_long_as_the_carrier_said(of, wrote, hands):
    wrote(accounts.pause, "ups", until=hands.at + timedelta(hours=1))

    assert is_open(of, hands)
    hands.forward(hours=1)
    assert not is_open(of, hands)


def test_a_shorter_pause_leaves_a_longer_one_be(of, wrote, hands):
    wrote(accounts.pause, "ups", until=hands.at + timedelta(hours=1))
    wrote(accounts.pause, "ups", until=hands.at + timedelta(minutes=1))

    hands.forward(minutes=59)
    assert is_open(of, hands)
    wrote(accounts.pause, "ups", until=hands.at + timedelta(minutes=3))
    hands.forward(minutes=2)
    assert is_open(of, hands)
    hands.forward(minutes=1)
    assert not is_open(of, hands)


def test_failures_do_not_shorten_a_pause(of, breakers, wrote, hands):
    wrote(accounts.pause, "ups", until=hands.at + timedelta(hours=1))

    fail(breakers[0], hands)
    hands.forward(minutes=59)

    assert is_open(of, hands)


def test_an_answer_does_not_end_a_pause(of, breakers, wrote, hands):
    wrote(accounts.pause, "ups", until=hands.at + timedelta(hours=1))

    breakers[0].report("ups", now=hands.at, ok=True)

    assert is_open(of, hands)


def test_an_old_pause_does_not_make_one_failure_weigh_more(breakers, wrote, hands):
    wrote(accounts.pause, "ups", until=hands.at)
    hands.forward(hours=1)
    fail(breakers[0], hands, 1)

    assert breakers[0].allows("ups", now=hands.at)
    assert breakers[1].allows("ups", now=hands.at)


def test_an_account_of_which_nothing_is_known_is_open_to_us(of, hands, blind):
    assert not is_open(of, hands)
    assert blind() == []


def test_blindness_begins_with_the_first_failure(breakers, hands, blind):
    start = hands.at
    fail(breakers[0], hands, 1)
    hands.forward(minutes=10)
    fail(breakers[0], hands, 1)

    assert blind() == [("ups", start)]
    assert blind(before=start - timedelta(seconds=1)) == []
    assert blind(before=start) == [("ups", start)]


def test_being_refused_is_blindness_that_an_error_page_does_not_end(
    breakers, wrote, hands, blind
):
    start = hands.at
    wrote(accounts.blinded, "ups", wall=hands.at)
    hands.forward(minutes=15)
    breakers[1].report("ups", now=hands.at, ok=True)  # 401: the carrier is there
    wrote(accounts.blinded, "ups", wall=hands.at)

    assert blind() == [("ups", start)]


def test_what_is_learnt_ends_the_blindness(breakers, wrote, hands, blind):
    fail(breakers[0], hands)
    wrote(accounts.accepted, "ups")
    wrote(accounts.accepted, "never heard of")

    assert blind() == []
