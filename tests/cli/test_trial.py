"""`storefronts test`: a made-up order goes the real way, and leaves nothing behind."""

import re
from contextlib import closing

import pytest
from tests import make
from tests.cli.process import Process, free_port

from track_service.services import connecting
from track_service.store import credentials, orders
from track_service.store.credentials import Kind


@pytest.fixture
def connected(of, brand):
    def connect(code, **settings):
        with of.database.write() as session:
            connecting.connect(
                session, brand, code, {"secret": "s"} | settings, now=of.clock.now()
            )
            session.commit()

    return connect


@pytest.fixture
def unreachable(monkeypatch):
    """The base URL of an installation that nobody serves yet."""
    monkeypatch.setenv("TRACK_BASE_URL", f"http://127.0.0.1:{free_port()}")


@pytest.fixture
def left(rows):
    """What a trial left: parcels that are not erased, bodies, secrets of hooks."""
    return lambda: [
        rows("SELECT number FROM shipment WHERE erased_at IS NULL ORDER BY number"),
        rows("SELECT COUNT(*) FROM storefront_hook"),
        rows("SELECT COUNT(*) FROM hook_secret"),
    ]


@pytest.mark.parametrize("code", ["shopify", "woocommerce", "haravan", "sapo", "nhanh"])
def test_a_sample_becomes_an_order_and_is_erased(
    operator, unreachable, connected, left, code
):
    connected(code)

    told = operator("storefronts", "test", code, "--brand", "acme")

    assert (told.exit_code, told.stderr) == (0, "")
    assert "does not answer from here (ConnectionError)" in told.output
    assert re.search(r"^Answer +200 to a signed order TEST-", told.output, re.M)
    assert re.search(r"^Parcel +(ups 1Z999AA|ghn TEST\d{7})", told.output, re.M)
    pages = re.findall(r"^Page +http://\S+/t/(\S+) answers 200$", told.output, re.M)
    assert len(set(pages)) == 2  # the order's and its parcel's
    assert left() == [[("TEST-ACME",)], [(0,)], [(1,)]]


def test_a_sample_follows_the_mapping_of_a_generic_webhook(
    operator, unreachable, connected
):
    mapping = (
        '{"number": "o.no", "parcels": "boxes[]",'
        ' "parcels.number": "boxes[].awb", "parcels.carrier": "boxes[].by"}'
    )
    connected("generic", mapping=mapping)

    told = operator("storefronts", "test", "generic", "--brand", "acme")

    assert told.exit_code == 0
    assert re.search(r"^Parcel +ups 1Z999AA101\d{8} ", told.output, re.M)


def test_a_sample_is_kept_where_its_page_is_to_be_seen(
    operator, unreachable, connected, left
):
    connected("shopify")

    told = operator("storefronts", "test", "shopify", "--brand", "acme", "--keep")

    assert "Kept       until the next test" in told.output
    kept = [number for (number,) in left()[0]]
    assert re.fullmatch(r"1Z999AA101\d{8} TEST-ACME", " ".join(kept))

    again = operator("storefronts", "test", "shopify", "--brand", "acme")

    assert (again.exit_code, again.stderr) == (0, "")
    assert left()[0] == [("TEST-ACME",)]


def test_a_sample_s_parcel_is_none_that_others_try_with(
    operator, unreachable, connected, of, brand
):
    make.a_parcel(of, brand, carrier="ups", number="1Z999AA10123456784")
    connected("shopify")

    told = operator("storefronts", "test", "shopify", "--brand", "acme")

    assert (told.exit_code, told.stderr) == (0, "")


def test_a_shop_s_own_order_that_says_test_is_not_erased(
    operator, unreachable, connected, brand, of, rows
):
    with of.database.write() as session:
        order_id = orders.begin(session, brand.id, "TEST-00004D", now=of.clock.now())
        orders.hold(
            session,
            order_id,
            brand_id=brand.id,
            platform="shopify",
            external_id="77",
            token="t",
        )
        session.commit()
    connected("shopify")

    operator("storefronts", "test", "shopify", "--brand", "acme")

    kept = rows("SELECT number FROM orders WHERE erased_at IS NULL ORDER BY number")
    assert kept == [("TEST",), ("TEST-00004D",)]


def test_a_served_hook_is_tried_over_http(
    operator, settings, connected, monkeypatch, left
):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("TRACK_BASE_URL", url)
    connected("shopify")
    server = {
        "TRACK_SECRET_KEYS": settings.secret_keys[0],
        "TRACK_DATABASE_URL": settings.database_url,
    }

    with closing(Process("web", "--port", port, env=server)) as process:
        process.hear("Listening at")
        told = operator("storefronts", "test", "shopify", "--brand", "acme")

    assert (told.exit_code, told.stderr) == (0, "")
    assert told.output.startswith(f"Way        {url}, as shops reach it\n")
    assert "answers 200" in told.output
    assert left()[0] == [("TEST-ACME",)]


def test_a_brand_that_is_not_connected_is_told_so(operator, brand):
    told = operator("storefronts", "test", "shopify", "--brand", "acme")

    assert told.exit_code == 1
    assert "acme is not connected to shopify" in told.stderr


def test_the_trial_s_secret_ends_with_it(operator, unreachable, connected, of, brand):
    connected("shopify")

    operator("storefronts", "test", "shopify", "--brand", "acme")

    with of.database.read() as session:
        found = credentials.listed(session, Kind.HOOK, brand.id)
    assert "trial" not in [one.hint for one in found]
