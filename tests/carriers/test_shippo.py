"""What proves a push of Shippo."""

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.shippo import CARRIER

BODY = b'{"event":"made up","n":1}'
ACCOUNT = {"webhook_secret": "s3cret"}
SIGNED = {
    "shippo-auth-signature": "t=1772600000,v1=6694dbac8179630120553c23d4c5f5608c676c29a88e0182c5dc2968398b58ca"
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
