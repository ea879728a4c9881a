"""CSV imports: checked as a whole, repeated without counting twice."""

import gzip

import pytest
from tests.conftest import NOW

from track_service.services.goods import sheets
from track_service.services.sheet import BadFile
from track_service.store import catalogue

LINES = """
    SELECT number, external_id, quantity FROM purchase_line
    JOIN purchase ON purchase.id = purchase_id JOIN product ON product.id = product_id
    ORDER BY number, external_id
"""
HEAD = "customer_id,order_id,ordered_at,product_id,quantity\n"


@pytest.fixture
def bring(of, brand, tmp_path):
    def bring(text, imported=sheets.import_purchases, name="file.csv", **more):
        file = tmp_path / name
        opened = gzip.open if name.endswith("gz") else open
        with opened(file, "wt", encoding="utf-8") as out:
            out.write(text)
        if imported is sheets.import_purchases:
            more["key"] = "k"
        return imported(file, brand=brand, database=of.database, now=NOW, **more)

    return bring


@pytest.mark.parametrize("name", ["file.csv", "file.csv.gz"])
def test_an_orders_lines_may_stand_anywhere_and_come_again(bring, rows, name):
    text = HEAD + (
        "7,A1,2026-02-01T10:00:00,tea,2\n"
        "8,A2,2026-02-01T11:00:00+07:00,tea,1\n"
        "7,A1,2026-02-01T10:01:00,cup,1\n"
        "7,A1,2026-02-01T10:00:00,tea,-1\n"
        "7,A3,2026-02-02,pot,-1\n"
    )

    told = []
    for _ in range(2):
        report = bring(text, name=name, progress=lambda *at: told.append(at))

    assert (report.stored, report.refused) == (3, ())
    assert told == [(3, 3), (3, 3)]
    assert rows(LINES) == [("A1", "cup", 1), ("A1", "tea", 1), ("A2", "tea", 1)]
    times = sorted(str(at)[:16] for (at,) in rows("SELECT at FROM purchase"))
    assert times == ["2026-02-01 04:00", "2026-02-01 09:00"]  # Berlin's, and stated
    assert rows("SELECT COUNT(*) FROM shopper") == [(2,)]


BAD = HEAD + (
    "7,A1,2026-02-01T10:00:00,tea,2\n"
    "8,A1,2026-02-01T10:00:00,cup,1\n"
    "7,A1,2026-02-01T10:00:00,cup,many\n"
    "7,A1,2026-02-01T10:00:00,,1\n"
    "7,A2,1999-02-01T10:00:00,tea,1\n"
    "7,A3,2031-02-01T10:00:00,tea,1\n"
    "7,A4,yesterday,tea,1\n"
    "7,A5,2026-02-01T10:00:00,tea,999999\n"
)


def test_refused_lines_are_told_and_nothing_is_stored(bring, rows):
    report = bring(BAD)

    assert not report.is_done
    assert [
        (line.number, line.reasons[0].split(":")[0]) for line in report.refused
    ] == [
        (3, "customer_id"),
        (4, "quantity"),
        (5, "product_id"),
        (6, "ordered_at"),
        (7, "ordered_at"),
        (8, "ordered_at"),
        (9, "quantity"),
    ]
    assert "line 3: customer_id: differs from line 2." in str(report)
    assert rows(LINES) == []


def test_good_lines_are_taken_where_that_is_wished(bring, rows):
    report = bring(BAD, skip_refused=True)

    assert report.is_done
    assert (report.stored, len(report.refused)) == (1, 7)
    assert rows(LINES) == [("A1", "tea", 2)]


def test_products_are_taken_by_their_columns(bring, of, brand):
    report = bring(
        "id,title,price,currency,in_stock,url,colour\n"
        "tea,Lotus tea,12.50,usd,yes,https://shop.example/tea,green\n"
        "cup,Cup,,,NO,,\n",
        sheets.import_products,
    )

    assert (report.stored, report.refused) == (2, ())
    with of.database.read() as session:
        cup, tea = catalogue.page(session, brand.id, after=None, limit=9)
    assert (cup.in_stock, cup.price) == (False, None)
    assert (tea.in_stock, f"{tea.price} {tea.currency}") == (True, "12.50 USD")


def test_a_bad_product_is_told_by_its_line(bring, of, brand):
    text = "id,title,in_stock\ntea,Tea,perhaps\ncup,,\npot,Pot,\n"

    refused = bring(text, sheets.import_products)
    taken = bring(text, sheets.import_products, skip_refused=True)

    assert [line.number for line in refused.refused] == [2, 3]
    assert (refused.stored, taken.stored) == (0, 1)


def test_a_file_without_its_columns_is_no_file_of_ours(bring):
    with pytest.raises(BadFile, match="product_id"):
        bring("order_id\n1\n")
