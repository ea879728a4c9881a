"""`storefronts import` and `retry`, and what `check` and the metrics say of a shop."""

import pytest
from tests.make import a_tracking, an_event, seen
from tests.services import shops
from tests.services.shops import UPS, an_order, connect, desk_for

from track_service.core.status import Status
from track_service.jobs.catalogue import jobs
from track_service.services.asking import ask_next
from track_service.store import shipments, words


@pytest.fixture
def shop(operator, monkeypatch):
    with shops.a_shop() as shop:
        monkeypatch.setenv("TRACK_ALLOWED_PRIVATE_HOSTS", shop.host)
        yield shop


def test_past_orders_are_imported_and_an_interrupted_import_goes_on(
    of, brand, shop, operator, rows
):
    connect(of, brand, shop)
    shop.orders = [an_order(n, parcel=UPS.format(n)) for n in range(1, 71)]
    shop.troubles = {3: (403, {})}
    words = ("storefronts", "import", "acme", "woocommerce", "--since", "2026-01-01")

    broken = operator(*words)
    done = operator(*words)

    assert broken.exit_code == 1
    assert "answered 403; run again, it goes on from here" in broken.stderr
    assert (done.exit_code, done.stdout) == (0, "70 orders taken\n")
    assert shop.pages == [1, 2, 2]
    assert rows("SELECT COUNT(*) FROM shipment WHERE quiet") == [(70,)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nobody", "woocommerce"), "no brand has the code 'nobody'"),
        (("acme", "shopify"), "acme is not connected to shopify"),
        (("acme", "woocommerce"), "woocommerce wants consumer_key"),
    ],
)
def test_an_import_says_what_is_missing(of, brand, shop, operator, words, said):
    connect(of, brand, shop, consumer_key="")

    ended = operator("storefronts", "import", *words, "--since", "2026-01-01")

    assert ended.exit_code == 1
    assert said in ended.stderr


def test_check_names_a_shop_that_cannot_be_asked(of, brand, shop, operator, client):
    connect(of, brand, shop, url="https://127.0.0.1/")
    for job in _jobs(of):
        job.run()

    ended = operator("check")

    said = "storefront woocommerce of brand acme: cannot be asked for orders: "
    assert said + "127.0.0.1: leads to an address that is not public" in ended.stderr
    told = client.get("/metrics", headers={"Authorization": "Bearer metrics-token"})
    line = 'track_storefront_failures{brand="acme",platform="woocommerce"} 1.0'
    assert line in told.text


def test_words_that_were_given_up_are_told_of_and_owed_again(
    of, brand, hands, shop, operator, client
):
    connect(of, brand, shop, write_back="on")
    shop.orders = [an_order(7, parcel=UPS.format(7))]
    ask_next(desk_for(of, shop), mint=of.mint)
    with of.database.read() as session:
        (parcel,) = shipments.load(session, shipments.by_number(session, UPS.format(7)))
    seen(of, parcel.shipment, a_tracking(an_event(Status.DELIVERED, at=hands.now())))
    with of.database.write() as session:
        (owed,) = words.claim(session, wall=hands.now(), limit=9)
        words.settle(session, owed.id, words.DEAD, now=hands.now(), error="made up")
        session.commit()

    said = operator("check").stderr
    told = client.get("/metrics", headers={"Authorization": "Bearer metrics-token"})
    again = operator("storefronts", "retry", "acme", "woocommerce")

    assert "woocommerce of brand acme: could not be told of its parcels" in said
    line = (
        'track_storefront_words{brand="acme",platform="woocommerce",state="dead"} 1.0'
    )
    assert line in told.text
    assert again.stdout == "1 words are owed again\n"
    with of.database.read() as session:
        assert words.by_state(session) == {("acme", "woocommerce", "owed"): 1}


def _jobs(of):
    found = jobs(of.desk, of.post, of.mint, threads=4)
    return [job for job in found if job.name == "ask shops"]
