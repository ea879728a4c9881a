"""What a push of Ninja Van proves: the HMAC of its raw body."""

import hmac
from base64 import b64encode
from hashlib import sha256

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.ninjavan import NinjaVan

BODY = '{ "tracking_id": "NVVN1", "comments": "Hồ Chí Minh" }'.encode()
OURS = {"client_secret": "nv-secret"}
SIGNED = b64encode(hmac.new(b"nv-secret", BODY, sha256).digest()).decode()


@pytest.mark.parametrize(
    ("push", "settings", "trust"),
    [
        (Push(BODY, {"x-ninjavan-hmac-sha256": SIGNED}), OURS, Trust.SIGNED),
        (Push(BODY + b" ", {"x-ninjavan-hmac-sha256": SIGNED}), OURS, Trust.REFUSED),
        (Push(BODY), OURS, Trust.REFUSED),
        (Push(BODY, {"x-ninjavan-hmac-sha256": SIGNED}), {}, Trust.URL_ONLY),
    ],
)
def test_the_hmac_of_the_raw_body_proves_a_push(push, settings, trust):
    assert NinjaVan.verify(push, settings) is trust
