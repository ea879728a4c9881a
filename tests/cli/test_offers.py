"""Catalogue, purchases and offers by command: told, imported, fitted, and their worth."""

import json
from datetime import timedelta

import pytest

from track_service.clock import wall
from track_service.core.goods import Purchase
from track_service.core.selling import Arm
from track_service.store import purchases, selling, shoppers

HEADER = "customer_id,order_id,ordered_at,product_id,quantity"


@pytest.fixture
def csv(tmp_path):
    def write(*lines):
        file = tmp_path / "file.csv"
        file.write_text("\n".join(lines))
        return file

    return write


def test_a_shop_brings_products_and_purchases_and_switches_offers_on(
    operator, brand, csv, rows
):
    goods = csv("id,title,url", "tea,Tea,https://shop.example/tea", "cup,Cup,")
    brought = operator("catalogue", "import", goods, "--brand", "acme")
    sold = [f"{n % 9},{n},2026-01-{n % 28 + 1:02},tea,1" for n in range(60)]
    bought = operator("purchases", "import", csv(HEADER, *sold), "--brand", "acme")
    switched = operator(
        "brand", "offers", "acme", "--on", "--holdout", "10", "--pick", "tea"
    )
    fitted = [operator("purchases", "fit", "--brand", "acme").stdout for _ in range(2)]

    assert brought.stdout == "2 stored, 0 lines refused.\n"
    assert bought.stdout == "60 stored, 0 lines refused.\n"
    assert (
        switched.stdout
        == "acme: pages offer products, 10 % held out, 1 picks, 0 bans\n"
    )
    assert fitted == ["acme: fitted\n", "acme: nothing new to fit\n"]
    assert rows("SELECT COUNT(*) FROM fitted WHERE version <> ''") == [(1,)]


def test_what_is_not_named_stays_as_it_was_wished(operator, brand, of):
    operator("brand", "offers", "acme", "--on", "--pick", "a", "--ban", "b")
    operator("brand", "offers", "acme", "--only-new")
    taken = operator("brand", "offers", "acme", "--pick", "", "--off")

    assert "offer nothing, 5 % held out, 0 picks, 1 bans" in taken.stdout
    with of.database.read() as session:
        assert selling.wishes(session, brand.id).only_new


@pytest.mark.parametrize("share", ["101", "-1", "many"])
def test_a_share_that_cannot_be_is_wrong_use(operator, brand, share):
    assert operator("brand", "offers", "acme", "--holdout", share).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("catalogue", "import", "FILE", "--brand", "nobody"),
        ("purchases", "import", "FILE", "--brand", "nobody"),
        ("purchases", "fit", "--brand", "nobody"),
        ("brand", "offers", "nobody", "--on"),
        ("uplift", "--brand", "nobody"),
    ],
)
def test_a_brand_that_nobody_knows_ends_in_one_line(operator, brand, csv, words):
    file = csv(HEADER)

    result = operator(*(file if word == "FILE" else word for word in words))

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: no brand has the code 'nobody'\n"


def test_refused_lines_end_in_failure_unless_they_are_skipped(operator, brand, csv):
    words = ("purchases", "import", csv(HEADER, "1,A,never,tea,1"), "--brand", "acme")

    failed, skipped = operator(*words), operator(*words, "--skip-refused")

    assert failed.exit_code == 1
    assert "line 2: ordered_at" in failed.stdout
    assert failed.stderr == "Error: lines were refused, nothing was imported\n"
    assert (skipped.exit_code, skipped.stdout[:8]) == (0, "0 stored")


def test_a_file_without_its_columns_fails_with_its_name(operator, brand, csv):
    result = operator("catalogue", "import", csv("name"), "--brand", "acme")

    assert result.exit_code == 1
    assert "no column id, title" in result.stderr


def test_the_worth_of_offers_is_told_for_people_and_programs(operator, brand, of):
    empty = operator("uplift", "--brand", "acme")
    with of.database.write() as session:
        began = wall() - timedelta(weeks=4)
        for n in range(60):
            arm = Arm.HOLDOUT if n < 20 else Arm.SHOWN
            (shopper,) = shoppers.interned(session, brand.id, [f"{n:032x}"]).values()
            selling.expose(session, brand.id, shopper, arm, now=began)
        bought = [
            Purchase(f"L{n}", began + timedelta(days=1), {"tea": 1}, f"{n:032x}")
            for n in range(10, 50)
        ]
        purchases.tell(session, brand.id, bought, now=began)
        session.commit()

    people = operator("uplift", "--brand", "acme").stdout
    told = json.loads(operator("uplift", "--brand", "acme", "--json").stdout)

    assert "nothing can be told" in empty.stdout
    assert "shown: 40 shoppers, 30 later orders, 0.7500 each" in people
    assert "held out: 20 shoppers, 10 later orders, 0.5000 each" in people
    assert "uplift: +0.2500 orders per shopper (+50.0%)" in people
    assert told["arms"]["shown"]["orders_per_shopper"] == 0.75
    assert told["uplift"]["low"] < 0.25 < told["uplift"]["high"]
    assert told["uplift"]["weeks_needed"] > 4
    assert told["weeks"] == 4
