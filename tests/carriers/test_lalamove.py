"""What a push of Lalamove proves: it signs the data, in the body itself."""

import hmac
import json
from hashlib import sha256

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.lalamove import Lalamove

PATH = "/hooks/carriers/lalamove/abc"
DATA = '{"order":{"orderId":"3316227370000000123","status":"PICKED_UP"}}'
OURS = {"api_secret": "sk_test", "push_path": PATH}


def _push(*, path: str = PATH, data: str = DATA) -> Push:
    raw = f"1772676045\r\nPOST\r\n{path}\r\n\r\n{data}"
    signature = hmac.new(b"sk_test", raw.encode(), sha256).hexdigest()
    body = {"timestamp": 1772676045, "signature": signature, "data": json.loads(DATA)}
    return Push(json.dumps(body).encode())


@pytest.mark.parametrize(
    ("push", "settings", "trust"),
    [
        (_push(), OURS, Trust.SIGNED),
        (_push(path="/elsewhere"), OURS, Trust.REFUSED),
        (_push(data="{}"), OURS, Trust.REFUSED),
        (_push(), {}, Trust.URL_ONLY),
        (Push(b"no JSON"), OURS, Trust.REFUSED),
    ],
)
def test_the_signature_in_the_body_proves_a_push(push, settings, trust):
    assert Lalamove.verify(push, settings) is trust
