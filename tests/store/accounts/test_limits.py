import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from track_service.store.limits import DbLimits, is_far, pace

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def most_within(times, span):
    """Return the most that any half-open window of `span` holds."""
    most = first = 0
    for last, at in enumerate(times):
        while at - times[first] >= span:
            first += 1
        most = max(most, last - first + 1)
    return most


def take_all(limits, hands, *, until):
    """Call as often as is allowed, waiting as told; return when each call went."""
    times = []
    while hands.at < until:
        wait = limits.take("ups", wall=hands.now)
        if wait:
            hands.forward(seconds=wait)
        else:
            times.append(hands.at)
    return times


PAUSES = [0, 0, 0, 0, 0, 0, 0.05, 0.3]  # seconds until a process likes to call again


def take_in_turn(processes, chance, *, until, now, pauses=PAUSES):
    """Let processes call whenever they may and like; return who called when."""
    calls, ready = [], dict.fromkeys(processes, now)
    while (at := min(ready.values())) < until:
        process = next(p for p, when in ready.items() if when == at)
        wait = process.take("ups", wall=lambda: at)
        if not wait:
            calls.append((at, process))
            wait = chance.choice(pauses)
        late = timedelta(microseconds=chance.randrange(1, 2000))
        ready[process] = at + timedelta(seconds=wait) + late
    return calls


@pytest.mark.parametrize(
    ("rate", "minutes"), [(50, 0.2), (10, 1), (3, 3), (1, 10), (0.2, 60)]
)
def test_no_second_sees_more_than_the_rate(of, hands, rate, minutes):
    limits = DbLimits(of.database, {"ups": rate})
    start = hands.at

    times = take_all(limits, hands, until=start + timedelta(minutes=minutes))

    assert most_within(times, SECOND) <= max(rate, 1)
    assert len(times) >= 0.85 * rate * minutes * 60


def test_a_rate_is_held_over_hours(of, hands):
    limits = DbLimits(of.database, {"ups": 0.05})
    end = hands.at + timedelta(hours=6)

    times = take_all(limits, hands, until=end)

    hour = timedelta(hours=1)
    assert 160 <= most_within(times, hour) <= 180
    assert most_within(times, SECOND) == 1


@pytest.mark.parametrize("rate", [40, 10, 3, 1, 0.5])
def test_no_second_sees_more_than_the_rate_of_several_processes(of, hands, rate):
    processes = [DbLimits(of.database, {"ups": rate}) for _ in range(3)]
    until = hands.at + timedelta(seconds=40)

    calls = take_in_turn(processes, Random(rate), until=until, now=hands.at)  # noqa: S311

    times = [at for at, _ in calls]
    assert most_within(times, SECOND) <= max(rate, 1)
    assert len(times) >= 0.4 * rate * 40


@pytest.mark.parametrize("rate", [10, 1])
def test_no_process_keeps_a_rate_to_itself(of, hands, rate):
    processes = [DbLimits(of.database, {"ups": rate}) for _ in range(2)]
    until = hands.at + timedelta(seconds=600 / rate)

    calls = take_in_turn(
        processes,
        Random(rate),  # noqa: S311
        until=until,
        now=hands.at,
        pauses=[0],
    )

    shares = [sum(who is process for _, who in calls) for process in processes]
    assert min(shares) > sum(shares) / 5
    assert sum(shares) > 600 * 0.6


def test_the_calls_of_a_second_cost_one_write(of, hands, statements):
    limits = DbLimits(of.database, {"ups": 50})
    end = hands.at + timedelta(seconds=10)

    with statements() as sent:
        times = take_all(limits, hands, until=end)

    writes = [s for s in sent if s.startswith("UPDATE account")]
    assert len(times) > 400
    assert 0 < len(writes) <= 12


def test_an_account_whose_next_turn_is_far_is_not_worth_a_claim(of, hands):
    limits = DbLimits(of.database, {"ups": 0.05, "ghn": 1})
    limits.take("ups", wall=hands.now)
    limits.take("ghn", wall=hands.now)

    with of.database.read() as session:
        far = {a: is_far(session, a, wall=hands.at) for a in ("ups", "ghn", "usps")}

    assert far == {"ups": True, "ghn": False, "usps": False}


def test_a_burst_is_a_twentieth_of_a_second_s_calls(of, hands):
    limits = DbLimits(of.database, {"ups": 100})

    waits = [limits.take("ups", wall=hands.now) for _ in range(7)]

    assert [wait > 0 for wait in waits] == [False] * 5 + [True] * 2


