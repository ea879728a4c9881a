"""GHTK's pushes prove themselves by a secret in the address alone."""

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.ghtk import Ghtk


@pytest.mark.parametrize(
    ("account", "query", "trust"),
    [
        pytest.param({}, {}, Trust.URL_ONLY, id="no secret agreed"),
        pytest.param({"push_hash": "bí mật"}, {"hash": "bí mật"}, Trust.URL_ONLY),
        pytest.param({"push_hash": "bí mật"}, {"hash": "khác"}, Trust.REFUSED),
        pytest.param({"push_hash": "bí mật"}, {}, Trust.REFUSED, id="no hash given"),
    ],
)
def test_the_hash_in_the_address_is_held_against_the_account(account, query, trust):
    assert Ghtk.verify(Push(b"label_id=S1", query=query), account) is trust
