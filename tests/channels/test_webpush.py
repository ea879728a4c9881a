from datetime import UTC, datetime, timedelta

import pytest
from tests.webpush import Reader, push_service, signed

from track_service.channels.base import DeliveryError
from track_service.channels.webpush import WebPush, is_browsers, new_key, public_key
from track_service.http import Guarded

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORDS = {"title": "Tre Việt", "body": "Bưu tá đang giao.", "tag": "shp_1"}


@pytest.fixture
def pushes():
    with push_service() as service:
        yield service


@pytest.fixture
def channel(pushes):
    guarded = Guarded(allowed_private_hosts=[pushes.url.removeprefix("http://")])
    yield WebPush(guarded)
    guarded.close()


def sent(message, pushes, reader, private, **more):
    settings = {**reader.keys(), "private": private, "subject": "https://track.example"}
    to = f"{pushes.url}/browser"
    return message(to=to, payload=WORDS, settings=settings, sent_at=NOW, **more)


def test_a_browser_reads_what_nobody_between_can(channel, pushes, message):
    reader, private = Reader(), new_key()

    channel.send(sent(message, pushes, reader, private))

    ((name, headers, body),) = pushes.got
    assert name == "browser"
    assert reader.read(body) == WORDS
    assert b"Tre" not in body
    assert headers["Content-Encoding"] == "aes128gcm"
    assert (headers["Ttl"], headers["Topic"]) == ("86400", "shp_1")


def test_a_push_service_knows_who_sends(channel, pushes, message):
    private = new_key()

    channel.send(sent(message, pushes, Reader(), private))

    claims, key = signed(pushes.got[0][1]["Authorization"])
    assert key == public_key(private)
    assert claims == {
        "aud": pushes.url,
        "exp": int((NOW + timedelta(hours=12)).timestamp()),
        "sub": "https://track.example",
    }


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(404, True), (410, True), (403, True), (413, True), (429, False), (503, False)],
)
def test_what_a_push_service_refuses(channel, pushes, message, status, permanent):
    pushes.status, pushes.headers = status, {"Retry-After": "120"}

    with pytest.raises(DeliveryError, match=f"answered {status}") as refused:
        channel.send(sent(message, pushes, Reader(), new_key()))

    assert refused.value.permanent is permanent
    assert refused.value.retry_after == timedelta(minutes=2)


def test_a_push_goes_to_no_private_address(pushes, message):
    guarded = Guarded()

    with pytest.raises(DeliveryError):
        WebPush(guarded).send(sent(message, pushes, Reader(), new_key()))

    assert pushes.got == []
    guarded.close()


@pytest.mark.parametrize(
    "wrong",
    [{"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "é"}, {"auth": ""}],
)
def test_only_a_browsers_keys_are_taken(wrong):
    keys = Reader().keys()

    assert is_browsers(**keys)
    assert not is_browsers(**(keys | wrong))
