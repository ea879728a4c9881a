"""The phones answer in the providers' words; a refresh token serves once."""

import json

import pytest
import requests

from track_service.sandbox import Phones


@pytest.fixture
def phones():
    box = Phones(seed=1, not_on_zalo=0, switched_off=0)
    box.start()
    yield box
    box.stop()


def zalo_token(phones, refresh):
    base = phones.settings("zalo_zns")["oauth_url"]
    form = {"refresh_token": refresh, "app_id": "4711"}
    return (
        requests.Session()
        .post(f"{base}/v4/oa/access_token", data=form, timeout=5)
        .json()
    )


def test_a_refresh_token_serves_once(phones):
    first = zalo_token(phones, "zalo-refresh-0")

    assert first["refresh_token"] == "zalo-refresh-1"
    assert zalo_token(phones, "zalo-refresh-0")["error"] == -14014
    assert zalo_token(phones, "zalo-refresh-1")["refresh_token"] == "zalo-refresh-2"
    assert phones.settings("zalo_zns")["refresh_token"] == "zalo-refresh-2"


def test_esms_takes_one_message_of_a_request_id(phones):
    given = phones.settings("sms_esms")
    body = {
        "ApiKey": given["api_key"],
        "RequestId": "r1",
        "Content": "Xin chao",
        "Phone": "84900000000",
    }

    url = f"{given['base_url']}/MainService.svc/json/Send"
    codes = [
        requests.Session()
        .post(url, data=json.dumps(body), timeout=5)
        .json()["CodeResult"]
        for _ in range(2)
    ]

    assert codes == ["100", "124"]
    assert [text.words for text in phones.texts] == ["Xin chao"]


def test_a_hook_that_is_not_on_loopback_is_refused(phones):
    with pytest.raises(ValueError, match="loopback"):
        phones.tell({"zalo_zns": "https://track.example/hooks"})
