"""What proves a push of TrackingMore."""

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.trackingmore import CARRIER

BODY = b'{"event":"made up","n":1}'
ACCOUNT = {"webhook_secret": "s3cret"}
SIGNED = {
    "timestamp": "1772600000",
    "signature": "1163245bd79c61311b62d04aacab84d8bc2a7dd1e74925374c24666b5db422b8",
}


def test_a_push_with_the_right_proof_is_no_more_than_the_url():
    assert CARRIER.verify(Push(BODY, SIGNED), ACCOUNT) is Trust.URL_ONLY


@pytest.mark.parametrize(
    "push",
    [
        Push(BODY, {**SIGNED, "timestamp": "1772600001"}),
        Push(BODY, {}),
        Push(BODY, dict.fromkeys(SIGNED, "ÿ")),
    ],
    ids=["another time", "no proof", "rubbish"],
)
def test_a_push_with_a_wrong_proof_is_refused(push):
    assert CARRIER.verify(push, ACCOUNT) is Trust.REFUSED


def test_without_a_secret_only_the_url_vouches():
    assert CARRIER.verify(Push(BODY, SIGNED), {}) is Trust.URL_ONLY
