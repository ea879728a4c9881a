"""Bring's Event Cast: the header that we told it to send."""

from track_service.carriers.base import Push, Trust
from track_service.carriers.bring import Bring

BODY = b'{"status": "IN_TRANSIT"}'


def test_a_push_with_our_header_is_signed():
    settings = {"push_header": "X-Shop-Key", "push_secret": "s3cret"}

    trust = Bring.verify(Push(BODY, {"x-shop-key": "s3cret"}), settings)

    assert trust is Trust.SIGNED


def test_a_push_with_another_header_is_refused():
    settings = {"push_secret": "s3cret"}

    for headers in ({}, {"authorization": "wrong"}, {"x-shop-key": "s3cret"}):
        assert Bring.verify(Push(BODY, headers), settings) is Trust.REFUSED


def test_a_push_without_a_secret_of_ours_only_knows_our_address():
    assert Bring.verify(Push(BODY, {"authorization": "x"}), {}) is Trust.URL_ONLY
