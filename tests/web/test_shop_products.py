"""Storefronts tell of products by hook: new, changed, deleted, late and twice."""

import pytest
from tests.storefronts.shop import an_order
from tests.storefronts.test_products import LAMP

LISTED = "SELECT external_id, title, price, currency FROM product WHERE gone_at IS NULL"


def titles(rows):
    return [row[1] for row in rows(LISTED)]


def test_a_product_is_in_the_catalogue_as_soon_as_its_shop_tells(tell, rows):
    tell(an_order())
    before = len(rows(LISTED))

    assert tell(LAMP, "products/create").status_code == 200
    assert tell(LAMP, "products/create").status_code == 200

    found = [row for row in rows(LISTED) if row[0] == "8123456789012345"]
    assert len(found) == 1
    assert len(rows(LISTED)) == before + 1
    ((_, title, price, currency),) = found
    ((orders,),) = rows("SELECT currency FROM orders WHERE currency IS NOT NULL")
    assert (title, int(price), currency) == ("Bamboo desk lamp", 390000, orders)


def test_what_comes_late_changes_nothing_and_a_deleted_product_is_gone(tell, rows):
    tell(LAMP | {"title": "Lamp anew"}, "products/update")
    old = LAMP | {"updated_at": "2026-02-01T00:00:00Z", "title": "Lamp of old"}
    tell(old, "products/update")
    assert titles(rows) == ["Lamp anew"]

    tell({"id": LAMP["id"]}, "products/delete")
    tell(LAMP | {"title": "Lamp after all"}, "products/update")
    assert titles(rows) == []


@pytest.mark.parametrize("told", [{}, [], {"id": {}}, {"id": 1, "variants": 7}])
def test_what_is_no_product_is_refused(tell, rows, told):
    assert tell(told, "products/update").status_code >= 400
    assert rows(LISTED) == []
