"""What a night teaches: out of the scans that came in, and only out of those."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, an_order, held_of, seen

from track_service.core.eta.trip import Spot
from track_service.core.legs import Leg, current
from track_service.core.parcel import Address
from track_service.core.status import Status
from track_service.services.fitting import fit_due
from track_service.services.foresight import Foresight
from track_service.services.lessons import trip
from track_service.store import lanes

DAY = timedelta(days=1)
S = Status


def lived(of, brand, n, *, start, days, ended=True, **more):
    """A parcel that was picked up at `start`, and came after some days."""
    named = {"number": f"N{n}", "order": an_order(f"{n}"), "postal": "76131"}
    parcel = a_parcel(of, brand, **named, **more)
    scans = [
        an_event(S.PICKED_UP, at=start, city="Hanoi", country="VN"),
        an_event(S.IN_TRANSIT, at=start + DAY * days / 2, city="Hue", country="VN"),
    ]
    if ended:
        scans.append(an_event(S.DELIVERED, at=start + DAY * days, country="VN"))
    return seen(of, parcel, a_tracking(*scans, number=f"N{n}"))


@pytest.fixture
def taught(of, brand, hands):
    """A shop whose sixty parcels took three days each."""
    for n in range(60):
        lived(of, brand, n, start=NOW - DAY * (40 - n / 2), days=3)
    hands.forward(hours=1)
    return of


def figures(of, scope):
    with of.database.read() as session:
        return lanes.figures(session, [scope])[scope]


def test_two_services_of_a_lane_are_foreseen_apart(of, brand, hands):
    for n in range(40):
        start, days = NOW - DAY * (30 - n / 2), (1, 6)[n % 2]
        lived(of, brand, n, start=start, days=days, service=("Express", "eco")[n % 2])
    hands.forward(hours=1)
    while fit_due(of.desk):
        pass
    foresight = Foresight()
    foresight.refresh(of.database, now=hands.now())
    parcel = lived(of, brand, 99, start=hands.now(), days=3, ended=False)

    fast, unnamed, slow, new = (
        foresight.see(replace(parcel, service=service, outlook=None), hands.now())
        for service in ("EXPRESS", None, "eco", "drone")
    )

    assert fast.window.until.local.date() < slow.on
    assert fast.on < unnamed.on < slow.on
    assert unnamed.known_by == new.known_by == "postal code"
    assert new == unnamed


def test_a_night_reads_every_scan_once(taught, hands):
    assert fit_due(taught.desk) == 180
    assert fit_due(taught.desk) == 0

    hands.forward(days=1)
    assert fit_due(taught.desk) == 0
    assert figures(taught, lanes.ALL).scans == 180
    assert figures(taught, lanes.ALL).arrivals == 60


def test_it_is_read_in_parts_and_goes_on_where_it_stopped(taught, brand):
    read = []
    while count := fit_due(taught.desk, limit=70):
        read.append(count)

    assert read == [70, 70, 40]
    assert figures(taught, lanes.scope_of(brand.id)).arrivals == 60


def test_what_was_learnt_is_what_is_foreseen(taught, brand, hands):
    while fit_due(taught.desk):
        pass
    parcel = lived(taught, brand, 99, start=hands.now(), days=3, ended=False)
    foresight = Foresight()
    before = foresight.see(parcel, hands.now())
    foresight.refresh(taught.database, now=hands.now())
    after = foresight.see(parcel, hands.now())

    assert before.known_by is None
    assert after.known_by is not None
    assert after.leg is Leg.HANDED_OVER
    assert after.usual[0] <= 3 <= after.usual[1] + 0.5
    start, until = (x.local.date() for x in (after.window.start, after.window.until))
    assert start <= (hands.now() + 3 * DAY).date() <= until


def test_a_parcel_first_heard_of_when_it_came_holds_no_night_up(taught, brand, hands):
    parcel = a_parcel(taught, brand, number="N99", order=an_order("99"))
    came = an_event(S.DELIVERED, at=NOW)
    seen(taught, parcel, a_tracking(came, number="N99"))
    hands.forward(hours=1)

    assert fit_due(taught.desk) == 181
    assert figures(taught, lanes.ALL).arrivals == 60


def test_nobody_stores_figures_over_newer_ones(taught):
    fit_due(taught.desk)
    stored = figures(taught, lanes.ALL)

    with taught.database.write() as session:
        assert lanes.keep(session, lanes.ALL, stored)
        assert not lanes.keep(session, lanes.ALL, stored)


def test_another_shop_s_parcels_serve_as_prior_alone(taught, brand, hands):
    while fit_due(taught.desk):
        pass
    foresight = Foresight()
    foresight.refresh(taught.database, now=hands.now())
    parcel = lived(taught, brand, 99, start=hands.now(), days=3, ended=False)
    other = replace(parcel, brand=replace(parcel.brand, id=brand.id + 999))

    assert foresight.see(parcel, hands.now()).known_by in {
        "area",
        "lane",
        "postal code",
    }
    assert foresight.see(other, hands.now()).known_by in {"carrier", "country"}


def test_a_parcel_that_is_looked_at_holds_what_is_foreseen(of, brand, hands):
    parcel = lived(of, brand, 1, start=NOW - DAY, days=3, ended=False)

    held = held_of(of, parcel).shipment.outlook

    assert held == parcel.outlook
    assert held.window is not None
    assert held.stalled_at > held.quiet_at > NOW


BOSTON = Address("1 Elm St", "Boston", "MA", "02134", "US")
KIEL = Address("Uferweg 1", "Kiel", None, "24103", "DE")


def bound(of, brand, n, address, *events, **more):
    """A parcel on its way to an address, as it is known after its scans."""
    order = an_order(f"{n}", address=address)
    parcel = a_parcel(of, brand, number=f"N{n}", order=order, **more)
    return seen(of, parcel, a_tracking(*events, number=f"N{n}"))


def test_an_order_s_country_region_and_area_are_the_end_of_its_lane(of, brand):
    left = an_event(S.PICKED_UP, at=NOW, country="DE")
    near = an_event(S.OUT_FOR_DELIVERY, at=NOW)
    at_door = an_event(S.OUT_FOR_DELIVERY, at=NOW, country="US")
    parcels = [
        bound(of, brand, 1, BOSTON, left),
        bound(of, brand, 2, Address(), left, postal="76131"),
        bound(of, brand, 3, Address(), at_door),
    ]
    parcels.append(replace(parcels[0], inward=True))
    last_mile = bound(of, brand, 4, BOSTON, near)
    assert trip(last_mile, current(last_mile.events), start=NOW).committed == 0.5

    ways = [trip(one, current(one.events), start=NOW) for one in parcels]

    assert [way.destination for way in ways] == [
        Spot("US", "ma", "021"),
        Spot("DE", "", "761"),
        Spot("US"),
        Spot("DE"),
    ]
    assert [way.abroad for way in ways] == [True, False, False, False]
    assert [way.committed is None for way in ways] == [True, False, False, False]


def test_the_holidays_are_those_of_the_country_that_it_goes_to(of, brand):
    eve = datetime(2026, 4, 2, 10, tzinfo=UTC)  # of Good Friday, a holiday in Germany
    quiet = [
        Foresight().see(bound(of, brand, n, to, scan), eve).quiet_at
        for n, to in enumerate((BOSTON, KIEL))
        for scan in [an_event(S.PICKED_UP, at=eve, country=to.country)]
    ]

    assert quiet[0] + DAY < quiet[1]
