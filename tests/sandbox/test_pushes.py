import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.sandbox.shop import make_parcel

from track_service.sandbox import Faults, Kind


class Receiver:
    """Our end of the hooks: keeps what comes, answers as told."""

    def __init__(self) -> None:
        self.status = 200
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((self.path, dict(self.headers), body))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


def test_viettel_post_pushes_each_step_with_its_secret(sandbox, clock, receiver):
    parcel = make_parcel("viettelpost", Kind.SECOND_ATTEMPT)
    sandbox.add(parcel)
    hooks = {"viettelpost": f"{receiver.url}/vtp"}

    first = sandbox.push_due(hooks)
    clock.at = parcel.steps[-1].at
    rest = sandbox.push_due(hooks)
    nothing = sandbox.push_due(hooks)

    bodies = [json.loads(body) for _, _, body in receiver.got]
    token = sandbox.credentials("viettelpost")["push_token"]
    states = [body["DATA"]["ORDER_STATUS"] for body in bodies]
    assert (first, rest, nothing) == (1, len(parcel.steps) - 1, 0)
    assert states[:3] == [103, 105, 200]
    assert states[-4:] == [500, 506, 500, 501]
    assert bodies[0]["DATA"]["ORDER_STATUSDATE"] == (
        f"{parcel.steps[0].local:%d/%m/%Y %H:%M:%S}"
    )
    assert {body["TOKEN"] for body in bodies} == {token}
    assert {headers["Authorization"] for _, headers, _ in receiver.got} == {token}


def test_ghn_pushes_pascal_case_and_weighings_that_are_no_status(
    sandbox, clock, receiver
):
    crowd = sandbox.populate(160, start=clock())
    clock.pass_by(days=60)

    sandbox.push_due({"ghn": f"{receiver.url}/ghn"})

    bodies = [json.loads(body) for _, _, body in receiver.got]
    delivered = [body for body in bodies if body["Status"] == "delivered"]
    assert {body["Type"] for body in bodies} == {
        "create",
        "switch_status",
        "update_weight",
    }
    assert {b["OrderCode"] for b in bodies} == {
        p.number for p in crowd if p.carrier == "ghn"
    }
    assert delivered[0]["Time"].endswith("Z")


def test_ghtk_pushes_forms_and_json_with_the_secret_in_the_address(
    sandbox, clock, receiver
):
    sandbox.populate(160, start=clock())
    clock.pass_by(days=60)

    sandbox.push_due({"ghtk": f"{receiver.url}/ghtk?shop=1"})

    queries = [parse_qs(urlsplit(path).query) for path, _, _ in receiver.got]
    kinds = {headers["Content-Type"] for _, headers, _ in receiver.got}
    states = {
        int(json.loads(body)["status_id"])
        if headers["Content-Type"] == "application/json"
        else int(parse_qs(body.decode())["status_id"][0])
        for _, headers, body in receiver.got
    }
    secret = sandbox.credentials("ghtk")["push_hash"]
    assert all(q == {"shop": ["1"], "hash": [secret]} for q in queries)
    assert kinds == {"application/json", "application/x-www-form-urlencoded"}
    assert {2, 3, 4, 5, 10, 20, 21} <= states


def test_what_a_hook_does_not_accept_is_tried_once_more_and_kept(sandbox, receiver):
    sandbox.add(make_parcel("viettelpost"))
    hooks = {"viettelpost": receiver.url}
    receiver.status = 503

    refused = sandbox.push_due(hooks)
    tries = len(receiver.got)
    receiver.status = 200

    assert (refused, tries) == (0, 2)
    assert sandbox.push_due(hooks) == 1


def test_an_unreachable_hook_loses_nothing(sandbox, receiver):
    sandbox.add(make_parcel("ghn"))
    closed = Receiver()
    closed.close()

    assert sandbox.push_due({"ghn": closed.url}) == 0
    assert sandbox.push_due({"ghn": receiver.url}) == 1


def test_a_duplicated_push_is_the_same_body_twice(sandbox, receiver):
    sandbox.add(make_parcel("viettelpost"))
    sandbox.faults = Faults(duplicated=1.0)

    assert sandbox.push_due({"viettelpost": receiver.url}) == 2
    assert receiver.got[0][2] == receiver.got[1][2]


@pytest.mark.parametrize(
    "hooks",
    [
        pytest.param({"ghn": "https://example.com/hook"}, id="elsewhere"),
        pytest.param({"ghn": "http://127.0.0.1.example.com/"}, id="looks local"),
        pytest.param({"ghn": "file:///etc/passwd"}, id="no web address"),
        pytest.param({"ups": "http://127.0.0.1/"}, id="pushes nothing"),
    ],
)
def test_pushes_go_to_loopback_hooks_of_pushing_carriers_alone(sandbox, hooks):
    with pytest.raises(ValueError, match=r"loopback|pushes nothing"):
        sandbox.push_due(hooks)
