import pytest
from tests.web.shop import Shop, add_brand


@pytest.fixture
def shop(client, key):
    return Shop(client, key)


@pytest.fixture
def other_shop(app, client):
    add_brand(app, "rival", "key-of-rival")
    return Shop(client, "key-of-rival")
