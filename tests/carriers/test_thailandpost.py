"""What a push of Thailand Post proves: the bearer token that the shop gave."""

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.thailandpost import ThailandPost

OURS = {"push_token": "ours"}


@pytest.mark.parametrize(
    ("push", "settings", "trust"),
    [
        (Push(b"{}", {"authorization": "Bearer ours"}), OURS, Trust.SIGNED),
        (Push(b"{}", {"authorization": "Bearer theirs"}), OURS, Trust.REFUSED),
        (Push(b"{}"), OURS, Trust.REFUSED),
        (Push(b"{}", {"authorization": "Bearer ours"}), {}, Trust.URL_ONLY),
    ],
)
def test_the_bearer_token_proves_a_push(push, settings, trust):
    assert ThailandPost.verify(push, settings) is trust
