"""What a push of Shiprocket proves: the token that the shop chose."""

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.shiprocket import Shiprocket

OURS = {"push_token": "ours"}


@pytest.mark.parametrize(
    ("push", "settings", "trust"),
    [
        (Push(b"{}", {"x-api-key": "ours"}), OURS, Trust.SIGNED),
        (Push(b"{}", {"x-api-key": "theirs"}), OURS, Trust.REFUSED),
        (Push(b"{}"), OURS, Trust.REFUSED),
        (Push(b"{}", {"x-api-key": "ours"}), {}, Trust.URL_ONLY),
    ],
)
def test_the_chosen_token_proves_a_push(push, settings, trust):
    assert Shiprocket.verify(push, settings) is trust
