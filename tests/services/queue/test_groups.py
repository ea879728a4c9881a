"""One hub that fails is one entry and one alert; its parcels are listed under it."""

import json
from dataclasses import replace

import pytest
from tests import make
from tests.services.notify.conftest import receiver  # noqa: F401

from track_service.core.parcel import Customer
from track_service.core.routing import Pace, Route
from track_service.core.severity import Severity
from track_service.core.status import Status as Stand
from track_service.services.digests import owe_digests
from track_service.services.erase import erase
from track_service.services.notify import send_owed
from track_service.services.queue_work import Change, Status, change
from track_service.store import brands
from track_service.store.audit import Actor


@pytest.fixture
def settings(settings, receiver):  # noqa: F811
    return replace(settings, allowed_private_hosts=(f"127.0.0.1:{receiver.port}",))


@pytest.fixture
def told(of, receiver):  # noqa: F811
    """Send what is owed; return what each address was told, as (path, title)."""

    def run():
        while send_owed(of.post):
            pass
        found = [(path, json.loads(body)["title"]) for path, _, body in receiver.got]
        receiver.got.clear()
        return found

    return run


@pytest.fixture
def alerted(of, brand, receiver):  # noqa: F811
    """The brand with an address for alerts, and rules."""

    def run(*routes):
        urls = (receiver.url("/own", "json"),)
        changed = replace(brand, ops_urls=urls, routes=routes)
        with of.database.write() as session:
            brands.change(session, changed)
            session.commit()
        return changed

    return run


def many(damaged, count, *, start=0, **more):
    """Parcels of people without an address: of whose mails nobody need decide."""
    numbers = range(start, start + count)
    return [damaged(f"N{n}", customer=Customer(), **more) for n in numbers]


def test_41_parcels_at_a_hub_are_one_alert(alerted, damaged, told, listed, rows):
    many(damaged, 41, brand=alerted())

    assert told() == [
        ("/own", "Giao Hàng Nhanh, Cu Chi: 41 parcels with a problem since 10:00")
    ]

    (group,) = listed()
    assert (group.is_group, group.size, group.still) == (True, 41, 41)
    assert len(listed(group=group.id)) == 41
    assert rows("SELECT DISTINCT state FROM notice WHERE shipment_id IS NOT NULL") == [
        ("grouped",)
    ]


def test_nine_are_told_one_by_one(alerted, damaged, told, listed):
    many(damaged, 9, brand=alerted())

    assert len(told()) == 9
    assert len(listed()) == 9


def test_a_group_is_told_again_only_when_it_has_grown_tenfold(
    alerted, damaged, told, hands
):
    brand = alerted()
    many(damaged, 10, brand=brand)
    assert len(told()) == 1
    hands.forward(hours=1)
    many(damaged, 89, start=10, brand=brand)
    assert told() == []
    many(damaged, 1, start=99, brand=brand)

    assert told() == [
        ("/own", "Giao Hàng Nhanh, Cu Chi: 100 parcels with a problem since 10:00")
    ]


def test_its_end_is_told_and_what_is_left_stands_alone(
    alerted, damaged, mended, told, upkeep, listed, hands
):
    parcels = many(damaged, 20, brand=alerted())
    told()
    hands.forward(hours=2)
    for parcel in parcels[:18]:
        mended(parcel)
    upkeep()

    assert told() == [
        ("/own", "Over: Giao Hàng Nhanh, Cu Chi: 20 parcels with a problem")
    ]
    assert [entry.is_group for entry in listed()] == [False, False]
    assert {entry.parent_id for entry in listed()} == {None}


def test_what_is_done_to_a_group_is_done_to_all_of_it(
    alerted, damaged, upkeep, listed, of
):
    brand = alerted()
    many(damaged, 10, brand=brand)
    upkeep()
    (group,) = listed()
    with of.database.write() as session:
        change(
            session,
            [group.id],
            Change(status=Status.WAITING),
            brand_ids=[brand.id],
            actor=Actor("test"),
            now=of.clock.now(),
            wall=of.clock.wall(),
        )
        session.commit()

    assert {entry.status for entry in listed(group=group.id)} == {"waiting"}


def test_what_people_wrote_of_a_group_goes_with_each_of_its_parcels(
    alerted, damaged, mended, upkeep, listed, of, hands, rows
):
    brand = alerted()
    first, *others = many(damaged, 10, brand=brand)
    (elsewhere, *_) = many(damaged, 10, start=10, brand=brand, city="Da Nang")
    upkeep()
    notes = "SELECT count(words) FROM queue_note WHERE what = 'note'"

    def forget(parcel):
        with of.database.write() as session:
            assert erase(session, brand.id, parcel.public_id, now=of.clock.now())
            session.commit()
        return rows(notes)

    with of.database.write() as session:
        change(
            session,
            [group.id for group in listed()],
            Change(words="call Mai, 0901 234 567"),
            brand_ids=[brand.id],
            actor=Actor("test"),
            now=of.clock.now(),
            wall=of.clock.wall(),
        )
        session.commit()
    hands.forward(hours=2)
    for parcel in others:
        mended(parcel)
    upkeep()  # the first group ends, and its last parcel stands alone

    assert rows(notes) == [(2,)]
    assert forget(first) == [(1,)]
    assert forget(elsewhere) == [(0,)]


def test_a_crash_after_the_group_was_listed_neither_loses_its_alert_nor_doubles_it(
    alerted, damaged, upkeep, told, rows
):
    many(damaged, 12, brand=alerted())
    upkeep()  # the process dies here: alert owed, nothing sent

    assert len(told()) == 1
    assert told() == []
    assert rows("SELECT COUNT(*) FROM notice WHERE kind = 'mass'") == [(1,)]


def test_a_rule_leads_alerts_to_its_own_address(
    alerted,
    damaged,
    told,
    receiver,  # noqa: F811
):
    route = Route(1, (receiver.url("/ghn", "json"),), carrier="ghn")
    brand = alerted(route)

    damaged("N1", brand=brand)
    damaged("1Z5R89390357567127", carrier="ups", brand=brand)

    assert sorted(path for path, _ in told()) == ["/ghn", "/own"]


def test_a_digest_tells_once_what_opened_in_its_span(
    alerted,
    damaged,
    mended,
    told,
    upkeep,
    of,
    hands,
    receiver,  # noqa: F811
):
    route = Route(
        1,
        (receiver.url("/team", "json"),),
        least=Severity.HIGH,
        pace=Pace.DAILY,
        hour=8,
    )
    brand = alerted(route)
    damaged("N1", brand=brand), damaged("N2", brand=brand)
    gone = damaged("N3", brand=brand)
    hands.forward(hours=1)
    mended(gone)
    upkeep()
    assert owe_digests(of.post) == 0
    assert told() == []

    hands.forward(hours=21)

    assert owe_digests(of.post) == 1
    assert owe_digests(of.post) == 0
    assert told() == [("/team", "Acme: 2 new in the work queue")]
    hands.forward(days=1)
    assert owe_digests(of.post) == 0


def test_what_befalls_a_parcel_after_its_group_has_ended_is_told(
    alerted, damaged, mended, told, upkeep, hands, of
):
    parcels = many(damaged, 10, brand=alerted())
    told()
    hands.forward(hours=2)
    for parcel in parcels:
        mended(parcel)
    upkeep()
    told()
    hands.forward(days=1)
    scan = make.an_event(Stand.EXCEPTION, "damaged", at=of.clock.now())
    kept = make.held_of(of, parcels[0]).shipment.events
    make.seen(of, parcels[0], make.a_tracking(*kept, scan, number="N0"))

    assert len(told()) == 1
