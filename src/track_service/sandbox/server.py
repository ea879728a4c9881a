"""The loopback HTTP server: routes by carrier, and lets faults befall answers."""

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from track_service.sandbox.faults import Fault, Faults, befall
from track_service.sandbox.wire import Carrier, Reply

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_HTML = b"<!doctype html><html><body><h1>Backend fetch failed</h1></body></html>"
_CHUNK = b"x" * 65536
_POLL = 0.02  # seconds until a stop is noticed


class Counts:
    """How many requests each carrier had, by the HTTP status they were given."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, int]] = Counter()
        self._turns: Counter[str] = Counter()
        self._lock = threading.Lock()

    def note(self, carrier: str, status: int) -> None:
        with self._lock:
            self._counts[carrier, status] += 1

    def turn(self, question: str) -> int:
        """Return how often this very question has been asked before."""
        with self._lock:
            self._turns[question] += 1
            return self._turns[question] - 1

    def by_carrier(self) -> dict[str, dict[int, int]]:
        """Return `{carrier: {status: requests}}`."""
        found: dict[str, dict[int, int]] = {}
        with self._lock:
            for (carrier, status), count in sorted(self._counts.items()):
                found.setdefault(carrier, {})[status] = count
        return found


class Front:
    """The WSGI application: `/{carrier}/…` goes to that carrier's desk."""

    def __init__(
        self,
        carriers: Mapping[str, Carrier],
        *,
        faults: Callable[[], Faults],
        wait: Callable[[float], object],
        latency: float,
    ) -> None:
        self._carriers = carriers
        self._faults = faults
        self._wait = wait
        self._latency = latency
        self.counts = Counts()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        request = Request(environ)
        code, _, path = request.path.lstrip("/").partition("/")
        carrier = self._carriers.get(code)
        if carrier is None:
            return Response("no such carrier", 404)(environ, start_response)
        if self._latency:
            self._wait(self._latency)
        response = self._respond(carrier, code, f"/{path}", request)
        self.counts.note(code, response.status_code)
        return response(environ, start_response)

    def _respond(
        self, carrier: Carrier, code: str, path: str, request: Request
    ) -> Response:
        faults = self._faults()
        fault = None
        if faults.tokens_too or "token" not in path:
            question = f"{code}{path}?{_fingerprint(request)}"
            turn = self.counts.turn(question)
            fault = befall(faults, code, question, turn)
        match fault:
            case Fault.HANG:
                self._wait(faults.hang_seconds)
                return Response(b"", 504)
            case Fault.THROTTLED:
                response = _sent(carrier.failure(429))
                response.headers["Retry-After"] = str(faults.retry_after)
                return response
            case Fault.SERVER_ERROR:
                return _sent(carrier.failure(500))
            case Fault.GARBAGE:
                return Response(_HTML, 200, content_type="text/html")
            case Fault.OVERSIZED:
                return _oversized(faults.oversized_bytes)
            case Fault.CUT_OFF:
                return _cut_off(carrier.answer(request, path))
        return _sent(carrier.answer(request, path))


class Server:
    """A threaded server on 127.0.0.1 for one application."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    def start(self, port: int) -> str:
        """Serve on that port, 0 for any free one; return the base address."""
        self._server = make_server(
            "127.0.0.1", port, self._front, threaded=True, request_handler=_Quiet
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            args=(_POLL,),
            name="sandbox",
            daemon=True,
        )
        self._thread.start()
        return f"http://127.0.0.1:{self._server.port}"

    def stop(self) -> None:
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
        self._server = self._thread = None


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing: thousands of requests would drown the demo's output."""


def _fingerprint(request: Request) -> str:
    body = hashlib.sha256(request.get_data()).hexdigest()[:12]
    return f"{request.query_string.decode('latin-1')}#{body}"


def _sent(reply: Reply) -> Response:
    return Response(
        reply.body(), reply.status, reply.headers, content_type=reply.content_type
    )


def _cut_off(reply: Reply) -> Response:
    body = reply.body()
    response = Response(
        iter([body[: len(body) // 2]]), reply.status, content_type=reply.content_type
    )
    response.headers["Content-Length"] = str(len(body))
    return response


def _oversized(size: int) -> Response:
    def body() -> Iterator[bytes]:
        yield b'{"padding": "'
        for start in range(0, size, len(_CHUNK)):
            yield _CHUNK[: size - start]
        yield b'"}'

    return Response(body(), 200, content_type="application/json")
