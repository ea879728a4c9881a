"""An order's link over HTTP: before, beside and after its parcels."""

import pytest
from tests import make
from tests.storefronts.shop import a_fulfilment, an_order
from tests.storefronts.shopify_desk import hand_over

from track_service.services.erase import erase
from track_service.services.second_factor import cookie_name, prove
from track_service.store import ordered, shoppers

OTHER = a_fulfilment("FedEx", "794644790138", id=2)


@pytest.fixture
def told(of, brand, rows):
    """Take an order's payload and return the link of its page."""

    def told(**more):
        hand_over(of, brand, an_order(**more))
        ((token,),) = rows("SELECT token FROM handed_order")
        return f"/t/{token}"

    return told


def test_an_order_s_link_opens_before_there_is_a_parcel(client, told):
    answer = client.get(told())

    assert answer.status_code == 200
    assert "Your order is confirmed." in answer.text or "xác nhận" in answer.text
    assert "Bamboo tray" in answer.text
    assert not any(word in answer.text for word in ("Linh", "linh@", "+84901"))
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_an_order_s_page_is_not_sent_again_while_it_says_the_same(client, told):
    link = told()
    first = client.get(link)

    again = client.get(link, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")

    told(cancelled_at="2026-03-03T00:00:00Z", updated_at="2026-03-03T00:00:00Z")
    anew = client.get(link, headers={"If-None-Match": first.headers["ETag"]})
    assert anew.status_code == 200


def test_an_order_s_page_opened_by_the_second_factor_is_kept_by_nobody(
    of, brand, client, told
):
    link = told()
    with of.database.write() as session:
        number = ordered.by_token(session, link.removeprefix("/t/")).order.number
        shoppers.key(session, brand.id, fresh="key")
        session.commit()
    proof = prove(brand, number, wall=of.clock.wall())
    client.set_cookie(cookie_name(brand, number), proof, path="/t/")

    first = client.get(link)
    again = client.get(link, headers={"If-None-Match": first.headers["ETag"]})

    assert [one.status_code for one in (first, again)] == [200, 200]
    assert {one.headers["Cache-Control"] for one in (first, again)} == {"no-store"}
    assert "https://track.example/preferences/" in first.text


def test_an_order_s_page_speaks_the_language_asked_for(client, told):
    link = told()

    assert "Your order is confirmed." in client.get(f"{link}?lang=en").text
    assert "Đơn hàng của bạn đã được xác nhận." in client.get(f"{link}?lang=vi").text


def test_an_order_s_link_shows_its_only_parcel_in_place(client, told, rows):
    link = told(fulfillments=[a_fulfilment()])
    ((token,),) = rows("SELECT token FROM shipment WHERE carrier = 'ups'")

    answer = client.get(link)

    assert answer.status_code == 200
    assert answer.data == client.get(f"/t/{token}").data
    assert answer.headers["ETag"] == client.get(f"/t/{token}").headers["ETag"]


def test_an_order_s_link_lists_its_parcels(client, told, rows):
    link = told(fulfillments=[a_fulfilment(), OTHER])

    text = client.get(f"{link}?lang=en").text

    assert "Your order comes in 2 parcels." in text
    for (token,) in rows("SELECT token FROM shipment WHERE carrier != 'test'"):
        assert f'href="/t/{token}"' in text


def test_an_unknown_link_and_an_erased_order_s_are_the_same_404(
    of, brand, client, told, rows
):
    link = told(fulfillments=[a_fulfilment()])
    ((public_id,),) = rows("SELECT public_id FROM shipment WHERE carrier = 'ups'")
    with of.database.write() as session:
        assert erase(session, brand.id, public_id, now=of.clock.now())
        session.commit()

    erased, unknown = client.get(link), client.get("/t/nothing")

    assert (erased.status_code, unknown.status_code) == (404, 404)
    assert erased.data == unknown.data


def test_who_looks_at_an_order_has_all_its_parcels_asked_for(client, told, rows):
    seen = "SELECT COUNT(*) FROM poll WHERE viewed_at IS NOT NULL"
    link = told()
    assert client.post(f"{link}/watching").status_code == 204
    assert rows(seen) == [(0,)]

    told(fulfillments=[a_fulfilment(), OTHER], updated_at="2026-03-03T00:00:00Z")

    assert client.post(f"{link}/watching").status_code == 204
    assert rows(seen) == [(2,)]
    assert client.post("/t/nothing/watching").status_code == 404


def test_a_parcel_that_the_api_adds_shows_on_the_order_s_page(of, brand, client, told):
    link = told()
    parcel = make.a_parcel(of, brand, order=make.an_order("#2041"))

    assert parcel.number in client.get(link).text


def test_looking_writes_nothing(client, told, rows):
    link = told()
    before = rows("SELECT * FROM handed_order"), rows("SELECT * FROM orders")

    client.get(link)

    assert (rows("SELECT * FROM handed_order"), rows("SELECT * FROM orders")) == before
