import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import thread_time

import pytest
from sqlalchemy import event
from tests.make import a_parcel, an_order

from track_service.core.parcel import Customer
from track_service.services import brands, erase
from track_service.services.second_factor import (
    OF_CLIENT,
    Verdict,
    attempt,
    client_of,
    is_proven,
    prove,
)
from track_service.store.db import db

OPEN, WRONG = Verdict.OPEN, Verdict.WRONG
LOCKED, BUSY = Verdict.LOCKED, Verdict.BUSY


@pytest.fixture
def tried(of, brand):
    """Guess a factor; return the attempt."""

    def ask(factor, number="1001", client="192.0.2.1", at=brand, linked=False):
        return attempt(
            of.database,
            at,
            number=number,
            factor=factor,
            client=client,
            wall=of.clock.wall(),
            linked=linked,
        )

    return ask


@pytest.fixture
def guess(tried):
    """Guess a factor; return the verdict."""
    return lambda factor, **more: tried(factor, **more).verdict


@pytest.fixture
def parcel(of, brand):
    return a_parcel(of, brand, number="AB12345", postal="10115")


@pytest.mark.parametrize("number", ["1001", "#1001", "AB12345", "ab 12345"])
@pytest.mark.parametrize("factor", ["mai@shopper.example", "0000", "10115"])
def test_any_number_with_any_factor_opens_the_order(tried, parcel, number, factor):
    made = tried(factor, number)

    assert made.verdict is OPEN
    assert made.order.number == "1001"
    assert made.order.token == parcel.token


def test_of_two_orders_of_one_number_each_is_opened_by_its_own_factor(of, brand, tried):
    for name, postal, tracked in (("1001", "10115", "A1"), ("#1001", "20095", "A2")):
        a_parcel(of, brand, number=tracked, order=an_order(name), postal=postal)

    def opened(factor, number="1001", **more):
        made = tried(factor, number, **more)
        return made.order and made.order.number

    assert (opened("10115"), opened("20095")) == ("1001", "#1001")
    # One buyer of both: the one whose number was written.
    assert (opened("0000"), opened("0000", "#1001")) == ("1001", "#1001")
    # Whoever holds a link means that link's order alone.
    assert opened("20095", linked=True) is None
    assert opened("20095", "#1001", linked=True) == "#1001"


def test_a_guess_counts_for_every_order_that_it_may_open(of, brand, guess):
    for name, tracked in (("1001", "A1"), ("#1001", "A2")):
        a_parcel(of, brand, number=tracked, order=an_order(name))
    for _ in range(5):
        guess("1234")

    assert [guess("0000", number=one) for one in ("A1", "A2")] == [WRONG, WRONG]


def test_what_is_wrong_and_what_is_unknown_are_one_verdict(guess, parcel):
    assert guess("nobody@shopper.example") is WRONG
    assert guess("0000", number="9999") is WRONG


def test_another_brand_s_order_is_unknown(of, guess, parcel):
    with of.database.write() as session:
        other = brands.add(
            session,
            brands.new_brand("other", "Other"),
            now=of.clock.now(),
            mint=of.mint,
        ).brand
        session.commit()

    assert guess("0000", at=other) is WRONG


@pytest.mark.parametrize("number", ["1001", "9999"])
def test_five_wrong_answers_lock_for_a_day(guess, hands, parcel, number):
    assert [guess("1234", number=number) for _ in range(6)] == [WRONG] * 5 + [LOCKED]

    hands.forward(hours=23, minutes=59)
    assert guess("0000", number=number) is LOCKED

    hands.forward(minutes=2)
    assert guess("0000", number=number) is (OPEN if number == "1001" else WRONG)


def test_the_lock_is_not_lengthened_by_knocking(guess, hands, parcel):
    for _ in range(5):
        guess("1234")
    hands.forward(hours=20)
    guess("1234")
    hands.forward(hours=5)

    assert guess("0000") is OPEN


def test_no_day_sees_more_than_five_wherever_it_begins(guess, hands, parcel):
    verdicts = []
    for _ in range(8):
        verdicts.append(guess("1234"))
        hands.forward(hours=2)

    assert verdicts.count(WRONG) == 5


def test_a_right_answer_uses_up_no_try_and_gives_none_back(guess, parcel):
    answers = ["1234", "0000"] * 5

    assert [guess(one) for one in answers] == [WRONG, OPEN] * 4 + [WRONG, LOCKED]


def test_tries_by_several_numbers_add_up_and_tell_nothing(guess, parcel):
    for _ in range(5):
        guess("1234", number="AB12345")

    assert guess("0000", number="1001") is WRONG
    assert guess("0000", number="AB12345") is LOCKED


def test_a_client_that_tries_many_orders_is_stopped(guess, parcel):
    tried = [guess("1", number=f"n{n}", client="2001:db8::1") for n in range(30)]

    assert tried == [WRONG] * OF_CLIENT.most
    assert guess("0000", client="2001:db8::2") is LOCKED  # the same house
    assert guess("0000", client="2001:db8:1::1") is OPEN


