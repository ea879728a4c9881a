from datetime import timedelta

from sqlalchemy import text
from tests import make
from tests.conftest import NOW

from track_service.services.queue_upkeep import keep_up
from track_service.services.queue_work import Change, change
from track_service.services.queue_work import Status as Work
from track_service.store import queue
from track_service.store.accounts import locked
from track_service.store.audit import Actor

ME = Actor("test")


def happened(of, entry):
    with of.database.read() as session:
        return [event.what for event in queue.history(session, entry.id)]


def done(of, brand, entry):
    with of.database.write() as session:
        (after,) = change(
            session,
            [entry.id],
            Change(status=Work.DONE),
            brand_ids=[brand.id],
            actor=ME,
            now=of.clock.now(),
            wall=of.clock.wall(),
        )
        session.commit()
    return after


def test_a_concern_is_listed_with_what_a_human_needs(damaged, upkeep, listed, of):
    parcel = damaged()

    assert upkeep() == 1
    (entry,) = listed()

    assert (entry.kind, entry.carrier, entry.hub) == ("exception", "ghn", "Cu Chi")
    assert (entry.order_number, entry.number) == ("O-N1", "N1")
    assert entry.shipment == parcel.public_id
    assert (entry.status, entry.owner_id) == ("open", None)
    assert entry.due_at == NOW + timedelta(hours=24)
    assert upkeep() == 0


def test_an_entry_clears_itself_and_says_so(damaged, mended, upkeep, listed, of, hands):
    parcel = damaged()
    upkeep()
    (entry,) = listed()
    hands.forward(hours=3)
    mended(parcel)

    assert upkeep() == 1

    assert listed() == []
    (closed,) = listed(state="closed")
    assert (closed.id, closed.cleared_at) == (entry.id, NOW + timedelta(hours=3))
    assert happened(of, closed) == ["cleared"]


def test_what_is_true_again_comes_back_as_the_same_entry(
    damaged, mended, upkeep, listed, of, hands, rows
):
    parcel = damaged()
    upkeep()
    (first,) = listed()
    hands.forward(hours=1)
    mended(parcel)
    upkeep()
    with of.database.write() as session:
        session.execute(text("UPDATE concern SET cleared_at = NULL"))
        session.commit()
    hands.forward(hours=1)

    assert upkeep() == 1

    (entry,) = listed()
    assert entry.id == first.id
    assert entry.opened_at == NOW + timedelta(hours=2)
    assert happened(of, entry) == ["cleared", "returned"]


def test_what_a_human_has_done_stays_done_while_its_cause_lasts(
    damaged, mended, upkeep, listed, of, brand, hands
):
    parcel = damaged()
    upkeep()
    done(of, brand, listed()[0])
    hands.forward(hours=1)

    assert upkeep() == 0
    assert listed() == []
    mended(parcel)
    assert upkeep() == 1
    (closed,) = listed(state="closed")
    assert (closed.status, happened(of, closed)) == ("done", ["status", "cleared"])


def test_a_past_order_s_parcel_and_an_erased_one_are_nobody_s_work(
    damaged, upkeep, listed, of
):
    quiet, gone = damaged("N1"), damaged("N2")
    with of.database.write() as session:
        for column, parcel in (("quiet = true", quiet), ("erased_at = :now", gone)):
            session.execute(
                text(f"UPDATE shipment SET {column} WHERE id = :id"),  # noqa: S608
                {"id": parcel.id, "now": NOW.replace(tzinfo=None)},
            )
        session.commit()

    assert upkeep() == 0
    assert listed() == []


def test_an_order_that_is_not_shipped_is_listed_until_it_has_a_parcel(
    of, brand, upkeep, listed, rows
):
    parcel = make.a_parcel(of, brand, order=make.an_order("1001"))
    with of.database.write() as session:
        session.execute(
            text(
                "INSERT INTO handed_order (order_id, brand_id, platform, items,"
                " untracked, late_since) VALUES (:id, :brand, 'shopify', '[]', '[]',"
                " :at)"
            ),
            {
                "id": rows("SELECT id FROM orders WHERE number = '1001'")[0].id,
                "brand": brand.id,
                "at": NOW.replace(tzinfo=None),
            },
        )
        session.commit()
    assert upkeep() == 0

    with of.database.write() as session:
        session.execute(
            text("DELETE FROM poll WHERE shipment_id = :id"), {"id": parcel.id}
        )
        session.execute(text("DELETE FROM shipment WHERE id = :id"), {"id": parcel.id})
        session.commit()
    assert upkeep() == 1
    (entry,) = listed()
    assert (entry.kind, entry.order_number, entry.number) == (
        "not_shipped",
        "1001",
        None,
    )
    make.a_parcel(of, brand, order=make.an_order("1001"), number="N2")
    assert upkeep() == 1
    assert listed() == []


def test_dead_letters_and_held_masses_are_listed(damaged, upkeep, listed, of):
    damaged("N1"), damaged("N2")
    with of.database.write() as session:
        session.execute(text("UPDATE notice SET state = 'held'"))
        session.execute(
            text(
                "UPDATE notice SET state = 'dead' WHERE id = (SELECT min(id) FROM notice)"
            )
        )
        session.commit()

    upkeep()

    assert sorted((e.kind, e.source.partition(":")[0]) for e in listed()) == [
        ("exception", "concern"),
        ("exception", "concern"),
        ("held", "held"),
        ("undeliverable", "notice"),
    ]
    with of.database.write() as session:
        session.execute(text("UPDATE notice SET state = 'sent'"))
        session.commit()
    upkeep()
    assert {e.kind for e in listed()} == {"exception"}


def test_a_blind_account_is_the_trouble_of_every_brand_with_parcels_there(
    of, brand, upkeep, listed, hands
):
    make.a_parcel(of, brand, carrier="ghn")
    with of.database.write() as session:
        for account in ("ghn", "ups"):
            locked(session, account).blind_since = NOW
        session.commit()
    hands.forward(minutes=29)
    assert upkeep() == 0

    hands.forward(minutes=1)
    upkeep()

    (entry,) = listed()
    assert (entry.kind, entry.carrier) == ("blind", "ghn")
    with of.database.write() as session:
        locked(session, "ghn").blind_since = None
        session.commit()
    upkeep()
    assert listed() == []


def test_two_who_keep_up_at_once_list_nothing_twice(damaged, of, listed, upkeep, rows):
    for n in range(3):
        damaged(f"N{n}", city=None)
    keep_up(of.post)
    with of.database.write() as session:  # what a worker killed in between left
        session.execute(text("DELETE FROM queue_entry WHERE source_id = 2"))
        session.commit()

    assert upkeep() == 1
    assert len(listed()) == 3
    assert rows("SELECT COUNT(*) FROM queue_entry") == [(3,)]
