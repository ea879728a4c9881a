"""What shoppers do is counted by brand and day, of nobody in particular."""

from decimal import Decimal

import pytest
from sqlalchemy.exc import OperationalError
from tests.conftest import NOW
from tests.make import a_parcel, a_tracking, ago, an_event, an_order, seen
from tests.webpush import Reader

from track_service.core.goods import Product
from track_service.core.parcel import Customer, Item
from track_service.core.selling import Wishes
from track_service.core.status import Status
from track_service.core.tally import Tally
from track_service.services.review_link import invite
from track_service.services.tallies import EVERY, Tallies
from track_service.store import catalogue, selling, shoppers

OPENED = {"opened": "1"}
ITEMS = (Item("Lotus tea", sku="tea"),)
DAY = NOW.date()


@pytest.fixture
def parcel(of, brand):
    """A parcel that came in time, days ago, while its shop offers a cup."""
    cup = Product("cup", "Cup", url="https://shop.example/cup", told_at=NOW)
    with of.database.write() as session:
        catalogue.tell(session, brand.id, [cup])
        shoppers.key(session, brand.id, fresh="key")
        wishes = Wishes(is_on=True, holdout=Decimal(0), picks=("cup",))
        selling.wish(session, brand.id, wishes)
        session.commit()
    order = an_order("1001", items=ITEMS, customer=Customer("Mai", "mai@shop.example"))
    came = ago(of.clock.now(), days=10)
    made = a_parcel(of, brand, order=order, promised_on=came.date())
    return seen(of, made, a_tracking(an_event(Status.DELIVERED, at=came, city="Huế")))


@pytest.fixture
def tallied(of, rows):
    def tallied():
        of.tallies.flush()
        return dict(map(tuple, rows("SELECT kind, times FROM tally")))

    return tallied


def test_an_opened_page_counts_with_what_it_asks_and_offers(client, parcel, tallied):
    for sent in (OPENED, {}, OPENED):
        assert client.post(f"/t/{parcel.token}/watching", data=sent).status_code == 204

    shown = {Tally.FEEDBACK_SHOWN, Tally.REVIEW_SHOWN, Tally.OFFERS_SHOWN}
    assert tallied() == dict.fromkeys({Tally.PAGE_VIEW, *shown}, 2)


def test_answers_clicks_and_look_ups_count(of, client, brand, parcel, tallied):
    proof = invite(brand, "1001", wall=of.clock.wall())
    client.post(f"/t/{parcel.token}/watching", data=OPENED)
    client.post(f"/t/{parcel.token}/picked", data={"product": "cup"})
    client.post(f"/t/{parcel.token}/feedback", data={"stars": "4"})
    client.post(f"/t/{parcel.token}/feedback", data={"likely": "9"})
    client.post(f"/t/{parcel.token}/review/{proof}", data={"stars:tea": "5"})
    client.post("/b/acme/", data={"number": "1001", "factor": "mai@shop.example"})

    found = tallied()

    assert found[Tally.OFFER_CLICKED] == 1
    assert found[Tally.FEEDBACK_ANSWERED] == 1
    assert found[Tally.REVIEW_ANSWERED] == 1
    assert found[Tally.LOOK_UP] == 1


def test_what_is_tried_on_a_test_page_is_not_counted(client, brand, rows, tallied):
    (token,), *_ = rows("SELECT token FROM shipment WHERE carrier = 'test'")
    browser = {"endpoint": "https://push.example/me", "keys": Reader().keys()}

    assert client.post(f"/t/{token}/push/key").status_code == 200
    assert client.post(f"/t/{token}/push", json=browser).status_code == 204
    client.post("/b/acme/", data={"number": "test-acme"})
    client.post("/b/acme/", data={"number": "TEST-ACME", "factor": "me@shop.example"})

    assert tallied() == {}


