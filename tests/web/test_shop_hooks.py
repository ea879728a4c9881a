"""Orders in over HTTP: what the storefront hears, and what becomes of the order."""

from datetime import timedelta
from io import BytesIO

import pytest
from tests.dump import everything
from tests.storefronts.shop import a_fulfilment, an_order

from track_service.services import connecting
from track_service.services.taking import BURST, take_left_over
from track_service.store import shipments
from track_service.store.storefronts import claim_due
from track_service.web.wiring import TAKEN_AT_ONCE


@pytest.fixture
def parcels(rows):
    return lambda: rows(
        "SELECT s.carrier, s.number, o.number FROM shipment s"
        " JOIN orders o ON o.id = s.order_id WHERE o.number != 'TEST' ORDER BY s.number"
    )


@pytest.fixture
def stages(rows):
    return lambda: [row[0] for row in rows("SELECT stage FROM handed_order")]


def test_an_order_with_a_parcel_is_followed_at_once(tell, parcels, rows):
    answer = tell(an_order(fulfillments=[a_fulfilment()]))

    assert answer.status_code == 200
    assert parcels() == [("ups", "1Z999AA10123456784", "#2041")]
    assert rows("SELECT COUNT(*) FROM poll WHERE poll_after IS NOT NULL")[0][0] >= 1


def test_an_order_without_a_parcel_waits_for_it(tell, parcels, stages):
    assert tell(an_order()).status_code == 200
    assert parcels() == []
    assert stages() == ["confirmed"]

    tell(an_order(fulfillments=[a_fulfilment()]), "orders/fulfilled")

    assert parcels() == [("ups", "1Z999AA10123456784", "#2041")]
    assert stages() == ["handed_over"]


