"""UniUni's webhooks bear the agreed token, or an HMAC of the raw body."""

import hmac
from base64 import b64encode
from hashlib import sha256

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.uniuni import UniUni

BODY = b'{ "event": "shipment.status_updated" }'
MADE = hmac.new(b"uni-secret", BODY, sha256)
SECRET = {"push_secret": "uni-secret"}
TOKEN = {"push_token": "uni-token"}


@pytest.mark.parametrize(
    ("headers", "settings", "trust"),
    [
        ({"x-signature": MADE.hexdigest()}, SECRET, Trust.SIGNED),
        ({"x-signature": b64encode(MADE.digest()).decode()}, SECRET, Trust.SIGNED),
        ({"x-signature": "0" * 64}, SECRET, Trust.REFUSED),
        ({}, SECRET, Trust.REFUSED),
        ({"authorization": "Bearer uni-token"}, SECRET | TOKEN, Trust.REFUSED),
        ({"authorization": "Bearer uni-token"}, TOKEN, Trust.SIGNED),
        ({"authorization": "Bearer other"}, TOKEN, Trust.REFUSED),
        ({"authorization": "Bearer uni-token"}, {}, Trust.URL_ONLY),
    ],
)
def test_the_agreed_scheme_proves_a_push(headers, settings, trust):
    assert UniUni.verify(Push(BODY, headers), settings) is trust
