"""Veho beyond its pairs: the secret in a header that the shop registered."""

import pytest

from track_service.carriers.base import Push, Trust
from track_service.carriers.veho import Veho


@pytest.mark.parametrize(
    ("headers", "trust"),
    [
        pytest.param({"x-api-key": "s3cret"}, Trust.SIGNED, id="key"),
        pytest.param({"authorization": "Bearer s3cret"}, Trust.SIGNED, id="bearer"),
        pytest.param({"apikey": "s3creT"}, Trust.REFUSED, id="wrong"),
        pytest.param({"x-api-key": "ключ"}, Trust.REFUSED, id="not ASCII"),
        pytest.param({}, Trust.REFUSED, id="none"),
    ],
)
def test_a_push_must_bring_the_secret_that_was_registered(headers, trust):
    assert Veho.verify(Push(b"{}", headers), {"push_token": "s3cret"}) is trust


def test_without_a_secret_only_the_url_speaks_for_a_push():
    assert Veho.verify(Push(b"{}"), {}) is Trust.URL_ONLY
