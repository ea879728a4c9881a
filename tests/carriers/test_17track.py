"""What proves a push of 17TRACK."""

import pytest

from track_service.carriers._17track import CARRIER
from track_service.carriers.base import Push, Trust

BODY = b'{"event":"made up","n":1}'
ACCOUNT = {"token": "s3cret"}
SIGNED = {"sign": "9265d6980db1caedcab78b775a119f096d7b115683b0a7413729889de6af076a"}


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
