"""The service on a loopback port, and what a browser did with it."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from playwright.sync_api import ConsoleMessage, Page, Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from track_service.app import Service
from track_service.core.parcel import Shipment

_TELL = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (e) =>
  window.violations.push(`${e.violatedDirective} ${e.blockedURI}`));
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A served app: its address and its parcels by state."""

    of: Service
    url: str
    parcels: Mapping[str, Shipment]

    def link(self, state: str, language: str = "en") -> str:
        """Return the address of a parcel's page in a language."""
        return f"{self.url}/t/{self.parcels[state].token}?lang={language}"


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: the tests do."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an app on a free port of this machine; yield its address."""

    def whole(environ: Any, start_response: Any) -> list[bytes]:
        # werkzeug's server forgets to close what it sends when a browser hangs up.
        with closing(ClosingIterator(app(environ, start_response))) as parts:
            return list(parts)

    server = make_server("127.0.0.1", 0, whole, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True, slots=True)
class Watched:
    """What a tab said, asked for and got."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    got: list[Response] = field(default_factory=list)

    @classmethod
    def over(cls, page: Page) -> "Watched":
        """Listen to a tab from now on."""
        watched = cls(page)
        page.add_init_script(_TELL)
        # Playwright leaves marks on a bound method, which slots do not take.
        page.on("console", lambda message: watched._hear(message))
        page.on("pageerror", lambda error: watched.said.append(str(error)))
        page.on("request", lambda asked: watched.asked.append(asked))
        page.on("response", lambda got: watched.got.append(got))
        return watched

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.said.append(message.text)

    def violations(self) -> list[str]:
        """Return what the content security policy stopped."""
        return list(self.page.evaluate("window.violations"))

    def weight(self) -> int:
        """Return how many bytes came over the wire, heads included."""
        sizes = [response.request.sizes() for response in self.got]
        return sum(s["responseBodySize"] + s["responseHeadersSize"] for s in sizes)

    def calls(self, method: str, ending: str) -> int:
        """Return how often something was asked for."""
        return sum(
            asked.method == method and asked.url.partition("?")[0].endswith(ending)
            for asked in self.asked
        )
