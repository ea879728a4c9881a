import gzip
from threading import Event

import pytest
from tests.http.fakes import Time
from tests.http.server import drip

from track_service.http import HttpError, session


def test_a_silent_server_is_given_up(make_http, server, time):
    server.routes["/"] = lambda h: h.server.over.wait(5)

    with pytest.raises(HttpError, match=r"^127.0.0.1/: no answer in time$"):
        make_http(timeout=(1, 0.05)).get(server.url("/"))

    assert len(server.seen) == 3
    assert time.slept == [0.5, 1.0]


def test_a_time_out_ends_with_the_call(make_http, server):
    server.routes["/"] = lambda h: h.server.over.wait(5)

    with pytest.raises(HttpError, match=r"^127.0.0.1/: no answer in time$"):
        make_http(timeout=(1, 20), total=0.1).get(server.url("/"))

    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nX-A: ", b"a", id="headers"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b"a", id="body"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1\r\na\r\n",
            id="chunks",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;",
            b"x",
            id="chunk size",
        ),
    ],
)
def test_a_dripping_server_cannot_hold_a_thread(make_http, server, start, drop):
    server.routes["/"] = lambda h: drip(h, start, drop)
    hurried = Time(tick=1.0)
    http = make_http(wall=hurried.wall, sleep=hurried.sleep, retries=0)

    with pytest.raises(HttpError, match="no whole answer within the time limit"):
        http.get(server.url("/"))


def test_a_dripping_answer_that_is_done_in_time_is_read(http, server):
    def reply(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for _ in range(20):
            handler.wfile.write(b"2\r\nab\r\n")
        handler.wfile.write(b"0\r\n\r\n")

    server.routes["/"] = reply

    assert http.get(server.url("/")).body == b"ab" * 20


def test_a_cut_off_body_is_asked_for_again(http, server):
    def reply(handler):
        whole = len(handler.server.seen) == 3
        handler.close_connection = True
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
        handler.wfile.write(head + (b"whole" if whole else b"wh"))

    server.routes["/"] = reply

    assert http.get(server.url("/")).body == b"whole"


def test_a_body_that_is_always_cut_off_is_an_error(http, server):
    def reply(handler):
        handler.close_connection = True
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"
        )

    server.routes["/"] = reply

    with pytest.raises(HttpError, match="answer cut off") as raised:
        http.get(server.url("/"))
    assert raised.value.retry


def test_a_broken_header_of_the_server_is_not_our_fault(http, server):
    server.routes["/"] = lambda h: h.reply(200, Content_length="5")

    with pytest.raises(HttpError, match="connection failed") as raised:
        http.get(server.url("/"))
    assert raised.value.retry
    assert len(server.seen) == 3


@pytest.mark.parametrize("status", [200, 302])
def test_a_huge_answer_is_left_before_it_is_read(http, server, status):
    sent = []
    stopped = Event()

    def reply(handler):
        handler.close_connection = True
        handler.send_response(status)
        handler.send_header("Location", "/next")
        handler.send_header("Content-Length", "100000000")
        handler.end_headers()
        try:
            for _ in range(1000):  # pragma: no branch
                handler.wfile.write(b"x" * 100_000)
                sent.append(100_000)
        finally:
            stopped.set()

    server.routes["/"] = reply

    with pytest.raises(HttpError, match=r"answer over 5000000 bytes") as raised:
        http.get(server.url("/"))

    assert stopped.wait(5)
    assert not raised.value.retry
    assert len(server.seen) == 1
    assert sum(sent) < 40_000_000  # what lies in the sockets' buffers besides


def test_the_limit_counts_unpacked_bytes(http, server):
    packed = gzip.compress(b"0" * 6_000_000)
    server.routes["/"] = lambda h: h.reply(200, packed, Content_Encoding="gzip")

    with pytest.raises(HttpError, match="answer over 5000000 bytes"):
        http.get(server.url("/"))
    assert len(packed) < 10_000


def test_rubbish_instead_of_gzip_is_an_error(make_http, server):
    server.routes["/"] = lambda h: h.reply(200, b"rubbish", Content_Encoding="gzip")

    with pytest.raises(HttpError, match="cannot be unpacked"):
        make_http(retries=0).get(server.url("/"))


def test_rubbish_instead_of_http_is_an_error(make_http, server):
    def reply(handler):
        handler.close_connection = True
        handler.wfile.write(b"\x00\x01rubbish\r\n\r\n")

    server.routes["/"] = reply

    with pytest.raises(HttpError, match="connection failed"):
        make_http(retries=0).get(server.url("/"))


def test_a_session_also_works_on_its_own(server):
    server.routes["/"] = lambda h: h.reply(200, b"alone")

    with session(1) as made, made.get(server.url("/"), timeout=5) as response:
        assert response.content == b"alone"


def test_a_connection_without_a_time_out_keeps_to_the_call_still(server):
    server.routes["/"] = lambda h: h.reply(200, b"patient")

    with session(1) as made:
        response = made.get(server.url("/"), timeout=None)

    assert response.text == "patient"


def test_a_connection_is_used_again(http, server):
    peers = []

    def reply(handler):
        peers.append(handler.client_address)
        handler.reply(200, b"x")

    server.routes["/"] = reply
    http.get(server.url("/"))
    http.get(server.url("/"))

    assert peers[0] == peers[1]
