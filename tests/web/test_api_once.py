from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from tests.web.shop import Shop, add_brand, parcel, small

from track_service.app import create_app
from track_service.store.db import db

AT_ONCE = 6


def test_the_same_key_and_body_give_the_first_shipment_again(shop):
    made = shop.post(parcel(), Idempotency_Key="order-1001")

    again = shop.post(parcel(), Idempotency_Key="order-1001")

    assert (made.status_code, again.status_code) == (201, 200)
    assert again.json == made.json
    assert again.headers["Location"] == made.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in made.headers


def test_the_order_of_a_bodys_fields_does_not_matter(shop):
    shop.post(parcel(), Idempotency_Key="k")
    turned = dict(reversed(parcel().items()))

    assert shop.post(turned, Idempotency_Key="k").status_code == 200


def test_the_same_key_with_another_body_is_refused(shop):
    shop.post(parcel(), Idempotency_Key="k")

    answer = shop.post(parcel("GHN0002"), Idempotency_Key="k")

    assert answer.status_code == 422
    assert answer.json["type"].endswith(":idempotency-key-reused")
    assert len(shop.get("?order=1001").json["shipments"]) == 1


def test_a_refused_body_does_not_use_the_key_up(shop):
    assert shop.post(parcel(carrier="x"), Idempotency_Key="k").status_code == 422
    assert shop.post(parcel(), Idempotency_Key="k").status_code == 201


def test_brands_do_not_share_keys(shop, other_shop):
    assert shop.post(parcel(), Idempotency_Key="k").status_code == 201
    assert other_shop.post(parcel("GHN0002"), Idempotency_Key="k").status_code == 201


@pytest.mark.parametrize("given", ["", " ", "a" * 256, "naïve", "a\tb"])
def test_a_key_that_cannot_be_one_is_a_bad_request(shop, given):
    answer = shop.post(parcel(), Idempotency_Key=given)

    assert answer.status_code == 400
    assert list(answer.json["errors"]) == ["Idempotency-Key"]


def test_the_longest_key_is_taken(shop):
    assert shop.post(parcel(), Idempotency_Key="~" * 255).status_code == 201


@pytest.fixture
def race(settings, hands):
    """Post bodies at the same moment, each from a thread of its own."""
    app = create_app(settings, clock=hands.clock())
    add_brand(app, "racer", "racing-key")

    def run(bodies, **headers):
        barrier = Barrier(len(bodies))

        def post(body):
            racer = Shop(app.test_client(), "racing-key")
            barrier.wait()
            return racer.post(body, **headers)

        with ThreadPoolExecutor(len(bodies)) as pool:
            return list(pool.map(post, bodies))

    yield run
    with app.app_context():
        db.engine.dispose()


def statuses(answers):
    return sorted(answer.status_code for answer in answers)


def test_of_many_at_once_with_one_key_one_registers(race):
    answers = race([parcel()] * AT_ONCE, Idempotency_Key="k")

    assert statuses(answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer.json["id"] for answer in answers}) == 1


def test_of_many_at_once_without_a_key_the_others_are_told_which(race):
    answers = race([parcel()] * AT_ONCE)

    assert statuses(answers) == [201] + [409] * (AT_ONCE - 1)
    assert len({answer.json["id"] for answer in answers}) == 1


def test_of_different_bodies_at_once_with_one_key_one_registers(race):
    answers = race([small(f"GHN{n:04}", str(n)) for n in range(4)], Idempotency_Key="k")

    assert statuses(answers) == [201, 422, 422, 422]


def test_all_parcels_of_one_new_order_at_once_are_registered(race):
    answers = race([parcel(f"GHN{n:04}") for n in range(AT_ONCE)])

    assert statuses(answers) == [201] * AT_ONCE