def test_a_repeated_delivery_is_absorbed(tell, parcels, rows):
    order = an_order(fulfillments=[a_fulfilment()])

    answers = [tell(order, delivery="one").status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    assert len(parcels()) == 1
    assert rows("SELECT COUNT(*) FROM storefront_hook") == [(1,)]


def test_an_older_payload_that_comes_later_changes_nothing(tell, rows):
    new = "2026-03-02T12:00:00+07:00"
    tell(an_order(total_price="50.00", updated_at=new), "orders/updated")
    tell(an_order(total_price="37.00"))

    assert [float(total) for (total,) in rows("SELECT total FROM handed_order")] == [50]


def test_a_fulfilment_may_come_before_its_order(tell, parcels, rows):
    tell(
        a_fulfilment() | {"order_id": 9007199254740991001, "name": "#2041.1"},
        "fulfillments/create",
    )
    tell(an_order())

    assert parcels() == [("ups", "1Z999AA10123456784", "#2041")]
    assert rows("SELECT COUNT(*) FROM handed_order") == [(1,)]


def test_an_event_of_an_order_that_nobody_knows_waits_for_it(of, hands, tell, rows):
    refund = {"order_id": 9007199254740991001, "refund_line_items": []}
    assert tell(refund, "refunds/create").status_code == 200
    assert rows("SELECT COUNT(*) FROM storefront_hook WHERE read_at IS NULL") == [(1,)]

    tell(an_order())
    hands.forward(minutes=2)

    assert take_left_over(of.desk, mint=of.mint) == 1
    assert rows("SELECT COUNT(*) FROM storefront_hook WHERE read_at IS NULL") == [(0,)]


def test_what_waits_in_vain_is_given_up_after_two_days(of, hands, tell, rows):
    tell({"order_id": 5, "refund_line_items": []}, "refunds/create")

    tries = 0
    for _ in range(60):
        hands.forward(hours=1)
        tries += take_left_over(of.desk, mint=of.mint)

    assert 3 < tries < 12
    ((trouble, read_at),) = rows("SELECT trouble, read_at FROM storefront_hook")
    assert trouble == "Unknown: 5"
    assert read_at is not None


def test_a_wrong_signature_is_refused_and_not_kept(tell, rows):
    answer = tell(an_order(), **{"X-Shopify-Hmac-Sha256": "AAAA"})

    assert answer.status_code == 401
    assert answer.json["detail"] == (
        "The body is not signed with this connection's secret."
    )
    assert rows("SELECT COUNT(*) FROM storefront_hook") == [(0,)]


@pytest.mark.parametrize(
    ("ago", "status"),
    [
        (timedelta(hours=47), 200),
        (timedelta(hours=49), 401),
        (timedelta(minutes=-6), 401),
    ],
)
def test_what_was_triggered_long_ago_is_refused(tell, rows, hands, ago, status):
    triggered = f"{hands.now() - ago:%Y-%m-%dT%H:%M:%S}.877041743Z"

    answer = tell(an_order(), **{"X-Shopify-Triggered-At": triggered})

    assert answer.status_code == status
    assert rows("SELECT COUNT(*) FROM storefront_hook") == [(int(status == 200),)]


def test_a_time_that_is_none_proves_no_freshness(tell):
    answer = tell(an_order(), **{"X-Shopify-Triggered-At": "yesterday"})

    assert answer.status_code == 401
    assert "too long ago" in answer.json["detail"]


@pytest.mark.parametrize("kind", ["storefronts/shopify", "carriers/ghn", "channels/x"])
def test_what_is_refused_is_told_to_a_program_without_its_secret(client, made, kind):
    url = f"/hooks/{kind}/{made.hook_secret}"
    answers = [client.get(url), client.post(f"{url}x"), client.post(f"{url}/more")]

    for answer in answers:
        assert answer.status_code in {404, 405}
        assert answer.content_type == "application/problem+json"
        assert made.hook_secret not in answer.text


def test_a_wrong_secret_is_the_same_404_as_a_platform_that_is_not_connected(
    tell, client, made
):
    unknown = tell(an_order(), secret="wrong")
    elsewhere = client.post(f"/hooks/storefronts/etsy/{made.hook_secret}", data=b"{}")

    assert (unknown.status_code, elsewhere.status_code) == (404, 404)
    assert unknown.data == elsewhere.data


def test_an_unknown_topic_is_let_go_with_202(tell, rows):
    answer = tell({"id": 1}, "app/uninstalled")

    assert answer.status_code == 202
    assert rows("SELECT COUNT(*) FROM storefront_hook") == [(0,)]


def test_a_malformed_body_is_refused_with_its_place_and_kept(tell, made, rows):
    answer = tell(b'{"name": "#1",\n  oops}')

    assert answer.status_code == 400
    assert answer.json["detail"].startswith("no JSON at line 2, column 3")
    assert made.hook_secret not in answer.text
    ((trouble, read_at),) = rows("SELECT trouble, read_at FROM storefront_hook")
    assert trouble.startswith("no JSON at line 2")
    assert read_at is not None


def test_a_body_of_more_than_five_megabytes_is_too_large(tell):
    assert tell(b'"' + b"x" * 5_000_000 + b'"').status_code == 413


def test_a_body_in_chunks_is_too_large_at_the_same_size(client, made):
    answer = client.post(
        f"/hooks/storefronts/shopify/{made.hook_secret}",
        input_stream=BytesIO(b"x" * 5_000_001),
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )

    assert answer.status_code == 413


def test_a_body_of_four_megabytes_is_taken(tell, parcels):
    order = an_order(fulfillments=[a_fulfilment()], note="x" * 4_000_000)

    assert tell(order).status_code == 200
    assert len(parcels()) == 1


def test_bodies_expire(of, tell, rows, hands):
    from track_service.services.sweep import sweep

    tell(an_order())
    hands.forward(days=31)
    sweep(of.database, now=hands.at)

    assert rows("SELECT COUNT(*) FROM storefront_hook") == [(0,)]
    assert timedelta(days=31) > of.desk.retention


def test_an_erased_order_stays_so_whatever_its_shop_tells(of, tell, rows, client, key):
    order = an_order(fulfillments=[a_fulfilment()])
    tell(order)
    ((public_id,),) = rows(
        "SELECT public_id FROM shipment WHERE number = '1Z999AA10123456784'"
    )
    erased = client.delete(
        f"/api/v1/shipments/{public_id}", headers={"Authorization": f"Bearer {key}"}
    )
    assert erased.status_code == 204

    tell(order | {"updated_at": "2026-03-04T00:00:00Z"}, "orders/updated")

    left = everything(of)
    assert b"Bamboo" not in left
    assert b"1Z999AA10123456784" not in left
    assert rows("SELECT token FROM handed_order") == [(None,)]


def test_an_order_of_a_shop_s_own_system_is_read_by_the_mapping_it_set(
    of, brand, made, client, parcels
):
    mapping = '{"number": "no", "parcels.number": "awb", "parcels.carrier": "by"}'
    settings = {"secret": "s", "proof": "bearer", "mapping": mapping}
    with of.database.write() as session:
        connecting.connect(session, brand, "generic", settings, now=of.clock.now())
        session.commit()

    answer = client.post(
        f"/hooks/storefronts/generic/{made.hook_secret}",
        json={"no": "B-7", "awb": "1Z999AA10123456784", "by": "UPS®"},
        headers={"Authorization": "Bearer s"},
        buffered=True,
    )

    assert answer.status_code == 200
    assert parcels() == [("ups", "1Z999AA10123456784", "B-7")]


def test_a_token_inside_the_body_lets_an_order_in(of, brand, made, client, rows):
    with of.database.write() as session:
        connecting.connect(
            session, brand, "nhanh", {"secret": "tok"}, now=of.clock.now()
        )
        session.commit()
    body = {"event": "orderAdd", "businessId": 1, "data": {"orderId": 5}}
    url = f"/hooks/storefronts/nhanh/{made.hook_secret}"

    wrong = client.post(url, json=body | {"webhooksVerifyToken": "no"}, buffered=True)
    right = client.post(url, json=body | {"webhooksVerifyToken": "tok"}, buffered=True)

    assert (wrong.status_code, right.status_code) == (401, 200)
    assert rows("SELECT number FROM orders WHERE number != 'TEST'") == [("5",)]


def test_of_a_burst_the_most_is_left_to_the_worker_and_nothing_is_lost(
    of, hands, tell, rows
):
    numbers = [f"#{place}" for place in range(3 * TAKEN_AT_ONCE)]
    for place, number in enumerate(numbers):
        assert tell(an_order(number, order_id=place + 1)).status_code == 200

    taken = "SELECT COUNT(*) FROM handed_order"
    assert rows(taken) == [(TAKEN_AT_ONCE,)]
    assert take_left_over(of.desk, mint=of.mint) == 2 * TAKEN_AT_ONCE
    assert rows(taken) == [(3 * TAKEN_AT_ONCE,)]


def test_the_next_second_has_time_to_spare_again(hands, tell, rows):
    for place in range(2 * TAKEN_AT_ONCE):
        tell(an_order(f"#{place}", order_id=place + 1))
    hands.forward(seconds=1)
    tell(an_order("#last", order_id=99))

    assert rows("SELECT number FROM orders WHERE number = '#last'") == [("#last",)]


def test_what_one_worker_takes_no_second_worker_is_given(of, hands, tell):
    for place in range(2 * TAKEN_AT_ONCE):
        tell(an_order(f"#{place}", order_id=place + 1))

    def claim():
        until = hands.at + timedelta(minutes=1)
        with of.database.write() as session:
            found = claim_due(session, due_by=hands.at, until=until, limit=3)
            session.commit()
        return {hook_id for hook_id, _ in found}

    first, second, third = claim(), claim(), claim()

    assert [len(first), len(second), len(third)] == [3, 2, 0]
    assert not first & second


def test_while_a_burst_comes_in_the_worker_takes_what_waited_for_a_minute(
    of, hands, tell
):
    for place in range(2 * TAKEN_AT_ONCE):
        tell(an_order(f"#{place}", order_id=place + 1))
    hands.forward(minutes=1)
    for place in range(BURST + TAKEN_AT_ONCE):
        tell(an_order(f"#later-{place}", order_id=place + 100))

    assert take_left_over(of.desk, mint=of.mint) == TAKEN_AT_ONCE
    assert take_left_over(of.desk, mint=of.mint) == 0
    hands.forward(seconds=2)
    assert take_left_over(of.desk, mint=of.mint) == BURST


def test_a_courier_of_the_shop_s_own_is_nobody_s_guess(tell, parcels, rows):
    tell(an_order(fulfillments=[a_fulfilment("Our van", "VAN12345")]))

    assert parcels() == []
    ((untracked,),) = rows("SELECT untracked FROM handed_order")
    assert "VAN12345" in str(untracked)


def test_another_order_of_the_same_number_is_not_mixed_in(tell, rows):
    tell(an_order())
    other = an_order(order_id=5, email="other@shopper.example", total_price="99.00")
    assert tell(other).status_code == 200

    assert [float(total) for (total,) in rows("SELECT total FROM handed_order")] == [37]
    troubles = [trouble for (trouble,) in rows("SELECT trouble FROM storefront_hook")]
    assert troubles == [None, "number: another order of this brand bears it"]


def test_an_older_payload_with_a_new_parcel_does_not_change_the_buyer(
    of, tell, parcels, client, key
):
    tell(an_order(updated_at="2026-03-03T00:00:00Z", email="new@shopper.example"))
    tell(
        an_order(email="old@shopper.example", fulfillments=[a_fulfilment()]),
        "orders/updated",
    )

    assert len(parcels()) == 1
    told = client.get(
        "/api/v1/orders/%232041", headers={"Authorization": f"Bearer {key}"}
    )
    assert "old@shopper.example" not in told.text
    with of.database.read() as session:
        held = shipments.load(session, [2], full=False)
    assert [h.shipment.order.customer.email for h in held] == ["new@shopper.example"]
