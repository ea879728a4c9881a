"""One urgent flag an order, and what the API and the page make of it."""

from datetime import timedelta

import pytest
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, an_event, seen

from track_service.core.ordered import Ordered
from track_service.core.parcel import Order
from track_service.core.status import Status
from track_service.services.flags import alerts, flag_of
from track_service.services.order_page import order_page

HOUR = timedelta(hours=1)


@pytest.fixture
def parcels(of, brand, hands):
    """Two parcels of an order: one is late, one on hold."""
    late = a_parcel(of, brand, number="N1", promised_on=NOW.date())
    held = a_parcel(of, brand, number="N2")
    hands.forward(days=2)
    on_its_way = an_event(Status.IN_TRANSIT, at=hands.at - HOUR, city="Bonn")
    stopped = an_event(Status.EXCEPTION, "held_for_payment", at=hands.at - HOUR)
    return [
        seen(of, late, a_tracking(on_its_way, number="N1")),
        seen(of, held, a_tracking(stopped, number="N2")),
    ]


def an_order(brand, **more):
    return Ordered(1, brand, Order("1001"), NOW, **more)


def test_an_order_is_flagged_with_the_most_urgent_of_its_parcels(parcels, brand, hands):
    late, held = parcels
    found = flag_of(an_order(brand), parcels, now=hands.at)

    assert [c.kind for c in alerts(late, now=hands.at)] == ["late"]
    assert (found.alert.kind, found.parcel) == ("on_hold", held)
    assert flag_of(an_order(brand), [late], now=hands.at).alert.kind == "late"


def test_an_order_that_nobody_sends_is_flagged_itself(brand):
    found = flag_of(an_order(brand, late_since=NOW), [], now=NOW)

    assert (found.alert.kind, found.parcel) == ("not_shipped", None)
    assert flag_of(an_order(brand), [], now=NOW) is None
    gone = an_order(brand, late_since=NOW, cancelled_at=NOW)
    assert flag_of(gone, [], now=NOW) is None


def test_the_order_s_page_begins_with_what_is_flagged(parcels, brand, hands):
    both = [(one, "GHN") for one in parcels]

    page = order_page(an_order(brand), both, now=hands.at)

    assert page.state.what_next.startswith(
        "Your parcel waits for a payment or a check."
    )


def test_the_api_tells_alerts_and_outlook(parcels, client, key):
    late, held = parcels

    def ask(path):
        headers = {"Authorization": f"Bearer {key}"}
        return client.get(f"/api/v1/{path}", headers=headers).get_json()

    shown = ask(f"shipments/{held.public_id}")
    assert [(a["kind"], a["severity"]) for a in shown["alerts"]] == [
        ("on_hold", "high")
    ]
    assert shown["outlook"]["leg"] == "announced"
    assert ask("orders/1001")["flag"] == {
        "kind": "on_hold",
        "severity": "high",
        "shipment": held.public_id,
    }
    assert ask(f"shipments/{late.public_id}")["outlook"]["leg"] == "handed_over"
