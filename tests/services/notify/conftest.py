"""A brand whose mails, webhooks and alerts go to real servers on loopback."""

import threading
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests import make
from tests.channels.mail import Mailroom, serving

from track_service.channels.base import Channel
from track_service.config import Smtp
from track_service.core.rules import read
from track_service.core.status import Status
from track_service.store import brands


@dataclass
class Receiver:
    """What a loopback HTTP server answers, and what it was sent."""

    port: int = 0
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def url(self, path: str, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}{path}"

    def at(self, path: str) -> list[tuple[dict[str, str], bytes]]:
        return [(headers, body) for where, headers, body in self.got if where == path]


@pytest.fixture
def receiver():
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.got.append((self.path, headers, body))
            self.send_response(state.status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *args):
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield state
        server.shutdown()
        thread.join()


@pytest.fixture
def mailroom():
    room = Mailroom()
    with serving(room) as port:
        room.port = port
        yield room


@pytest.fixture
def settings(settings, mailroom, receiver):
    return replace(
        settings,
        smtp=Smtp("127.0.0.1", mailroom.port, tls="none"),
        allowed_private_hosts=("127.0.0.1", f"127.0.0.1:{receiver.port}"),
        ops_urls=(receiver.url("/operator", "json"),),
    )


@pytest.fixture
def change(of):
    """Change a brand, as its owner would."""

    def run(brand, **values):
        changed = replace(brand, **values)
        with of.database.write() as session:
            brands.change(session, changed)
            session.commit()
        return changed

    return run


@pytest.fixture
def brand(brand, change):
    """Its shoppers hear of each of an order's parcels at once."""
    return change(brand, rules=read({"together_minutes": 0}))


@pytest.fixture
def hooked(brand, change, receiver):
    """The brand with a webhook beside its shoppers' mail."""
    secret = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0"
    return change(brand, webhook_url=receiver.url("/hook"), webhook_secret=secret)


@pytest.fixture
def uncapped(hooked, change):
    """Its one shopper hears of each of their parcels at once, by day and night."""
    rules = {"per_day": None, "quiet_hours": None, "together_minutes": 0}
    return change(hooked, rules=read(rules))


class Scripted(Channel):
    """A channel that takes everything, and does as the test says before it does."""

    code = "email"

    def __init__(self, before=lambda message: None):
        self.sent = []
        self._before = before

    @classmethod
    def open(cls, outlets):
        return cls()

    def send(self, message):
        self._before(message)
        self.sent.append(message)
        return f"id-{message.key}"


@pytest.fixture
def scripted():
    return Scripted


@pytest.fixture
def damaged(of):
    """Register a parcel and let its carrier tell that it is damaged."""

    def run(brand, number="N1", **more):
        parcel = make.a_parcel(of, brand, number=number, **more)
        event = make.an_event(Status.EXCEPTION, "damaged", at=of.clock.now())
        return make.seen(of, parcel, make.a_tracking(event, number=number))

    return run


@pytest.fixture
def states(rows):
    """Tell each notice's state and reason, by channel, oldest first."""

    def run(channel="email"):
        return [
            (row.state, row.error)
            for row in rows(
                "SELECT state, error FROM notice WHERE channel = :channel ORDER BY id",
                channel=channel,
            )
        ]

    return run
