"""Claims: who is asked next, and by whom."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import text
from tests.conftest import NOW
from tests.make import a_parcel, held_of

from track_service.core.cadence import Urgency
from track_service.store import polling

MINUTE = timedelta(minutes=1)


@pytest.fixture
def claim(of):
    def claim(limit=10, *, now=NOW, wall=None, **more):
        with of.database.write() as session:
            ids = polling.claim_due(
                session, "ups", now=now, wall=wall or now, limit=limit, **more
            )
            session.commit()
        return ids

    return claim


@pytest.fixture
def put(of):
    """Set columns of a parcel's row."""

    def put(parcel, **values):
        with of.database.write() as session:
            row = session.get_one(polling.PollRow, parcel.id)
            for name, value in values.items():
                setattr(row, name, value)
            session.commit()

    return put


def parcels(of, brand, count, carrier="ups"):
    return [
        a_parcel(of, brand, carrier=carrier, number=f"1Z{n:010}") for n in range(count)
    ]


def test_only_what_is_due_at_its_carrier_is_claimed(of, brand, claim, put):
    due, later, never = parcels(of, brand, 3)
    a_parcel(of, brand, carrier="fedex", number="740561073812")
    put(later, poll_after=NOW + MINUTE)
    put(never, poll_after=None)

    assert claim() == [due.id]


def test_a_claimed_parcel_is_nobody_elses_until_the_lease_of_a_dead_worker_ends(
    of, brand, claim
):
    (parcel,) = parcels(of, brand, 1)

    assert claim() == [parcel.id]
    assert claim() == []
    almost = NOW + polling.LEASE - MINUTE
    assert claim(now=almost) == []
    assert claim(now=NOW, wall=NOW + polling.LEASE) == [parcel.id]


def test_the_urgent_go_first_and_of_those_the_longest_due(of, brand, claim, put):
    late, soon, first, second = parcels(of, brand, 4)
    put(late, urgency=int(Urgency.LATER), poll_after=NOW - 9 * MINUTE)
    put(soon, urgency=int(Urgency.SOON), poll_after=NOW - 5 * MINUTE)
    put(first, urgency=int(Urgency.NOW), poll_after=NOW - 3 * MINUTE)
    put(second, urgency=int(Urgency.NOW), poll_after=NOW - MINUTE)

    assert claim(3) == [first.id, second.id, soon.id]
    assert claim(3) == [late.id]


def test_in_its_turn_the_longest_due_goes_first_however_little_it_matters(
    of, brand, claim, put
):
    late, urgent = parcels(of, brand, 2)
    put(late, urgency=int(Urgency.LATER), poll_after=NOW - 9 * MINUTE)
    put(urgent, urgency=int(Urgency.NOW), poll_after=NOW - MINUTE)

    assert claim(1, oldest_first=True) == [late.id]
    assert claim(1, oldest_first=True) == [urgent.id]


def test_two_claimers_at_once_never_share_a_parcel(of, brand, claim):
    made = parcels(of, brand, 40)
    start = Barrier(4)

    def work(_):
        start.wait()
        mine = []
        while ids := claim(3):
            mine += ids
        return mine

    with ThreadPoolExecutor(4) as pool:
        shares = list(pool.map(work, range(4)))

    claimed = [parcel_id for share in shares for parcel_id in share]
    assert sorted(claimed) == [parcel.id for parcel in made]


@pytest.mark.postgres
def test_a_claimer_passes_by_what_another_is_claiming(of, brand):
    made = parcels(of, brand, 4)
    with of.database.write() as other:
        first = polling.claim_due(other, "ups", now=NOW, wall=NOW, limit=2)

        with of.database.write() as mine:
            mine.execute(text("SET LOCAL lock_timeout = '3s'"))  # fail, do not hang
            second = polling.claim_due(mine, "ups", now=NOW, wall=NOW, limit=10)
            mine.commit()
        other.commit()
    assert sorted(first + second) == [parcel.id for parcel in made]


def test_who_is_released_is_due_still(of, brand, claim):
    one, other = parcels(of, brand, 2)
    claim()

    with of.database.write() as session:
        polling.release(session, [other.id])
        polling.release(session, [])
        session.commit()

    assert claim() == [other.id]
    assert one.id not in claim()


def test_a_question_is_brought_forward_but_never_put_off(of, brand, claim, put):
    soon, later, never, failed = parcels(of, brand, 4)
    put(soon, poll_after=NOW - MINUTE)
    put(later, poll_after=NOW + 60 * MINUTE)
    put(never, poll_after=None)
    put(failed, poll_after=NOW + 60 * MINUTE, failures=1)

    with of.database.write() as session:
        for parcel in (soon, later, never, failed):
            polling.ask_by(session, parcel.id, at=NOW + MINUTE)
        session.commit()

    assert claim(now=NOW) == [soon.id]
    assert claim(now=NOW + MINUTE) == [later.id]


def test_news_end_a_lease_and_take_up_what_was_given_up(of, brand, claim, put):
    leased, paused, due = parcels(of, brand, 3)
    put(paused, poll_after=None, paused_at=NOW)
    put(due, poll_after=NOW - 9 * MINUTE)
    put(leased, poll_after=NOW - 5 * MINUTE)
    ids = [leased.id, paused.id, due.id]
    assert claim() == [due.id, leased.id]

    with of.database.write() as session:
        assert polling.unleased(session, ids[:1]) == set()
        polling.ask_again(session, ids, at=NOW)
        assert polling.unleased(session, ids) == set(ids)
        session.commit()

    assert claim() == [due.id, leased.id, paused.id]
    assert held_of(of, paused).shipment.paused_at is None


def test_a_parcel_that_was_given_up_is_resumed_by_hand(of, brand, claim, put):
    (parcel,) = parcels(of, brand, 1)
    put(parcel, poll_after=None, paused_at=NOW)

    with of.database.write() as session:
        assert polling.id_of(session, brand.id, "shp_nobodys") is None
        parcel_id = polling.id_of(session, brand.id, parcel.public_id)
        polling.resume(session, parcel_id, now=NOW)
        session.commit()

    assert claim() == [parcel.id]
    assert held_of(of, parcel).shipment.paused_at is None


def test_who_is_looked_at_goes_first(of, brand, claim):
    one, looked_at = parcels(of, brand, 2)

    with of.database.write() as session:
        polling.looked_at(session, looked_at.id, now=NOW)
        session.commit()

    assert held_of(of, looked_at).shipment.viewed_at == NOW
    assert claim(1) == [looked_at.id]
    assert claim(1) == [one.id]


def test_a_due_parcel_is_found_by_the_index(of, brand, database_kind):
    parcels(of, brand, 1)
    explain = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[database_kind]
    query = (
        "SELECT shipment_id FROM poll WHERE carrier = 'ups' AND urgency = 1"
        " AND poll_after <= '2026-03-02' ORDER BY poll_after LIMIT 20"
    )

    with of.database.read() as session:
        if database_kind == "postgresql":
            session.execute(text("SET enable_seqscan = off"))
        plan = " ".join(str(row) for row in session.execute(text(f"{explain} {query}")))

    assert "ix_poll_due" in plan
