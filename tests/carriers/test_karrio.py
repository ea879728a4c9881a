"""What proves a push of Karrio."""

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.karrio import CARRIER

BODY = b'{"event":"made up","n":1}'
ACCOUNT = {"webhook_secret": "s3cret"}
SIGNED = {"x-event-id": "s3cret"}


def test_a_push_with_the_right_proof_is_signed():
    assert CARRIER.verify(Push(BODY, SIGNED), ACCOUNT) is Trust.SIGNED


@pytest.mark.parametrize(
    "push",
    [
        Push(BODY, {"x-event-id": "other"}),
        Push(BODY, {}),
        Push(BODY, dict.fromkeys(SIGNED, "ÿ")),
    ],
    ids=["another secret", "no proof", "rubbish"],
)
def test_a_push_with_a_wrong_proof_is_refused(push):
    assert CARRIER.verify(push, ACCOUNT) is Trust.REFUSED


def test_without_a_secret_only_the_url_vouches():
    assert CARRIER.verify(Push(BODY, SIGNED), {}) is Trust.URL_ONLY
