import pytest
from tests.web.shop import parcel, small

BASE = "https://track.example/api/v1/shipments"


def numbers(answer):
    return [shipment["number"] for shipment in answer.json["shipments"]]


def follow(shop, answer):
    return shop.get(answer.json["next"].removeprefix(BASE))


@pytest.fixture
def seven(shop):
    for n in range(1, 8):
        assert shop.post(small(f"GHN{n:04}", order="many")).status_code == 201


def test_pages_go_from_the_newest_to_the_oldest_without_a_gap(shop, seven):
    first = shop.get("?limit=3&order=many")
    second = follow(shop, first)
    third = follow(shop, second)

    assert numbers(first) == ["GHN0007", "GHN0006", "GHN0005"]
    assert numbers(second) == ["GHN0004", "GHN0003", "GHN0002"]
    assert numbers(third) == ["GHN0001"]
    assert first.headers["Link"] == f'<{first.json["next"]}>; rel="next"'
    assert third.json["next"] is None
    assert "Link" not in third.headers


def test_parcels_registered_meanwhile_neither_repeat_nor_hide_any(shop, seven):
    first = shop.get("?limit=3&order=many")
    shop.post(small("GHN0008", order="many"))
    shop.delete(first.json["shipments"][2]["id"])  # the very one the cursor names

    assert numbers(follow(shop, first)) == ["GHN0004", "GHN0003", "GHN0002"]


def test_a_full_last_page_is_the_last(shop, seven):
    assert shop.get("?limit=7&order=many").json["next"] is None


def test_parcels_are_found_by_order_and_status(shop, seven):
    shop.post(parcel("GHN0100", order="A/100 & more"))

    assert numbers(shop.get("?order=A/100 %26 more")) == ["GHN0100"]
    assert shop.get("?order=A/100 %26 more&status=delivered").json["shipments"] == []
    assert numbers(shop.get("?order=A/100 %26 more&status=pending")) == ["GHN0100"]


def test_next_keeps_what_was_asked_for(shop, seven):
    second = follow(shop, shop.get("?limit=2&order=many&status=pending"))

    assert numbers(second) == ["GHN0005", "GHN0004"]
    assert "order=many" in second.json["next"]
    assert "status=pending" in second.json["next"]


def test_a_cursor_tells_nothing_and_opens_nothing_of_another_brand(
    shop, other_shop, seven
):
    link = shop.get("?limit=3").json["next"].removeprefix(BASE)

    stolen = other_shop.get(link)

    assert stolen.status_code == 422
    assert stolen.json["errors"] == {"cursor": ["Not a cursor of this list."]}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=1e9", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("limit=", "limit"),
        ("cursor=", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=shp_%F0%9F%93%A6", "cursor"),
        ("cursor=" + "a" * 3000, "cursor"),
        ("status=nowhere", "status"),
        ("status=unknown", "status"),
        ("order=%00", "order"),
        ("order=" + "x" * 121, "order"),
        ("stauts=delivered", "stauts"),
    ],
)
def test_a_wrong_argument_is_named(shop, query, field):
    answer = shop.get(f"?{query}")

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert list(answer.json["errors"]) == [field]
