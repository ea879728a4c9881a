import ipaddress
import traceback

import pytest
import requests
from tests.http.fakes import HOOK, Ticks
from tests.http.server import drip

from track_service.http import Guarded, HttpError, Refused
from track_service.http.guarded import resolve


def test_a_webhook_is_posted_to_a_public_address(make_guarded, answers):
    answers.post(HOOK, body="thanks", status=202)

    answer = make_guarded().post(HOOK, data=b"{}", headers={"X-Sign": "s"})

    assert (answer.status, answer.body) == (202, b"thanks")
    sent = answers.calls[0].request
    assert (sent.address, sent.name) == ("93.184.215.14", "hooks.example")
    assert sent.headers["Host"] == "hooks.example"
    assert sent.headers["X-Sign"] == "s"
    assert sent.body == b"{}"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.0.8",
        "192.0.0.9",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:93.184.215.14",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001::1",
        "2001:20::1",
        "3fff::1",
        "5f00::1",
        "100::1",
        "2001:db8::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fe80::1%2",
        "fec0::1",
        "ff02::1",
    ],
)
def test_no_address_of_ours_is_called(make_guarded, address):
    guarded = make_guarded(("93.184.215.14", address))

    with pytest.raises(Refused, match=r"^hooks.example: leads to an address") as raised:
        guarded.post(HOOK, data=b"")

    assert not raised.value.retry


def test_a_public_ipv6_address_is_called(make_guarded, answers):
    answers.get("https://[2606:2800:21f::1]/", body="six")

    guarded = make_guarded(("2606:2800:21f::1",))

    assert guarded.get("https://[2606:2800:21f::1]/").body == b"six"
    assert guarded.asked == [("2606:2800:21f::1", 443)]


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "https://user@hooks.example/",
        "https://user:pw@hooks.example/",
        "https://hooks.example:22/",
        "https://hooks.example:99999/",
        "ftp://hooks.example/",
        "httpx://hooks.example/",
        "file:///etc/passwd",
        "https:///path",
        "https://",
        "hooks.example",
        "https://[::1/",
        "",
    ],
)
def test_no_odd_url_is_called(make_guarded, url):
    guarded = make_guarded()

    with pytest.raises(Refused) as raised:
        guarded.get(url)

    assert guarded.asked == []
    assert "pw" not in str(raised.value)
    assert raised.value.__context__ is None


def test_a_header_that_would_break_the_request_is_refused(make_guarded):
    with pytest.raises(Refused):
        make_guarded().post(HOOK, data=b"", headers={"X-A": "b\r\nX-C: d"})


@pytest.mark.parametrize("port", [443, 80, 8080, 8443])
def test_the_usual_ports_are_called(make_guarded, answers, port):
    answers.get(f"https://hooks.example:{port}/")

    assert make_guarded().get(f"https://hooks.example:{port}/").status == 200


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        ("Hooks.Internal", "http://hooks.internal/"),
        ("hooks.internal", "https://hooks.internal:9000/"),
        ("hooks.internal:9000", "http://hooks.internal:9000/"),
        ("hooks.internal:80", "http://hooks.internal/"),
        ("[fd00::5]:9000", "http://[fd00::5]:9000/"),
    ],
)
def test_an_allowed_host_is_free_of_the_rules(make_guarded, answers, allowed, url):
    answers.get(url, body="inside")

    guarded = make_guarded(("10.0.0.5",), allowed_private_hosts=[allowed])

    assert guarded.get(url).body == b"inside"


def test_an_allowed_port_is_the_only_one_allowed(make_guarded):
    guarded = make_guarded(("10.0.0.5",), allowed_private_hosts=["hooks.internal:9000"])

    with pytest.raises(Refused):
        guarded.get("http://hooks.internal:9001/")
    with pytest.raises(Refused):
        guarded.get("ftp://hooks.internal:9000/")
    with pytest.raises(Refused):
        guarded.get("https://hooks.internal/")


@pytest.mark.parametrize("error", [OSError("s3cret"), UnicodeError("label too long")])
def test_a_host_that_is_not_found_may_be_found_later(make_guarded, error):
    def fail(host, port):
        raise error

    with pytest.raises(HttpError, match=r"^hooks.example: host not found$") as raised:
        make_guarded(resolve=fail).get(HOOK)
    assert raised.value.retry

    with pytest.raises(HttpError, match="host not found"):
        make_guarded(()).get(HOOK)


def test_a_redirect_is_refused(make_guarded, answers):
    answers.post(HOOK, status=307, headers={"Location": "http://169.254.169.254/"})

    with pytest.raises(
        Refused, match=r"^hooks.example: answered with a redirect \(307"
    ):
        make_guarded().post(HOOK, data=b"{}")

    assert len(answers.calls) == 1


def test_the_connection_goes_to_the_address_that_was_checked(make_guarded, server):
    server.routes["/in?a=b"] = lambda h: h.reply(200, b"pinned")
    host = f"hooks.example:{server.port}"
    guarded = make_guarded(("127.0.0.1",), allowed_private_hosts=[host])

    answer = guarded.post(f"http://{host}/in?a=b", data=b"hello")

    assert answer.body == b"pinned"
    assert guarded.asked == [("hooks.example", server.port)]
    path, headers, body = server.seen[0]
    assert (path, headers["Host"], body) == ("/in?a=b", host, b"hello")


def test_a_tenants_server_cannot_drip_or_flood(make_guarded, server):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n"
    server.routes["/drip"] = lambda h: drip(h, head, b"a")
    server.routes["/flood"] = lambda h: h.reply(200, b"x" * 2_000_000)
    inside = {"addresses": ("127.0.0.1",), "allowed_private_hosts": ["127.0.0.1"]}

    with pytest.raises(HttpError, match=r"^127.0.0.1: no whole answer within"):
        make_guarded(**inside, ticks=Ticks(1.0)).get(server.url("/drip"))
    with pytest.raises(HttpError, match=r"^127.0.0.1: answer over 1000000 bytes$"):
        make_guarded(**inside).get(server.url("/flood"))


def test_the_secret_in_a_webhooks_path_is_not_told(make_guarded, answers):
    answers.post(HOOK, body=requests.ConnectionError(f"failed: {HOOK}"))

    with pytest.raises(HttpError) as raised:
        make_guarded().post(HOOK, data=b"")

    assert str(raised.value) == "hooks.example: connection failed"
    assert "pa55" not in "".join(traceback.format_exception(raised.value))


def test_looking_up_a_host_gives_its_addresses():
    found = resolve("localhost", 443)

    assert found
    assert all(ipaddress.ip_address(address).is_loopback for address in found)


@pytest.mark.parametrize(
    "spelling", ["127.1", "0x7f000001", "2130706433", "0177.0.0.1"]
)
def test_no_spelling_of_loopback_gets_through(spelling):
    guarded = Guarded()

    with pytest.raises(Refused, match="not public"):
        guarded.get(f"https://{spelling}/")
