"""What proves a push of EasyPost."""

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.easypost import CARRIER

BODY = b'{"event":"made up","n":1}'
ACCOUNT = {"webhook_secret": "wéb"}
SIGNED = {
    "x-hmac-signature": "hmac-sha256-hex=b273808ecbfc7fcf8c72d1dc7fa816de55aaedefe6df5e9b37b2083bf3b95df5"
}


def test_a_push_with_the_right_proof_is_signed():
    assert CARRIER.verify(Push(BODY, SIGNED), ACCOUNT) is Trust.SIGNED


@pytest.mark.parametrize(
    "push",
    [
        Push(BODY + b" ", SIGNED),
        Push(BODY, {}),
        Push(BODY, dict.fromkeys(SIGNED, "ÿ")),
    ],
    ids=["another body", "no proof", "rubbish"],
)
def test_a_push_with_a_wrong_proof_is_refused(push):
    assert CARRIER.verify(push, ACCOUNT) is Trust.REFUSED


def test_without_a_secret_only_the_url_vouches():
    assert CARRIER.verify(Push(BODY, SIGNED), {}) is Trust.URL_ONLY
