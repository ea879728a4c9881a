"""A local time gains its offset from the place, and only where there is no doubt."""

from datetime import date, datetime, timedelta

import pytest

from track_service.core.places import located, offset_at
from track_service.core.status import Meaning, Status
from track_service.core.tracking import Event, Place, Precision, Stamp, Tracking

WINTER = datetime.fromisoformat("2026-01-15T10:30")
SUMMER = datetime.fromisoformat("2026-07-15T10:30")


def hours(place: Place, local: datetime, **known: str) -> float | None:
    offset = offset_at(place, Stamp(local), **known)
    return None if offset is None else offset / timedelta(hours=1)


@pytest.mark.parametrize(
    ("place", "winter", "summer"),
    [
        pytest.param(Place(country="VN"), 7, 7, id="one clock"),
        pytest.param(Place("Hà Nội", country="vn"), 7, 7, id="in small letters"),
        pytest.param(Place(country="DE"), 1, 2, id="two clocks that agree"),
        pytest.param(Place("Boston", "MA", "US"), -5, -4, id="a state with one clock"),
        pytest.param(
            Place("PHOENIX", "AZ", "US"), -7, -7, id="a city of a split state"
        ),
        pytest.param(
            Place("El Paso", "TX", "US"), -7, -6, id="the state's other clock"
        ),
        pytest.param(Place("St. John's", "NL", "CA"), -3.5, -2.5, id="half an hour"),
        pytest.param(Place("MONTRÉAL", "PQ", "CA"), -5, -4, id="accents, an old code"),
        pytest.param(Place(None, "QLD", "AU"), 10, 10, id="a state by itself"),
        pytest.param(Place(None, "SP", "BR"), -3, -3, id="a state of Brazil"),
        pytest.param(Place("San Juan", "PR", "US"), -4, -4, id="a territory"),
        pytest.param(Place("Krasnoyarsk", country="RU"), 7, 7, id="a city alone"),
        pytest.param(Place("Nouméa", country="FR"), 11, 11, id="far from its country"),
        pytest.param(Place("Las Palmas de Gran Canaria", country="ES"), 0, 1),
    ],
)
def test_a_known_place_tells_the_offset_of_the_day(place, winter, summer):
    assert (hours(place, WINTER), hours(place, SUMMER)) == (winter, summer)


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(Place(), id="nowhere"),
        pytest.param(Place("Paris"), id="a city without its country"),
        pytest.param(Place(country="US"), id="several clocks"),
        pytest.param(Place("Springfield", country="US"), id="namesakes"),
        pytest.param(Place(None, "TX", "US"), id="a split state"),
        pytest.param(
            Place("Nowhere Creek", "TX", "US"), id="a city that is not listed"
        ),
        pytest.param(Place("Miami", "XX", "US"), id="a state that is none"),
        pytest.param(Place("Saint-Denis", country="FR"), id="a namesake overseas"),
        pytest.param(Place("Berlin", country="XX"), id="a country that is none"),
        pytest.param(Place(country="GERMANY"), id="a country's name"),
    ],
)
def test_a_doubtful_place_tells_nothing(place):
    assert hours(place, WINTER) is None
    assert hours(place, SUMMER) is None


@pytest.mark.parametrize(
    "local",
    [
        pytest.param(datetime.fromisoformat("2026-10-25T02:30"), id="comes twice"),
        pytest.param(datetime.fromisoformat("2026-03-29T02:30"), id="never comes"),
    ],
)
def test_an_hour_that_comes_twice_or_never_has_no_offset(local):
    assert hours(Place("Berlin", country="DE"), local) is None
    assert hours(Place(country="VN"), local) == 7


def test_a_state_tells_the_country_of_a_carrier_that_works_there_alone():
    reno, halifax = Place("RENO", "NV"), Place("HALIFAX", "NS")

    assert hours(reno, WINTER, home="US") == -8
    assert hours(halifax, WINTER, home="CA") == -4
    assert hours(reno, WINTER, home="CA") is None
    assert hours(Place(None, "WA"), WINTER, home="AU") is None
    assert hours(Place("Reno"), WINTER, home="US") is None


def _scan(stamp: Stamp | None, place: Place, status=Status.IN_TRANSIT) -> Event:
    return Event(stamp, Meaning(status), place=place)


def test_days_and_stated_offsets_stay_as_stated():
    day, stated = Stamp.day(date(2026, 1, 15)), Stamp(WINTER, timedelta(hours=3))
    told = Tracking(
        "1",
        tuple(_scan(s, Place(country="VN")) for s in (None, day, stated)),
        delivered_at=Stamp(WINTER),
    )

    assert located(told) == told


def test_the_time_of_delivery_gains_the_offset_of_its_scan():
    arrived = Stamp(WINTER, None, Precision.MINUTE)
    scan = _scan(arrived, Place(country="VN"), Status.DELIVERED)
    exact = Stamp(WINTER, timedelta(hours=7), Precision.MINUTE)

    assert located(Tracking("1", (scan,), delivered_at=arrived)).delivered_at == exact
    other = Stamp(SUMMER)
    assert located(Tracking("1", (scan,), delivered_at=other)).delivered_at == other


def test_scans_stand_in_the_order_of_their_instants():
    west = _scan(Stamp(WINTER), Place(None, "CA", "US"))
    east = _scan(Stamp(WINTER + timedelta(hours=2)), Place(None, "NY", "US"))

    told = located(Tracking("1", (west, east)))

    assert [event.place.region for event in told.events] == ["NY", "CA"]


def test_a_push_and_a_poll_of_one_scan_keep_one_key():
    polled = _scan(Stamp(WINTER), Place("Boston", "MA", "US"))
    pushed = _scan(Stamp(WINTER, timedelta(hours=-5)), Place("boston", None, "US"))

    (found,) = located(Tracking("1", (polled,))).events

    assert found.key == pushed.key
