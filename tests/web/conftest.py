import pytest
from tests.storefronts.shop import SECRET, body_of, headers
from tests.web.shop import Shop, add_brand

from track_service.services import connecting


@pytest.fixture
def shop(client, key):
    return Shop(client, key)


@pytest.fixture
def other_shop(app, client):
    add_brand(app, "rival", "key-of-rival")
    return Shop(client, "key-of-rival")


@pytest.fixture
def connected(of, brand):
    with of.database.write() as session:
        connecting.connect(
            session, brand, "shopify", {"secret": SECRET}, now=of.clock.now()
        )
        session.commit()
    return brand


@pytest.fixture
def tell(client, made, connected):
    def tell(payload, topic="orders/create", *, secret=None, delivery=None, **changed):
        body = body_of(payload)
        sent = headers(body, topic, delivery) | changed
        url = f"/hooks/storefronts/shopify/{secret or made.hook_secret}"
        return client.post(url, data=body, headers=sent, buffered=True)

    return tell
