"""What goes back to the shop: apart from deliveries, and promising nobody anything."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.make import a_parcel, a_tracking, an_event, an_order, seen
from tests.web.shop import Shop, parcel

from track_service.core.delay import judge
from track_service.core.journey import Condition, after
from track_service.core.parcel import Item
from track_service.core.reviews import Past, may_rate
from track_service.core.selling import may_sell
from track_service.core.status import Meaning, Status
from track_service.core.steps import Step
from track_service.services import lessons
from track_service.services.mail import notice_mail
from track_service.services.rest import unshipped
from track_service.store import past

ROUTE = (
    Status.INFO_RECEIVED,
    Status.PICKED_UP,
    Status.IN_TRANSIT,
    Status.OUT_FOR_DELIVERY,
    Status.DELIVERED,
)


@pytest.fixture
def sent_back(of, brand):
    """A return of order 1001, of which one thing was delivered before."""
    outward = a_parcel(of, brand, number="OUT1")
    now = of.clock.now()
    seen(of, outward, a_tracking(an_event(Status.DELIVERED, at=now)))
    tea = an_order(items=(Item("Lotus tea", 1),))
    return a_parcel(of, brand, number="BACK1", order=tea, inward=True)


@pytest.fixture
def scanned(of, sent_back):
    """Let the carrier scan the return, up to a status."""

    def scan(until):
        now = of.clock.now()
        steps = ROUTE[: ROUTE.index(until) + 1]
        events = [
            an_event(status, at=now + timedelta(minutes=n), city="Huế")
            for n, status in enumerate(steps)
        ]
        return seen(of, sent_back, a_tracking(*events))

    return scan


@pytest.fixture
def shop(client, key):
    return Shop(client, key)


def test_a_shop_says_that_a_parcel_is_a_return(shop):
    told = shop.post(parcel("GHN0002", direction="return", promised_on=None))
    plain = shop.post(parcel("GHN0003"))

    assert (told.status_code, told.json["direction"]) == (201, "return")
    assert plain.json["direction"] == "outbound"
    assert shop.get(f"/{told.json['id']}").json["direction"] == "return"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"direction": "back"}, "direction"),
        ({"direction": "return", "promised_on": "2026-03-09"}, "promised_on"),
    ],
)
def test_a_return_is_promised_to_nobody_and_no_other_word_is_known(shop, more, field):
    answer = shop.post(parcel("GHN0002", **more))

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_whatever_is_scanned_of_a_return_it_goes_to_the_shop(of):
    met = Condition(inward=True)
    for status, sub in (
        (Status.IN_TRANSIT, None),
        (Status.OUT_FOR_DELIVERY, "redelivery"),
        (Status.ATTEMPT_FAILED, None),
    ):
        met = after(met, Meaning(status, sub))
        assert met.meaning.status is Status.RETURNING

    met = after(met, Meaning(Status.DELIVERED, "collected_by_customer"))
    assert met.meaning == Meaning(Status.RETURNED, "to_sender")


def test_the_delivered_parcel_s_page_lists_the_return_apart(
    of, client, sent_back, scanned, rows
):
    scanned(Status.IN_TRANSIT)
    ((token,),) = rows("SELECT token FROM shipment WHERE number = 'OUT1'")

    page = client.get(f"/t/{token}?lang=en").text

    apart = page.partition('<h2 id="returns">Return to the shop</h2>')[2]
    assert "Your return is on its way to Acme." in apart.partition("</section>")[0]
    assert "Your parcel has been delivered." in page
    assert "Other parcels of your order" not in page


def test_a_return_s_own_page_promises_and_asks_nothing(of, client, scanned):
    way = scanned(Status.OUT_FOR_DELIVERY)
    under_way = client.get(f"/t/{way.token}?lang=en").text
    there = scanned(Status.DELIVERED)
    received = client.get(f"/t/{there.token}?lang=en").text

    assert way.meaning.status is Status.RETURNING
    assert "Your return is on its way to Acme." in under_way
    assert "On its way to the shop&#39;s door" in under_way
    assert there.meaning.status is Status.RETURNED
    assert "Acme has your return." in received
    assert "With the shop since" in received
    for page in (under_way, received):
        for word in (
            "Expected",
            "will arrive",
            "/problem",
            "/feedback",
            "arrival.ics",
            "/confirm",
        ):
            assert word not in page, word


def test_what_is_sent_back_was_sent_all_the_same(sent_back):
    ordered = (Item("Lotus tea", 1), Item("Teapot", 1))

    left = unshipped(ordered, [replace(sent_back, inward=False)])
    kept = unshipped(ordered, [sent_back])

    assert [item.title for item in left] == ["Teapot"]
    assert [item.title for item in kept] == ["Lotus tea", "Teapot"]


def test_its_shopper_hears_once_that_the_shop_has_it(scanned, rows):
    scanned(Status.IN_TRANSIT)
    scanned(Status.DELIVERED)
    there = scanned(Status.DELIVERED)

    owed = rows(
        "SELECT kind FROM notice JOIN shipment ON shipment.id = shipment_id"
        " WHERE number = 'BACK1'"
    )
    assert [row.kind for row in owed] == ["return_received"]
    mail = notice_mail(
        there, Step.RETURN_RECEIVED, page_url="", now=there.seen_at, carrier_label="GHN"
    )
    assert mail.subject == "Acme has your return of order 1001"
    assert (mail.headline, mail.arrival, mail.promised) == (
        "Acme has your return.",
        None,
        None,
    )


def test_a_return_is_late_for_nobody_and_counts_in_no_figure(
    of, hands, sent_back, scanned
):
    held = scanned(Status.IN_TRANSIT)
    hands.forward(days=30)
    held = seen(of, held, a_tracking(*held.events))
    came, now = scanned(Status.DELIVERED), of.clock.now()
    zone = now.tzinfo

    verdict = judge(held, now=now, zone=zone)
    assert (verdict.concerns, verdict.promise_state, verdict.motion_state) == (
        (),
        "no_promise",
        "moving",
    )
    assert (held.outlook, held.meaning.status) == (None, Status.RETURNING)
    assert lessons.lessons(came, [e.key for e in came.events]) == []
    assert not may_rate(came, Past(), now=now, zone=zone)
    assert may_sell([held])
    assert may_sell([came])
    with of.database.read() as session:
        assert came.id not in past.followed(session, before=now + timedelta(days=1))
