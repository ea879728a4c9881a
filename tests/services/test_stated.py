"""A carrier that is two days off with its dates is believed as far as it deserves."""

from datetime import timedelta

import pytest
from tests.make import a_parcel, a_tracking, an_event, an_order, seen

from track_service.core.outlook import BY_DATE
from track_service.core.status import Status
from track_service.core.tracking import Stamp, Window
from track_service.services.fitting import fit_due

DAY = timedelta(days=1)


def dated(of, brand, name, at, *, days, **more):
    """A parcel picked up at an instant, for which its carrier names a day."""
    parcel = a_parcel(of, brand, number=name, order=an_order(name), **more)
    day = Stamp.day((at + days * DAY).date())
    picked = an_event(Status.PICKED_UP, at=at, city="Hanoi", country="VN")
    tracking = a_tracking(picked, number=name, window=Window(day, day))
    return seen(of, parcel, tracking), picked


@pytest.fixture
def taught(of, brand, hands):
    """Forty parcels of one carrier came two days after the day that it named."""
    parcels = [dated(of, brand, f"N{n}", hands.now(), days=1) for n in range(40)]
    hands.forward(days=3)
    for parcel, picked in parcels:
        came = an_event(Status.DELIVERED, at=hands.now(), country="VN")
        seen(of, parcel, a_tracking(picked, came, number=parcel.number))
    hands.forward(hours=1)
    while fit_due(of.desk):
        pass
    hands.forward(hours=1)
    return of


def test_the_forecast_takes_the_carrier_s_date_for_what_it_is_worth(
    taught, brand, hands
):
    now = hands.now()
    promised = (now + DAY).date()

    parcel, _ = dated(taught, brand, "NEW", now, days=1, promised_on=promised)

    outlook = parcel.outlook
    assert outlook.known_by == BY_DATE
    assert outlook.on == (now + 3 * DAY).date()
    assert (outlook.p_late, outlook.risky) == (1.0, True)


def test_its_page_shows_the_carrier_s_date_and_when_we_expect_it(
    taught, brand, hands, client
):
    parcel, _ = dated(taught, brand, "NEW", hands.now(), days=1)

    text = client.get(f"/t/{parcel.token}", headers={"Accept-Language": "en"}).text

    assert "Tomorrow" in text
    assert "It may come later" in text


def test_without_history_a_date_is_shown_as_it_is(of, brand, hands, client):
    parcel, _ = dated(of, brand, "NEW", hands.now(), days=1)

    text = client.get(f"/t/{parcel.token}", headers={"Accept-Language": "en"}).text

    assert parcel.outlook.known_by != BY_DATE
    assert "Tomorrow" in text
    assert "It may come later" not in text
