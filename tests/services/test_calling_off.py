"""A fulfilment that its shop cancels after its parcel was registered."""

import pytest
from tests import make
from tests.storefronts.shop import a_fulfilment, an_order
from tests.storefronts.shopify_desk import hand_over

from track_service.core.status import CALLED_OFF, Status
from track_service.services.poll import poll_due
from track_service.store import shipments

LATER = "2026-03-04T00:00:00Z"
NUMBER = "1Z999AA10123456784"


@pytest.fixture
def parcel(of, brand):
    hand_over(of, brand, an_order(fulfillments=[a_fulfilment()]))
    return registered(of)


def registered(of):
    with of.database.read() as session:
        ids = shipments.by_number(session, NUMBER)
        return shipments.load(session, ids)[0].shipment


def cancel(of, brand, **more):
    void = a_fulfilment(status="cancelled", **more)
    hand_over(of, brand, an_order(fulfillments=[void], updated_at=LATER))


def test_a_parcel_that_was_only_announced_is_cancelled_and_asked_for_no_more(
    of, brand, parcel, hands, client
):
    announced = make.an_event(Status.INFO_RECEIVED, "label_created", at=hands.at)
    make.seen(of, parcel, make.a_tracking(announced))
    hands.forward(hours=1)

    cancel(of, brand)

    assert registered(of).meaning == CALLED_OFF
    hands.forward(days=9)
    assert poll_due(of.desk, "ups") == 0
    page = client.get(f"/t/{parcel.token}?lang=en").text
    assert "Acme has cancelled this shipment." in page


def test_a_parcel_that_is_on_its_way_goes_on(of, brand, parcel, hands):
    picked = make.an_event(Status.PICKED_UP, at=hands.at)
    make.seen(of, parcel, make.a_tracking(picked))

    cancel(of, brand)

    assert registered(of).meaning.status is Status.PICKED_UP
    assert registered(of).paused_at is None


def test_a_number_that_another_fulfilment_has_taken_over_goes_on(of, brand, parcel):
    void, live = a_fulfilment(status="cancelled"), a_fulfilment(id=77)

    hand_over(of, brand, an_order(fulfillments=[void, live], updated_at=LATER))

    assert registered(of).meaning.status is Status.PENDING


def test_an_older_payload_cancels_nothing(of, brand, parcel):
    hand_over(of, brand, an_order(fulfillments=[a_fulfilment()], updated_at=LATER))

    void = a_fulfilment(status="cancelled")
    hand_over(of, brand, an_order(fulfillments=[void]))

    assert registered(of).meaning.status is Status.PENDING


def test_cancelled_twice_is_cancelled_once(of, brand, parcel, rows):
    cancel(of, brand)
    cancel(of, brand)

    assert rows("SELECT source, status FROM event") == [("shop:shopify", "cancelled")]


def test_a_cancelled_fulfilment_that_nobody_can_be_asked_for_is_no_parcel_more(
    of, brand, rows
):
    own = a_fulfilment("Own courier", None, tracking_url="https://courier.example/1")
    hand_over(of, brand, an_order(fulfillments=[own]))
    assert "courier.example" in str(rows("SELECT untracked FROM handed_order"))

    cancel(of, brand)

    assert "courier.example" not in str(rows("SELECT untracked FROM handed_order"))
