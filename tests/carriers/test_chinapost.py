"""What a push of China Post proves: the digest beside its message."""

import base64
import hashlib
from urllib.parse import urlencode

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.chinapost import ChinaPost

MESSAGE = '[{"traceNo":"9880000000123","opDesc":"收寄"}]'


def _push(key: str) -> Push:
    hashed = hashlib.md5((MESSAGE + key).encode()).hexdigest()  # noqa: S324
    form = {
        "logistics_interface": MESSAGE,
        "data_digest": base64.b64encode(hashed.encode()).decode(),
    }
    return Push(urlencode(form).encode())


@pytest.mark.parametrize(
    ("push", "settings", "trust"),
    [
        (_push("post-key"), {"push_key": "post-key"}, Trust.SIGNED),
        (_push("another"), {"push_key": "post-key"}, Trust.REFUSED),
        (Push(MESSAGE.encode()), {"push_key": "post-key"}, Trust.REFUSED),
        (_push("post-key"), {}, Trust.URL_ONLY),
    ],
)
def test_the_digest_of_the_message_proves_a_push(push, settings, trust):
    assert ChinaPost.verify(push, settings) is trust
