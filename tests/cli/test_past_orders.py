"""`storefronts import` against a real server, and what `check` says of a shop."""

import pytest
from tests.services import shops
from tests.services.shops import UPS, an_order, connect

from track_service.jobs.catalogue import jobs


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


def _jobs(of):
    found = jobs(of.desk, of.post, of.mint, threads=4)
    return [job for job in found if job.name == "ask shops"]