@pytest.mark.parametrize(
    "sent",
    [
        {"DNT": "1"},
        {"Sec-GPC": "1"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
    ],
)
def test_who_objects_or_reads_nothing_is_not_counted(client, parcel, tallied, sent):
    client.post(f"/t/{parcel.token}/watching", data=OPENED, headers=sent)
    client.post("/b/acme/", data={"number": "1001"}, headers=sent)
    client.post(f"/t/{parcel.token}/feedback", data={"stars": "4"}, headers=sent)

    assert tallied() == {}


def test_looking_writes_nothing(client, parcel, tallied):
    client.get(f"/t/{parcel.token}")
    client.get("/b/acme/")

    assert tallied() == {}


def test_many_views_are_few_writes_and_one_row(of, brand, hands, rows):
    times = "SELECT times FROM tally"
    for _ in range(50):
        of.tallies.count(brand, Tally.PAGE_VIEW)
    assert rows(times) == [(1,)]

    hands.forward(seconds=EVERY.total_seconds())
    of.tallies.count(brand, Tally.PAGE_VIEW)

    assert rows(times) == [(51,)]
    assert rows("SELECT brand_id, kind FROM tally") == [(brand.id, "page_view")]


def test_what_cannot_be_written_is_kept(of, brand, rows):
    class Away:
        def write(self):
            raise OperationalError("no database", None, Exception())

    tallies = Tallies(Away(), now=of.clock.now, wall=of.clock.wall)
    tallies.count(brand, Tally.LOOK_UP)
    tallies._database = of.database

    tallies.flush()

    assert rows("SELECT kind, times FROM tally") == [("look_up", 1)]


def test_a_shop_reads_its_days(of, client, key, brand, parcel, other_shop):
    client.post(f"/t/{parcel.token}/watching", data=OPENED)
    client.post(f"/t/{parcel.token}/feedback", data={"stars": "4"})
    of.tallies.flush()
    came = ago(NOW, days=10).date()

    told = asked(client, key, f"?from={came}&to={DAY}")
    others = asked(client, "key-of-rival", f"?from={came}&to={DAY}")

    first, last = told.json["days"][0], told.json["days"][-1]
    assert len(told.json["days"]) == (DAY - came).days + 1
    assert (first["day"], first["delivered"], first["on_time"]) == (f"{came}", 1, 1.0)
    assert first["csat"] == {"answers": 1, "share": 1.0, "stars": 4.0}
    assert (last["orders"], last["parcels"], last["views_per_order"]) == (1, 1, 1.0)
    assert last["tallies"]["page_view"] == told.json["total"]["tallies"]["page_view"]
    assert told.json["total"]["delivered"] == 1
    assert others.json["total"]["parcels"] == 0
    assert others.json["total"]["tallies"]["page_view"] == 0


@pytest.mark.parametrize(
    "query", ["?from=2020-01-01", "?from=x", "?until=2026-01-01", "?to=9999-12-31"]
)
def test_odd_days_are_refused(client, key, query):
    assert asked(client, key, query).status_code == 422


def test_a_day_is_the_shops(of, client, key, brand):
    midnight = NOW.replace(hour=23, minute=30)  # the next day in Berlin
    of.tallies._now = lambda: midnight
    of.tallies.count(brand, Tally.PAGE_VIEW)
    on = DAY.replace(day=DAY.day + 1)

    told = asked(client, key, f"?from={on}&to={on}").json

    assert told["total"]["tallies"]["page_view"] == 1


def test_test_pages_and_returns_are_in_no_number(of, client, key, made, tallied):
    a_parcel(of, made.brand, number="N2")
    a_parcel(of, made.brand, number="N3", order=an_order("back"), inward=True)

    sent = client.post(f"/t/{made.test_token}/watching", data=OPENED)

    assert sent.status_code == 204
    assert tallied() == {}
    total = asked(client, key, "").json["total"]
    assert (total["orders"], total["parcels"]) == (1, 1)


def asked(client, key, query):
    headers = {"Authorization": f"Bearer {key}"}
    return client.get(f"/api/v1/tallies{query}", headers=headers)
