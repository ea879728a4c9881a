"""The catalogue and purchases by API: batches, each item on its own."""

import pytest
from tests.web.shop import bearer

TEA = {
    "id": "tea",
    "title": "Lotus tea",
    "category": "Tea",
    "price": "125000.00",
    "currency": "VND",
    "url": "https://shop.example/tea",
    "image_url": "https://shop.example/tea.jpg",
    "in_stock": True,
}
ORDER = {
    "order": "1001",
    "at": "2026-03-01T09:00:00+07:00",
    "customer": "7",
    "platform": "shopify",
    "lines": [{"product": "tea", "quantity": 2}],
}
LINES = """
    SELECT number, external_id, quantity FROM purchase_line
    JOIN purchase ON purchase.id = purchase_id JOIN product ON product.id = product_id
    ORDER BY number, external_id
"""


@pytest.fixture
def call(client, key):
    def call(method, path, body=None, key=key):
        url = path.removeprefix("https://track.example/api/v1")
        sent = {"headers": bearer(key)} | ({"json": body} if body is not None else {})
        return client.open(f"/api/v1{url}", method=method, **sent)

    return call


def listed(call, **asked):
    answer = call("GET", asked.get("path", "/products"))
    return [one["id"] for one in answer.json["products"]], answer.json["next"]


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_product_is_told_and_listed(call, method):
    answer = call(method, "/products", {"products": [TEA]})

    assert (answer.status_code, answer.json) == (200, {"stored": 1, "errors": []})
    assert call("GET", "/products").json == {"products": [TEA], "next": None}


def test_a_bad_product_is_named_and_holds_up_no_other(call):
    told = [
        TEA,
        {"id": "cup"},
        {"id": "pot", "title": "Pot", "price": "9"},
        {"id": "x", "title": "X", "url": "javascript:alert(1)"},
        "no object",
    ]

    answer = call("PUT", "/products", {"products": told})

    assert answer.json["stored"] == 1
    assert [(e["index"], e["id"], [*e["errors"]]) for e in answer.json["errors"]] == [
        (1, "cup", ["title"]),
        (2, "pot", ["currency"]),
        (3, "x", ["url"]),
        (4, None, ["body"]),
    ]
    assert listed(call) == (["tea"], None)


@pytest.mark.parametrize(
    "body", [{}, {"products": "tea"}, {"products": []}, {"products": [TEA] * 1001}, []]
)
def test_what_is_no_batch_is_refused_as_a_whole(call, body):
    answer = call("PUT", "/products", body)

    assert answer.status_code == 422
    assert "products" in answer.json["errors"]
    assert listed(call) == ([], None)


def test_pages_of_products_follow_each_other_without_a_gap(call):
    told = [{"id": f"p/{n} & more", "title": "P"} for n in range(5)]
    call("PUT", "/products", {"products": told})

    found, path = [], "/products?limit=2"
    while path:
        shown, path = listed(call, path=path)
        found += shown

    assert found == [one["id"] for one in told]


def test_a_removed_product_is_listed_no_more(call):
    call("PUT", "/products", {"products": [TEA, TEA | {"id": "a/b"}]})

    assert call("DELETE", "/products/a/b").status_code == 204
    assert call("DELETE", "/products/a/b").status_code == 404
    assert listed(call) == (["tea"], None)


def test_brands_see_their_own_products_alone(call, app, other_shop):
    call("PUT", "/products", {"products": [TEA]})

    answer = call("GET", "/products", key="key-of-rival")
    assert answer.json["products"] == []
    assert call("DELETE", "/products/tea", key="key-of-rival").status_code == 404
    assert call("GET", "/products", key="wrong").status_code == 401


def test_an_order_told_twice_counts_once(call, rows):
    for _ in range(2):
        answer = call("POST", "/purchases", {"purchases": [ORDER, ORDER]})
        assert answer.json == {"stored": 2, "errors": []}

    assert rows(LINES) == [("1001", "tea", 2)]
    assert rows("SELECT COUNT(*) FROM shopper") == [(1,)]


def test_returns_take_from_their_order_and_unknown_products_are_kept_by_id(call, rows):
    lines = [
        {"product": "tea", "quantity": 3},
        {"product": "tea", "quantity": -1},
        {"product": "never told of"},
        {"product": "cup", "quantity": 1},
        {"product": "cup", "quantity": -1},
    ]
    only_return = {"order": "1002", "lines": [{"product": "tea", "quantity": -2}]}

    answer = call(
        "POST",
        "/purchases",
        {"purchases": [ORDER | {"lines": lines}, ORDER | only_return]},
    )

    assert answer.json["errors"] == []
    assert rows(LINES) == [("1001", "never told of", 1), ("1001", "tea", 2)]
    assert listed(call) == ([], None)  # nobody has told what it is called


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"at": "1999-12-31T23:59:59Z"}, "at"),
        ({"at": "2026-03-04T09:00:00Z"}, "at"),
        ({"at": "2026-03-01T09:00:00"}, "at"),
        ({"order": "erased-1"}, "order"),
        ({"lines": []}, "lines"),
        ({"lines": [{"product": "tea", "quantity": 10**9}]}, "lines.0.quantity"),
        ({"lines": [{"product": "tea", "quantity": 1.5}]}, "lines.0.quantity"),
        ({"platform": "geocities"}, "platform"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_a_purchase_that_cannot_be_is_refused(call, rows, changed, field):
    answer = call("POST", "/purchases", {"purchases": [ORDER | changed]})

    assert answer.json["stored"] == 0
    assert field in answer.json["errors"][0]["errors"]
    assert rows("SELECT COUNT(*) FROM purchase") == [(0,)]


def test_a_clock_a_little_ahead_is_taken_as_now(call, rows, now):
    ahead = ORDER | {"at": "2026-03-02T21:00:00Z"}

    assert call("POST", "/purchases", {"purchases": [ahead]}).json["stored"] == 1
    assert "2026-03-02 09:00" in str(rows("SELECT at FROM purchase")[0][0])


def test_nobody_is_kept_in_the_clear(call, of, rows):
    told = ORDER | {"email": "an.nguyen@example.com", "phone": "+84901234567"}
    call("POST", "/purchases", {"purchases": [told, told | {"customer": None}]})

    digests = [digest for (digest,) in rows("SELECT digest FROM shopper")]
    assert all(len(digest) == 32 for digest in digests)
    ((key,),) = rows("SELECT key FROM shopper_key")
    assert key.startswith("gAAAA")  # sealed


def test_a_purchase_is_parted_from_its_shopper(call, rows):
    call("POST", "/purchases", {"purchases": [ORDER]})

    assert call("DELETE", "/purchases/1001").status_code == 204
    assert call("DELETE", "/purchases/1001").status_code == 404
    assert rows("SELECT COUNT(*) FROM shopper") == [(0,)]
    assert rows("SELECT COUNT(*) FROM purchase_line") == [(1,)]