def test_what_is_refused_is_not_counted(of, hands):
    limits = DbLimits(of.database, {"ups": 1})
    limits.take("ups", wall=hands.now)

    waits = [limits.take("ups", wall=hands.now) for _ in range(3)]

    assert len(set(waits)) == 1
    hands.forward(seconds=waits[0])
    assert limits.take("ups", wall=hands.now) == 0


def test_accounts_have_their_own_limits(of, hands):
    limits = DbLimits(of.database, {"ups": 1, "ghn": 1})

    assert limits.take("ups", wall=hands.now) == 0
    assert limits.take("ghn", wall=hands.now) == 0
    assert limits.take("ups", wall=hands.now) > 0


def test_without_a_rate_there_is_no_limit(of, hands, rows):
    limits = DbLimits(of.database, {})

    assert {limits.take("ups", wall=hands.now) for _ in range(50)} == {0}
    assert rows("SELECT * FROM account") == []


def test_threads_share_one_limit(of, hands):
    limits = DbLimits(of.database, {"ups": 100})
    together = threading.Barrier(8, timeout=30)

    def take(_):
        together.wait()
        return [limits.take("ups", wall=hands.now) == 0 for _ in range(5)]

    with ThreadPoolExecutor(8) as pool:
        granted = sum(sum(taken) for taken in pool.map(take, range(8)))

    assert granted == 5


def slow(database, meanwhile):
    """A database whose writers wait for others' locks while something happens."""

    @contextmanager
    def write():
        meanwhile()
        with database.write() as session:
            yield session

    return replace(database, write=write)


def test_a_call_that_waited_for_the_database_counts_from_when_it_goes(of, hands):
    waiting = slow(of.database, lambda: hands.forward(seconds=3))
    assert DbLimits(waiting, {"ups": 1}).take("ups", wall=hands.now) == 0

    wait = DbLimits(of.database, {"ups": 1}).take("ups", wall=hands.now)

    assert wait == pytest.approx(1.11, abs=0.01)


def test_who_queues_behind_a_slow_database_does_not_go_with_the_first(of, hands):
    waits, threads = [], []

    def another():
        waits.append(limits.take("ups", wall=hands.now))

    def meanwhile():
        if not threads:
            threads.extend(threading.Thread(target=another) for _ in range(5))
            for thread in threads:
                thread.start()
                thread.join(0.02)  # until it stands in the queue
                hands.forward(seconds=0.5)

    limits = DbLimits(slow(of.database, meanwhile), {"ups": 10})
    another()
    for thread in threads:
        thread.join(30)

    assert sorted(wait == 0 for wait in waits) == [False] * 5 + [True]


@pytest.mark.parametrize("per_day", [7, 50, 500])
def test_no_day_sees_more_than_the_budget(of, hands, per_day):
    start, times = hands.at, []
    while hands.at < start + 3 * DAY:
        with of.database.write() as session:
            granted, _ = pace(session, "ups", per_day=per_day, wall=hands.at, want=99)
            session.commit()
        times += [hands.at] * granted
        hands.forward(minutes=10)

    assert most_within(times, DAY) <= per_day
    assert len(times) >= 3 * per_day * 0.8


def test_a_tenth_of_the_budget_may_come_at_once(of, hands):
    with of.database.write() as session:
        granted, _ = pace(session, "ups", per_day=100, wall=hands.at, want=99)
        session.commit()

    assert granted == 10


def test_no_more_is_reserved_than_is_wanted(of, hands):
    with of.database.write() as session:
        first, _ = pace(session, "ups", per_day=100, wall=hands.at, want=4)
        second, _ = pace(session, "ups", per_day=100, wall=hands.at, want=99)

    assert (first, second) == (4, 6)


def test_what_was_reserved_in_vain_is_given_back(of, hands):
    for _ in range(3):
        with of.database.write() as session:
            granted, _ = pace(session, "ups", per_day=10, wall=hands.at, want=9)
            session.rollback()

    assert granted == 1


def test_each_fifth_turn_belongs_to_the_longest_due(of, hands):
    turns = []
    for _ in range(10):
        with of.database.write() as session:
            turns.append(pace(session, "ups", per_day=1000, wall=hands.at, want=1)[1])
            session.commit()

    assert turns == [False, False, False, False, True] * 2
