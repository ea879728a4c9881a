import json

import pytest
from tests.storefronts.pairs import FIXTURES

from track_service.store import storefronts as storefront_store

SHIPPED = FIXTURES / "shopify" / "shipped.json"


@pytest.fixture
def storefronts(run):
    return lambda *words: run("storefronts", *words)


def test_the_storefronts_are_listed_as_one_document(storefronts):
    rows = json.loads(storefronts("--json").output)

    shopify = next(row for row in rows if row["code"] == "shopify")
    assert shopify["settings"] == ["secret"]
    assert "orders/create" in shopify["topics"]


def test_the_storefronts_are_listed_for_people(storefronts):
    assert "shopify        Shopify" in storefronts().output


def test_a_payload_is_read_as_one_document(storefronts):
    told = storefronts(
        "parse", "shopify", SHIPPED, "--json", "--topic", "orders/updated"
    )

    document = json.loads(told.output)
    assert document["topic"] == "orders/updated"
    assert document["order"]["number"] == "#2041"


def test_a_payload_is_shown_for_people(storefronts):
    shown = storefronts("parse", "shopify", SHIPPED).output

    assert shown.splitlines()[:2] == ["#2041", "  2 x Bamboo tray"]
    assert "  ghn LX7K2M in_transit" in shown


def test_what_is_no_payload_is_told_as_a_trouble(storefronts, tmp_path):
    file = tmp_path / "page.html"
    file.write_text("<html>")

    told = storefronts("parse", "shopify", file, "--json")

    document = json.loads(told.output)
    assert told.exit_code == 0
    assert document["order"] is None
    assert document["error"]["message"].startswith("no JSON at line 1, column 1")


def test_an_unknown_platform_is_wrong_use(storefronts):
    assert storefronts("parse", "etsy", SHIPPED).exit_code == 2


def test_a_file_that_is_not_there_is_a_failure_in_one_line(storefronts, tmp_path):
    failed = storefronts("parse", "shopify", tmp_path / "none.json")

    assert failed.exit_code == 1
    assert "none.json" in failed.stderr


def test_a_brand_is_connected_and_told_where_hooks_go(operator, brand, of):
    told = operator(
        "storefronts", "connect", "acme", "shopify", "secret=-", input="shpss_x\n"
    )

    assert (told.exit_code, told.stderr) == (0, "")
    assert "https://track.example/hooks/storefronts/shopify/SECRET" in told.output
    with of.database.read() as session:
        found = storefront_store.connection(session, brand.id, "shopify")
    assert found.settings == {"secret": "shpss_x"}


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["shopify"], "shopify wants secret"),
        (["shopify", "secret=a", "colour=red"], "shopify has no setting colour"),
        (["etsy", "secret=a"], "no storefront has the code 'etsy'"),
        (["generic", "secret=a", "mapping={}"], "generic: mapping: number is wanted"),
        (["generic", "secret=a", "mapping=@none.json"], "none.json: cannot be read"),
    ],
)
def test_a_wrong_connection_is_refused_in_one_line(operator, brand, words, wrong):
    told = operator("storefronts", "connect", "acme", *words)

    assert told.exit_code == 1
    assert wrong in told.stderr


def test_a_generic_webhook_is_connected_and_read_by_a_mapping_in_a_file(
    operator, brand, of, tmp_path
):
    mapping = tmp_path / "mapping.json"
    mapping.write_text('{"number": "order.code", "customer.email": "buyer.mail"}')

    told = operator(
        "storefronts", "connect", "acme", "generic", "secret=s", f"mapping=@{mapping}"
    )
    body = FIXTURES / "generic" / "ordered.json"
    read = operator(
        "storefronts", "parse", "generic", body, "--mapping", mapping, "--json"
    )

    assert (told.exit_code, told.stderr) == (0, "")
    order = json.loads(read.output)["order"]
    assert (order["number"], order["items"]) == ("B-2041", [])
    with of.database.read() as session:
        found = storefront_store.connection(session, brand.id, "generic")
    assert json.loads(found.settings["mapping"])["number"] == "order.code"
