import json
import logging
import sys

import pytest
from apprise import Apprise

from track_service.channels.apprise_urls import SCHEMES, AppriseUrls, only_public
from track_service.channels.base import DeliveryError, Outlets
from track_service.http import Guarded

TOKEN = "s3cr3t-t0ken"


@pytest.fixture
def alerts(receiver):
    return AppriseUrls({"json"}, [receiver.host])


def test_an_alert_reaches_its_service(alerts, receiver, message):
    alerts.send(message(to=f"json://{receiver.host}/{TOKEN}?+X-Shop=one&:lane=VN"))

    path, headers, body = receiver.got[0]
    assert (path, headers["x-shop"]) == (f"/{TOKEN}", "one")
    posted = json.loads(body)
    assert posted["title"] == "Your parcel is late"
    assert (posted["message"], posted["lane"]) == ("It comes on Monday.", "VN")


def test_a_failing_service_is_tried_again_and_its_url_is_told_nobody(
    alerts, receiver, message, caplog
):
    receiver.status = 500
    caplog.set_level(logging.DEBUG)

    with pytest.raises(DeliveryError) as caught:
        alerts.send(message(to=f"json://{receiver.host}/{TOKEN}"))

    assert not caught.value.permanent
    assert len(receiver.got) == 1
    assert TOKEN not in caplog.text + str(caught.value)


def test_a_redirect_is_not_followed(alerts, receiver, message):
    receiver.status = 307
    receiver.headers = {"Location": f"http://{receiver.host}/elsewhere"}

    with pytest.raises(DeliveryError):
        alerts.send(message(to=f"json://{receiver.host}/here"))

    assert [path for path, *_ in receiver.got] == ["/here"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("others", [(), ("127.0.0.1:1", "no-such-host.invalid")])
def test_a_private_address_is_refused_for_good(receiver, message, host, others):
    alerts = AppriseUrls({"json"}, others)

    with pytest.raises(DeliveryError, match="private address") as caught:
        alerts.send(message(to=f"json://{host}:{receiver.port}/"))

    assert caught.value.permanent
    assert receiver.got == []


@pytest.mark.parametrize(
    "target",
    [
        ("10.0.0.8", 443),
        ("169.254.169.254", 80),
        ("224.0.0.1", 80),
        ("::1", 443, 0, 0),
        ("fe80::1%eth0", 443, 0, 2),
        ("::ffff:192.168.0.1", 443, 0, 0),
        ("64:ff9b::a00:1", 443, 0, 0),
        ("name.example", 443),
        "/run/some.sock",
    ],
)
def test_no_private_target_is_connected_to_while_an_alert_is_sent(alerts, target):
    with only_public() as guard, pytest.raises(PermissionError):
        sys.audit("socket.connect", None, target)

    assert guard.refused


@pytest.mark.parametrize("target", [("1.1.1.1", 443), ("2606:4700::1111", 443, 0, 0)])
def test_public_targets_are_connected_to(alerts, target):
    with only_public() as guard:
        sys.audit("socket.connect", None, target)

    assert not guard.refused


def test_the_guard_binds_nobody_else(alerts):
    with only_public() as guard:
        pass
    sys.audit("socket.connect", None, ("10.0.0.8", 443))

    assert not guard.refused


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("json://8.8.8.8/", "json: this scheme"),
        ("syslog://", "syslog: this scheme"),
        ("nosuch://host/", "no URL that Apprise knows"),
        ("rubbish", "no URL that Apprise knows"),
        ("pagerduty://x", "pagerduty: the URL is incomplete"),
        ("jsons://shop.example/?verify=no", "verify: this option"),
        ("jsons://shop.example/?redirect=yes", "redirect: this option"),
        (
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?Template=/x",
            "template",
        ),
        ("jsons://shop.example/?s3cr3t-t0ken-in-a-query", r"^\?: this option"),
        ("mailtos://a:b@shop.example?mode=insecure", "mode: this option"),
        ("mailtos://a:b@shop.example?pgppub=https://elsewhere.example/", "pgppub: "),
    ],
)
def test_a_url_that_we_refuse_is_refused_by_name(message, url, why):
    alerts = AppriseUrls.open(Outlets(Guarded()))

    with pytest.raises(DeliveryError, match=why) as caught:
        alerts.send(message(to=url))

    assert caught.value.permanent


def test_every_scheme_on_the_list_is_one_that_apprise_encrypts(alerts):
    secure = {
        scheme
        for service in Apprise().details()["schemas"]
        for scheme in service["secure_protocols"] or ()
    }

    assert secure >= SCHEMES
