"""Pairs of tokens: a refresh token is spent by one caller, and kept before it is used."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from track_service.store.pairs import DbPairs

KEY = "zalo:4711:oa-1"


@pytest.fixture
def pairs(of):
    return DbPairs(of.database)


def test_the_first_token_is_the_operators(pairs, now):
    assert pairs.access(KEY, now=now) is None
    assert pairs.spend(KEY, "first", now=now) == "first"


def test_a_new_pair_takes_the_place_of_the_last(pairs, now):
    pairs.spend(KEY, "first", now=now)
    pairs.put(KEY, "access", "second", expires_at=now + timedelta(hours=25))

    assert pairs.access(KEY, now=now) == "access"
    assert pairs.access(KEY, now=now + timedelta(hours=26)) is None
    assert pairs.spend(KEY, "first", now=now) == "second"


def test_of_many_threads_one_spends_the_token(pairs, now):
    with ThreadPoolExecutor(8) as pool:
        spent = list(pool.map(lambda _: pairs.spend(KEY, "first", now=now), range(16)))

    assert sorted(token for token in spent if token) == ["first"]


def test_a_caller_that_died_lets_the_token_be_spent_again(pairs, now):
    assert pairs.spend(KEY, "first", now=now) == "first"
    assert pairs.spend(KEY, "first", now=now + timedelta(seconds=59)) is None
    assert pairs.spend(KEY, "first", now=now + timedelta(seconds=60)) == "first"


def test_a_lost_token_is_told_and_spent_no_more(pairs, now):
    pairs.spend(KEY, "first", now=now)
    pairs.lost(KEY, "first", "refused")

    assert pairs.trouble(KEY) == "refused"
    assert pairs.spend(KEY, "first", now=now + timedelta(days=1)) is None


def test_who_lost_a_race_takes_nothing_from_who_won_it(pairs, now):
    pairs.spend(KEY, "first", now=now)
    later = now + timedelta(minutes=2)
    pairs.spend(KEY, "first", now=later)
    pairs.put(KEY, "access", "second", expires_at=later + timedelta(hours=25))

    pairs.lost(KEY, "first", "refused")
    pairs.expire(KEY, "older")

    assert pairs.trouble(KEY) is None
    assert pairs.access(KEY, now=later) == "access"


def test_who_came_too_late_with_a_token_leaves_no_trouble_behind(pairs, now):
    pairs.spend(KEY, "first", now=now)
    pairs.spend(KEY, "first", now=now + timedelta(minutes=2))  # its clock is ahead
    pairs.lost(KEY, "first", "refused")

    pairs.put(KEY, "access", "second", expires_at=now + timedelta(hours=25))

    assert pairs.trouble(KEY) is None
    assert pairs.spend(KEY, "first", now=now + timedelta(hours=26)) == "second"


def test_an_access_token_that_is_taken_no_more_is_forgotten(pairs, now):
    pairs.spend(KEY, "first", now=now)
    pairs.put(KEY, "access", "second", expires_at=now + timedelta(hours=25))

    pairs.expire(KEY, "access")

    assert pairs.access(KEY, now=now) is None
    assert pairs.spend(KEY, "first", now=now) == "second"


def test_no_token_lies_open_in_the_database(pairs, rows, now):
    pairs.spend(KEY, "first-token", now=now)
    pairs.put(KEY, "access-token", "second-token", expires_at=now)

    kept = str(rows("SELECT * FROM token_pair"))

    assert KEY in kept
    assert not [word for word in ("first-token", "access-", "second-") if word in kept]