def test_a_brand_is_closed_for_an_hour_while_many_guess(guess, hands, parcel):
    for n in range(200):
        guess("1", number=f"n{n}", client=f"192.0.2.{n}")

    assert guess("0000", client="198.51.100.1") is BUSY
    hands.forward(hours=1, minutes=1)
    assert guess("0000", client="198.51.100.1") is OPEN


def test_strangers_lock_nobody_out_who_has_the_link(guess, parcel):
    for n in range(205):  # five of them at this very order
        guess("1", number=f"n{n}" if n % 41 else "1001", client=f"192.0.2.{n}")

    assert guess("0000") in {LOCKED, BUSY}
    assert guess("0000", linked=True) is OPEN


def test_who_has_the_link_guesses_five_times_a_day_as_well(guess, parcel):
    tried = [guess("1234", linked=True) for _ in range(6)]

    assert tried == [WRONG] * 5 + [LOCKED]
    assert guess("0000") is OPEN


def test_many_threads_at_once_get_five_tries_and_no_more(of, guess, parcel):
    start = threading.Barrier(12)

    def try_one(n):
        start.wait()
        return guess(f"{n:04}", client=f"192.0.2.{n}")

    with ThreadPoolExecutor(12) as pool:
        verdicts = list(pool.map(try_one, range(1, 13)))

    assert sorted(verdicts) == sorted([WRONG] * 5 + [LOCKED] * 7)


def test_threads_that_use_two_numbers_of_an_order_share_five_tries(guess, parcel, rows):
    start = threading.Barrier(12)

    def try_one(n):
        start.wait()
        number = "1001" if n % 2 else "AB12345"
        return guess("1234", number=number, client=f"192.0.2.{n}")

    with ThreadPoolExecutor(12) as pool:
        verdicts = list(pool.map(try_one, range(12)))

    assert sorted(verdicts) == sorted([WRONG] * 10 + [LOCKED] * 2)
    of_brand, of_order, *of_numbers = sorted(
        (n for (n,) in rows("SELECT tries FROM tries WHERE tries > 1")), reverse=True
    )
    assert (of_brand, of_order, of_numbers) == (10, 5, [5, 5])


def test_unknown_costs_the_same_questions_as_wrong(app, guess, parcel):
    asked = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    guess("1234")
    wrong, asked[:] = list(asked), []
    guess("1234", number="9999")

    assert wrong == asked
    assert len(wrong) >= 6


def test_no_address_is_stored(rows, guess, parcel):
    guess("1234", client="192.0.2.77")

    stored = [key for (key,) in rows("SELECT key FROM tries")]
    assert len(stored) == 4
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in stored)


def test_an_erased_order_is_unknown(of, guess, brand, parcel):
    with of.database.write() as session:
        erase.erase(session, brand.id, parcel.public_id, now=of.clock.now())
        session.commit()

    assert guess("0000") is WRONG


def test_an_order_without_what_could_open_it_stays_shut(of, guess, brand):
    a_parcel(of, brand, order=an_order("7", customer=Customer()))

    assert guess("", number="7") is WRONG
    assert guess("00000", number="7") is WRONG
    assert guess("nobody@example.com", number="7") is WRONG


def test_a_proof_is_good_for_its_order_and_its_time(of, brand):
    wall = of.clock.wall()
    proof = prove(brand, "1001", wall=wall)

    assert is_proven(proof, brand, "1001", wall=wall + timedelta(minutes=119))
    assert not is_proven(proof, brand, "1001", wall=wall + timedelta(minutes=121))
    assert not is_proven(proof, brand, "1002", wall=wall)
    assert "1001" not in proof


@pytest.mark.parametrize("proof", [None, "", "rubbish", "gAAAAA", "é\x00"])
def test_rubbish_proves_nothing(of, brand, proof):
    assert not is_proven(proof, brand, "1001", wall=of.clock.wall())


def test_a_client_is_its_address_and_of_ipv6_its_network():
    assert client_of("192.0.2.1") == "192.0.2.1"
    assert client_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert client_of("2001:db8::1") == client_of("2001:db8::ffff")
    assert client_of("unix") == "unix"


def test_unknown_takes_as_long_as_wrong(of, brand, guess):
    """The least work of guesses in turn: twice as much would tell which orders are.

    Counted is the processor time of this thread alone, whatever else the machine does.
    """
    for n in range(15):
        a_parcel(of, brand, number=f"N{n}", order=an_order(f"10{n}"), postal="10115")
    took = {"10": [], "99": []}

    for n in range(15):
        for known, times in sorted(took.items(), reverse=bool(n % 2)):
            start = thread_time()
            assert guess("1234", number=f"{known}{n}", client=f"192.0.2.{n}") is WRONG
            times.append(thread_time() - start)

    wrong, unknown = (min(times) for times in took.values())
    assert 0.5 < unknown / wrong < 2
