"""Hooks for which the platform is asked: for a key that signs, for a whole order."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from standardwebhooks import Webhook
from tests.services.shipengine_key import stated
from tests.storefronts.pairs import pairs

from track_service.services import connecting
from track_service.services.taking import take_left_over
from track_service.web import wiring

BIG = "https://api.bigcommerce.com/stores/made-up/v2/orders/5104"
GIVEN = {
    "bigcommerce": {
        "secret": "bc_made_up",
        "store_hash": "made-up",
        "access_token": "bc_token_made_up",
    },
    "saleor": {"url": "https://made-up.example"},
    "magento": {"url": "https://shop.example", "access_token": "mg_token"},
}
JWKS = "https://made-up.example/.well-known/jwks.json"


@pytest.fixture
def desk(app, of, guarded):
    """The desk, of the web and of the worker, that asks through `guarded`."""
    made = replace(of.desk, guarded=guarded)
    with app.app_context():
        wiring.put(app, replace(wiring.wired(), desk=made))
    return made


@pytest.fixture
def tell(client, of, desk, made, brand):
    """Send a body as a platform that the brand is connected to; return the status."""
    with of.database.write() as session:
        for platform, given in GIVEN.items():
            now = of.clock.now()
            connecting.connect(session, brand, platform, given, now=now)
        session.commit()

    def tell(platform, body, headers):
        url = f"/hooks/storefronts/{platform}/{made.hook_secret}"
        return client.post(url, data=body, headers=headers, buffered=True)

    return tell


@pytest.fixture
def tell_thinly(tell, hands):
    """Send BigCommerce's hook as the library of Standard Webhooks signs it."""

    def tell_thinly(body=None, *, ago=0.0):
        body = body or payload("bigcommerce", "order_created")
        at = hands.at - timedelta(seconds=ago)
        signer = Webhook(GIVEN["bigcommerce"]["secret"].encode())
        headers = {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signer.sign("msg_1", at, body.decode()),
        }
        return tell("bigcommerce", body, headers)

    return tell_thinly


@pytest.fixture
def work(of, desk):
    return lambda: take_left_over(desk, mint=of.mint)


@pytest.fixture
def orders(rows):
    return lambda: [
        number for (number,) in rows("SELECT number FROM orders WHERE number != 'TEST'")
    ]


def payload(platform, name):
    return next(pair.body for pair in pairs(platform) if pair.name == name)


def a_key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwks(key):
    """Return the key's public half, which Saleor always names "1"."""
    of = key.public_key().public_numbers()
    return {"keys": [{"kty": "RSA", "kid": "1", "n": stated(of.n), "e": stated(of.e)}]}


