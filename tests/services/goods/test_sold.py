"""Orders that storefronts hand over become purchases by themselves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from tests.conftest import NOW

from track_service.core.handover import Buyer, Handover, Line
from track_service.core.tracking import Stamp
from track_service.services.erase import erase_order
from track_service.services.handing import Handing, take
from track_service.store import catalogue

BOUGHT = """
    SELECT number, external_id, quantity FROM purchase_line
    JOIN purchase ON purchase.id = purchase_id JOIN product ON product.id = product_id
    ORDER BY number, external_id
"""
TEA = Line(
    "Lotus tea",
    Decimal(2),
    "TEA-100",
    "100 g",
    Decimal("12.50"),
    "7001",
    "https://shop.example/tea.jpg",
    "https://shop.example/tea",
)
ORDER = Handover(
    "#1001",
    "1",
    placed_at=Stamp.aware(NOW - timedelta(days=3)),
    updated_at=Stamp.aware(NOW - timedelta(days=3)),
    currency="USD",
    buyer=Buyer("55", email="mai@shopper.example"),
    lines=(TEA, replace(TEA, variant="200 g", quantity=Decimal(1))),
)


@pytest.fixture
def hand(of, brand):
    def hand(handover, past=False, platform="shopify"):
        at = Handing(brand, platform, of.clock.now(), of.mint, past=past)
        with of.database.write() as session:
            take(session, at, handover)
            session.commit()

    return hand


def later(of=ORDER, **changed):
    at = Stamp.aware(of.updated_at.at + timedelta(hours=1))
    return replace(of, updated_at=at, **changed)


def test_variants_of_a_product_are_bought_together_and_repeats_count_once(hand, rows):
    for _ in range(2):
        hand(ORDER)

    assert rows(BOUGHT) == [("#1001", "7001", 3)]
    assert "2026-02-27" in str(rows("SELECT at FROM purchase")[0][0])


def test_what_was_taken_back_is_not_bought_however_often_it_is_told(hand, rows):
    hand(ORDER)
    back = (replace(TEA, quantity=Decimal(2)),)

    for _ in range(2):
        hand(later(returned=back))
    assert rows(BOUGHT) == [("#1001", "7001", 1)]
    hand(later(later(returned=back), returned=(*back, TEA)))

    assert rows(BOUGHT) == []


def test_a_product_seen_in_an_order_is_in_the_catalogue(hand, of, brand):
    hand(ORDER)

    with of.database.read() as session:
        (tea,) = catalogue.page(session, brand.id, after=None, limit=9)
    assert (tea.external_id, tea.title) == ("7001", "Lotus tea")
    assert (tea.price, tea.currency) == (Decimal("12.50"), "USD")
    assert tea.url == "https://shop.example/tea"
    assert tea.image_url == "https://shop.example/tea.jpg"
    assert tea.told_at is None


def test_an_edited_order_is_what_it_is_now_and_a_cancelled_one_was_not_bought(
    hand, rows
):
    hand(ORDER)
    edited = later(lines=(replace(TEA, product_id="7002"),))
    hand(edited)
    hand(ORDER)  # comes late
    assert rows(BOUGHT) == [("#1001", "7002", 2)]

    hand(later(edited, cancelled=True))
    assert rows("SELECT COUNT(*) FROM purchase") == [(0,)]


def test_what_is_not_told_of_the_lines_leaves_them(hand, rows):
    hand(ORDER)
    hand(later(lines=None))

    assert rows(BOUGHT) == [("#1001", "7001", 3)]


def test_one_buyer_of_two_orders_is_one_shopper_unlike_another_platforms(hand, rows):
    hand(ORDER)
    hand(replace(ORDER, number="#1002", external_id="2"))
    hand(replace(ORDER, number="#1003", external_id="3"), platform="haravan")

    assert rows("SELECT COUNT(*) FROM shopper") == [(2,)]
    assert rows("SELECT COUNT(*) FROM purchase WHERE shopper_id IS NULL") == [(0,)]


@pytest.mark.parametrize(
    ("placed", "bought"),
    [
        pytest.param(Stamp.aware(datetime(1970, 1, 1, tzinfo=UTC)), [], id="1970"),
        pytest.param(Stamp.day(date(1999, 1, 1)), [], id="a day of 1999"),
        pytest.param(
            Stamp.aware(NOW + timedelta(days=400)), ["2026-03-02"], id="the future"
        ),
        pytest.param(None, ["2026-03-02"], id="not told"),
        pytest.param(Stamp.day(date(2026, 2, 1)), ["2026-01-31"], id="a Berlin day"),
    ],
)
def test_a_clock_that_lies_moves_no_purchase_out_of_time(hand, rows, placed, bought):
    hand(replace(ORDER, placed_at=placed), past=True)

    assert [str(at)[:10] for (at,) in rows("SELECT at FROM purchase")] == bought


def test_odd_lines_are_absorbed(hand, rows):
    lines = (
        replace(TEA, product_id=None),
        replace(TEA, product_id="part", quantity=Decimal("0.35"), url="/relative"),
        replace(TEA, product_id="minus", quantity=Decimal(-4)),
        replace(TEA, product_id="x" * 200),
        replace(TEA, product_id="dear", price=Decimal(-1), quantity=Decimal(10**12)),
        Line("nameless"),
    )
    hand(replace(ORDER, lines=lines))

    assert rows(BOUGHT) == [
        ("#1001", "TEA-100", 2),
        ("#1001", "dear", 100_000),
        ("#1001", "part", 1),
    ]
    assert rows("SELECT price FROM product WHERE external_id = 'dear'") == [(None,)]
    assert rows("SELECT url FROM product WHERE external_id = 'part'") == [(None,)]


def test_erasing_an_order_parts_it_from_its_shopper(hand, of, brand, rows):
    hand(ORDER)

    with of.database.write() as session:
        assert erase_order(session, brand.id, "#1001", now=NOW)
        session.commit()
    hand(ORDER)  # its storefront tells of it again: it stays erased

    assert rows("SELECT COUNT(*) FROM shopper") == [(0,)]
    ((number, product, pieces),) = rows(BOUGHT)
    assert number.startswith("erased-")
    assert (product, pieces) == ("7001", 3)
    assert rows("SELECT title, price, url FROM product") == [(None, None, None)]


def test_what_others_bought_too_is_still_told_after_erasure(hand, of, brand, rows):
    hand(ORDER)
    newer = Stamp.aware(NOW - timedelta(days=1))
    hand(replace(ORDER, number="#1002", external_id="2", placed_at=newer))

    with of.database.write() as session:
        assert erase_order(session, brand.id, "#1001", now=NOW)
        session.commit()

    assert rows("SELECT title FROM product") == [("Lotus tea",)]
