"""What a push of J&T Express proves."""

import base64
import hashlib
import json
from urllib.parse import urlencode

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.jtexpress import JtExpress

CONTENT = '{"billCode":"801100400123","details":[]}'
KEY = {"private_key": "jt-key"}


def _digest(content: str = CONTENT) -> str:
    return base64.b64encode(hashlib.md5(f"{content}jt-key".encode()).digest()).decode()  # noqa: S324


@pytest.mark.parametrize(
    ("push", "trust"),
    [
        (
            Push(json.dumps({"bizContent": CONTENT, "digest": _digest()}).encode()),
            Trust.SIGNED,
        ),
        (
            Push(urlencode({"bizContent": CONTENT}).encode(), {"digest": _digest()}),
            Trust.SIGNED,
        ),
        (
            Push(urlencode({"bizContent": "{}"}).encode(), {"digest": _digest()}),
            Trust.REFUSED,
        ),
        (Push(CONTENT.encode()), Trust.URL_ONLY),
    ],
)
def test_the_digest_of_the_content_proves_a_push(push, trust):
    assert JtExpress.verify(push, KEY) is trust


def test_without_a_key_of_ours_nothing_is_proved():
    body = json.dumps({"bizContent": CONTENT, "digest": _digest()}).encode()

    assert JtExpress.verify(Push(body), {}) is Trust.URL_ONLY
