"""Amazon Shipping: the token that a pair cannot show, since it outlives a call."""

import responses
from tests.carriers.asking import client

from track_service.carriers.amazon_shipping import AmazonShipping
from track_service.carriers.base import Wanted

TOKENS = "https://api.amazon.com/auth/o2/token"
TRACKING = "https://sellingpartnerapi-na.amazon.com/shipping/v2/tracking"
SETTINGS = {
    "client_id": "amzn1.app",
    "client_secret": "s3cret",
    "refresh_token": "Atzr|r",
    "carrier_id": "AMZN_US",
}


def _asked(*statuses: int) -> list[str | None]:
    """Ask once for each status; return the token of each call, None for a login."""
    carrier = AmazonShipping(client(), SETTINGS)
    with responses.RequestsMock() as stage:
        for number in range(1, 3):
            stage.post(TOKENS, json={"access_token": f"t{number}"})
        for status in statuses:
            stage.get(TRACKING, json={}, status=status)
        stage.assert_all_requests_are_fired = False
        for _ in range(2):
            carrier.fetch([Wanted("TBA310000000001")])
        return [call.request.headers.get("x-amz-access-token") for call in stage.calls]


def test_a_token_is_asked_for_once_and_used_again():
    assert _asked(200, 200) == [None, "t1", "t1"]


def test_a_token_that_has_run_out_is_replaced_within_the_call():
    assert _asked(200, 403, 200) == [None, "t1", "t1", None, "t2"]