def signed(key, body, **header):
    """Return Saleor's headers for a body."""
    protected = {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": "1"} | header
    head = stated(int.from_bytes(json.dumps(protected).encode()))
    mac = key.sign(f"{head}.".encode() + body, padding.PKCS1v15(), SHA256())
    jws = f"{head}..{stated(int.from_bytes(mac))}"
    return {"Saleor-Event": "order_fulfilled", "Saleor-Signature": jws}


def test_what_a_thin_hook_names_is_asked_for_by_the_worker(
    answers, tell_thinly, work, orders, rows
):
    assert tell_thinly().status_code == 200
    assert orders() == []

    answers.get(BIG, body=payload("bigcommerce", "ordered"))
    answers.get(f"{BIG}/products", json=[])
    answers.get(f"{BIG}/shipments", body=b"[%s]" % payload("bigcommerce", "shipped"))

    assert work() == 1
    assert orders() == ["5104"]
    found = rows("SELECT carrier, number FROM shipment WHERE number LIKE '1Z%'")
    assert found == [("ups", "1Z999AA10123456784")]
    assert work() == 0


def test_what_the_platform_does_not_answer_is_asked_for_again(
    answers, hands, tell_thinly, work, orders, rows
):
    tell_thinly()
    answers.get(BIG, status=503)
    assert work() == 1
    assert rows("SELECT trouble, read_at FROM storefront_hook") == [
        ("HttpError: the storefront answered 503", None)
    ]

    hands.forward(minutes=2)
    answers.replace("GET", BIG, body=payload("bigcommerce", "ordered"))
    answers.get(f"{BIG}/products", json=[])
    answers.get(f"{BIG}/shipments", status=204)

    assert work() == 1
    assert orders() == ["5104"]


def test_an_order_that_many_hooks_name_is_asked_for_once(
    answers, tell_thinly, work, orders, rows
):
    for name in ("order_created", "status_updated", "shipment_created"):
        tell_thinly(payload("bigcommerce", name))
    asked = answers.get(BIG, body=payload("bigcommerce", "ordered"))
    answers.get(f"{BIG}/products", json=[])
    answers.get(f"{BIG}/shipments", status=204)

    assert work() == 3
    assert asked.call_count == 1
    assert orders() == ["5104"]
    assert rows("SELECT COUNT(*) FROM storefront_hook WHERE read_at IS NULL") == [(0,)]


@pytest.mark.parametrize(("status", "asked"), [(503, 1), (401, 2)])
def test_a_shop_that_fails_is_left_alone_until_the_next_round(
    answers, hands, tell_thinly, work, rows, status, asked
):
    for number in (b"5104", b"5105"):
        body = payload("bigcommerce", "order_created").replace(b"5104", number)
        tell_thinly(body.replace(b"0c1d", number))
    shop = answers.get(re.compile(f"{BIG[:-4]}510[45]"), status=status)

    assert work() == 2
    assert shop.call_count == asked
    assert rows("SELECT COUNT(*) FROM storefront_hook WHERE read_at IS NULL") == [(2,)]
    hands.forward(minutes=1)
    assert work() == 2
    assert shop.call_count == 2 * asked


def test_a_checkout_that_was_never_finished_leaves_nothing(
    answers, tell_thinly, work, orders, rows
):
    tell_thinly()
    answers.get(BIG, json={"id": 5104, "status_id": 0})

    assert work() == 1
    assert orders() == []
    assert rows("SELECT COUNT(*) FROM storefront_hook WHERE read_at IS NULL") == [(0,)]


def test_a_stale_hook_is_refused(tell_thinly, rows):
    assert tell_thinly(ago=301).status_code == 401
    assert rows("SELECT COUNT(*) FROM storefront_hook") == [(0,)]


def test_a_topic_in_a_malformed_body_is_refused_with_its_place_and_kept(
    tell_thinly, rows
):
    answer = tell_thinly(b'{"scope": oops}')

    assert answer.status_code == 400
    assert answer.json["detail"].startswith("no JSON at line 1, column 11")
    assert rows("SELECT COUNT(*) FROM storefront_hook") == [(1,)]


def test_a_hook_that_proves_nothing_is_believed_no_more_than_the_order_s_id(
    answers, tell, work, orders
):
    forged = payload("magento", "order_saved").replace(b'"000000204"', b'"666"')
    assert tell("magento", forged, {}).status_code == 200
    shop = "https://shop.example/rest/V1"
    answers.get(f"{shop}/orders/204", body=payload("magento", "ordered"))
    answers.get(f"{shop}/shipments", json={"items": []})

    assert work() == 1
    assert orders() == ["000000204"]


def test_a_hook_is_proved_by_the_shop_s_key_which_is_fetched_once(
    answers, tell, orders
):
    key, body = a_key(), payload("saleor", "shipped")
    asked = answers.get(JWKS, json=jwks(key))
    changed = body.replace(b"Bamboo", b"Golden")

    assert tell("saleor", body, signed(key, body)).status_code == 200
    assert tell("saleor", body, signed(key, body)).status_code == 200
    assert asked.call_count == 1
    assert tell("saleor", changed, signed(key, body)).status_code == 401
    assert orders() == ["2041"]


@pytest.mark.parametrize("header", [{"alg": "HS256"}, {"b64": True}, {"kid": None}])
def test_a_signature_of_another_kind_is_refused_and_no_key_fetched(tell, header):
    key, body = a_key(), payload("saleor", "shipped")

    assert tell("saleor", body, signed(key, body, **header)).status_code == 401


def test_a_key_that_was_renewed_under_its_old_name_is_fetched_anew(
    answers, hands, tell, orders
):
    old, new, body = a_key(), a_key(), payload("saleor", "shipped")
    asked = answers.get(JWKS, json=jwks(old))
    assert tell("saleor", body, signed(old, body)).status_code == 200
    answers.replace("GET", JWKS, json=jwks(new))

    assert tell("saleor", body, signed(new, body)).status_code == 401
    assert asked.call_count == 1  # asked a moment ago
    hands.forward(minutes=1)
    assert tell("saleor", body, signed(new, body)).status_code == 200
    assert tell("saleor", body, signed(old, body)).status_code == 401


def test_without_the_key_a_hook_is_refused(answers, tell, orders):
    key, body = a_key(), payload("saleor", "shipped")
    answers.get(JWKS, status=503)

    assert tell("saleor", body, signed(key, body)).status_code == 401
    assert orders() == []


def test_adobe_s_challenge_is_given_back_where_the_brand_is_connected(
    tell, client, made
):
    hook = f"/hooks/storefronts/magento/{made.hook_secret}"
    challenge = "8ec8d794-e0ab-42df-9017-e3dada8e84f7"

    answer = client.get(f"{hook}?challenge={challenge}")

    assert (answer.status_code, answer.text) == (200, challenge)
    assert answer.content_type == "text/plain; charset=utf-8"
    assert client.get(f"{hook}?challenge=<script>").status_code == 405
    assert client.get(hook).headers["Allow"] == "POST"
    assert client.get(f"{hook}wrong?challenge={challenge}").status_code == 404
    bigcommerce = hook.replace("magento", "bigcommerce")
    assert client.get(f"{bigcommerce}?challenge={challenge}").status_code == 405


@pytest.mark.parametrize("platform", ["saleor", "magento"])
def test_a_shop_s_address_must_be_one(of, brand, platform):
    given = GIVEN[platform] | {"url": "shop.example"}

    with (
        pytest.raises(connecting.WrongConnection, match="url: a web address") as caught,
        of.database.write() as session,
    ):
        connecting.connect(session, brand, platform, given, now=of.clock.now())

    assert "shop.example" not in str(caught.value)
