from datetime import timedelta, timezone

import pytest
import standardwebhooks

from track_service.channels.base import DeliveryError, Outlets
from track_service.channels.webhook import Webhook
from track_service.clock import wall
from track_service.http import Guarded

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_b3RoZXIgc2VjcmV0IG9mIGFub3RoZXIgc2hvcA=="
PAYLOAD = {
    "type": "shipment.late",
    "timestamp": "2026-03-02T09:30:00Z",
    "data": {"number": "X1", "place": "Đà Nẵng"},
}


@pytest.fixture
def webhook(receiver):
    return Webhook.open(Outlets(Guarded(allowed_private_hosts=[receiver.host])))


@pytest.fixture
def hook(receiver, message):
    def make(**changes):
        given = {
            "to": f"http://{receiver.host}/hook?shop=1",
            "payload": PAYLOAD,
            "secret": SECRET,
        }
        return message(**{**given, **changes})

    return make


def test_the_receiver_can_verify_what_it_got(webhook, receiver, hook):
    assert webhook.send(hook(sent_at=wall())) == "notice-7"

    path, headers, body = receiver.got[0]
    assert path == "/hook?shop=1"
    assert headers["content-type"] == "application/json"
    assert headers["webhook-id"] == "notice-7"
    assert standardwebhooks.Webhook(SECRET).verify(body, headers) == PAYLOAD
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        standardwebhooks.Webhook(OTHER).verify(body, headers)


def test_the_time_of_a_try_is_signed_in_utc_wherever_it_was_told(
    webhook, receiver, hook
):
    first = hook()
    second = hook(sent_at=first.sent_at.astimezone(timezone(timedelta(hours=7))))

    webhook.send(first)
    webhook.send(second)

    (_, one, _), (_, two, _) = receiver.got
    assert one["webhook-timestamp"] == "1772443800"
    assert one["webhook-signature"] == two["webhook-signature"]


@pytest.mark.parametrize("status", [400, 401, 404, 408, 425, 429, 500, 503])
def test_a_broken_receiver_is_tried_again(webhook, receiver, hook, status):
    receiver.status = status

    with pytest.raises(DeliveryError, match=f"answered {status}") as caught:
        webhook.send(hook())

    assert (caught.value.permanent, caught.value.retry_after) == (False, None)


def test_a_receiver_that_is_gone_is_not_tried_again(webhook, receiver, hook):
    receiver.status = 410

    with pytest.raises(DeliveryError) as caught:
        webhook.send(hook())

    assert caught.value.permanent


@pytest.mark.parametrize(
    ("stated", "wait"),
    [
        pytest.param("120", timedelta(minutes=2), id="seconds"),
        pytest.param(
            "Mon, 02 Mar 2026 10:00:00 GMT", timedelta(minutes=30), id="a date"
        ),
    ],
)
def test_the_receiver_says_when_to_come_again(webhook, receiver, hook, stated, wait):
    receiver.status, receiver.headers = 429, {"Retry-After": stated}

    with pytest.raises(DeliveryError) as caught:
        webhook.send(hook())

    assert caught.value.retry_after == wait


def test_a_redirect_is_not_followed(webhook, receiver, hook):
    receiver.status = 307
    receiver.headers = {"Location": f"http://{receiver.host}/elsewhere"}

    with pytest.raises(DeliveryError):
        webhook.send(hook())

    assert [path for path, *_ in receiver.got] == ["/hook?shop=1"]


def test_a_private_address_is_refused_for_good(receiver, hook):
    with pytest.raises(DeliveryError) as caught:
        Webhook(Guarded()).send(hook(to=f"https://{receiver.host}/hook"))

    assert caught.value.permanent
    assert receiver.got == []


@pytest.mark.parametrize("secret", [None, "whsec_", "whsec_a"])
def test_nothing_goes_out_without_a_signature(webhook, receiver, hook, secret):
    with pytest.raises(DeliveryError, match="signing secret"):
        webhook.send(hook(secret=secret))

    assert receiver.got == []


def test_nothing_goes_out_without_a_payload(webhook, receiver, hook):
    with pytest.raises(DeliveryError, match="no payload") as caught:
        webhook.send(hook(payload=None))

    assert caught.value.permanent
    assert receiver.got == []


def test_a_batch_and_a_check_need_nothing_special(webhook, receiver, hook):
    webhook.check()
    with webhook.session() as send:
        assert [send(hook(key=key)) for key in ("a", "b")] == ["a", "b"]

    assert [headers["webhook-id"] for _, headers, _ in receiver.got] == ["a", "b"]
