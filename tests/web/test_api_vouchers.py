"""Vouchers by API: added once each, counted, never shown."""

import pytest
from tests.web.shop import bearer

PATH = "/api/v1/vouchers"


@pytest.fixture
def tell(client, key):
    return lambda codes: client.post(PATH, json={"codes": codes}, headers=bearer(key))


def test_codes_are_added_once_and_counted(client, tell, key):
    assert tell(["A", "B", "A"]).json == {"added": 2, "left": 2}
    assert tell(["B", "C"]).json == {"added": 1, "left": 3}

    assert client.get(PATH, headers=bearer(key)).json == {"left": 3, "given": 0}


@pytest.mark.parametrize("codes", [[], ["A", ""], ["A", " B"], ["A" * 61], [1], "A"])
def test_a_wrong_code_adds_none(client, tell, key, codes):
    assert tell(codes).status_code == 422

    assert client.get(PATH, headers=bearer(key)).json["left"] == 0


def test_without_a_key_nothing_is_told(client):
    assert client.get(PATH).status_code == 401
