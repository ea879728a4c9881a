"""Links that are ended: by API and by command."""

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.event import listen, remove
from tests.make import a_parcel
from tests.storefronts.shop import a_fulfilment, an_order
from tests.storefronts.shopify_desk import hand_over
from tests.web.shop import bearer
from tests.webpush import Reader

from track_service.services.share_link import share_key
from track_service.store import shipments


@pytest.fixture
def renew(client, key):
    def ask(public_id):
        path = f"/api/v1/shipments/{public_id}/link"
        return client.post(path, headers=bearer(key))

    return ask


def path_of(url):
    return url.removeprefix("https://track.example")


def test_a_renewed_link_opens_and_the_old_one_with_its_shared_one_ends(
    of, brand, client, renew
):
    parcel, other = a_parcel(of, brand), a_parcel(of, brand, number="N2")
    old = [f"/t/{parcel.token}", f"/t/{other.token}", f"/s/{share_key(parcel)}"]
    assert [client.get(one).status_code for one in old] == [200] * 3

    told = renew(parcel.public_id)

    assert told.status_code == 200
    assert told.json["order_page_url"] is None
    assert [client.get(one).status_code for one in old] == [404] * 3
    assert client.get(path_of(told.json["page_url"])).status_code == 200


def test_the_order_s_own_link_ends_with_its_parcel_s(of, brand, client, renew, rows):
    hand_over(of, brand, an_order(fulfillments=[a_fulfilment()]))
    ((old, public_id),) = rows(
        "SELECT handed_order.token, public_id FROM handed_order JOIN shipment"
        " ON shipment.order_id = handed_order.order_id"
    )

    told = renew(public_id)

    assert client.get(f"/t/{old}").status_code == 404
    assert client.get(path_of(told.json["order_page_url"])).status_code == 200


def test_a_browser_that_followed_by_the_old_link_never_hears_the_new_one(
    of, brand, client, renew, rows
):
    parcel = a_parcel(of, brand)
    client.post(f"/t/{parcel.token}/push/key")
    body = {"endpoint": "https://push.example/stranger", "keys": Reader().keys()}
    client.post(f"/t/{parcel.token}/push", json=body)

    told = renew(parcel.public_id)

    assert rows("SELECT slot FROM push_subscription") == []
    new = f"{path_of(told.json['page_url'])}/push"
    assert client.post(new, json=body).status_code == 204


def test_an_order_is_locked_before_its_parcels(of, brand, renew, rows):
    hand_over(of, brand, an_order(fulfillments=[a_fulfilment()]))
    ((public_id,),) = rows(
        "SELECT public_id FROM handed_order JOIN shipment"
        " ON shipment.order_id = handed_order.order_id"
    )
    asked = []

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement)

    listen(Engine, "before_cursor_execute", note)
    renew(public_id)
    remove(Engine, "before_cursor_execute", note)

    whole = [
        table
        for one in asked
        for table in ("handed_order", "shipment")
        if f"SELECT {table}." in one and f"WHERE {table}.order_id" in one
    ]
    assert whole[:2] == ["handed_order", "shipment"]


def test_nobody_renews_what_is_not_theirs(of, brand, renew, client):
    parcel = a_parcel(of, brand)

    assert renew("shp_nobody").status_code == 404
    assert client.post(f"/api/v1/shipments/{parcel.public_id}/link").status_code == 401
    assert client.get(f"/t/{parcel.token}").status_code == 200


def test_the_command_takes_any_number_and_names_the_new_link(
    of, brand, operator, client
):
    parcel = a_parcel(of, brand, number="AB12345")

    said = operator("link", "renew", "ab 12345", "--brand", "acme")
    unknown = operator("link", "renew", "9999", "--brand", "acme")

    with of.database.read() as session:
        token = shipments.by_public_id(session, brand.id, parcel.public_id).token
    assert (said.exit_code, said.stdout) == (
        0,
        f"1001: https://track.example/t/{token}\n",
    )
    assert token != parcel.token
    assert (unknown.exit_code, unknown.stderr) == (
        1,
        "Error: 9999: orders of this number: none\n",
    )
