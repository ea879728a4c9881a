"""A real server on loopback, over TCP or TLS."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread


class Server(ThreadingHTTPServer):
    """A loopback server; `routes` maps a path to a function of the handler."""

    daemon_threads = True
    request_queue_size = 64
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes = {}
        self.seen = []
        self.over = Event()
        self.lock = Lock()

    @property
    def port(self):
        return self.server_address[1]

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def handle_error(self, request, client_address):
        """Clients go away in these tests."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.lock:
            self.server.seen.append((self.path, dict(self.headers), body))
        self.server.routes[self.path](self)

    do_POST = do_PUT = do_GET  # noqa: N815

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Keep quiet."""


@contextmanager
def serving(context=None):
    server = Server()
    if context is not None:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def drip(handler, start, drop):
    """Send `start`, then `drop` again and again, each within every time-out."""
    handler.close_connection = True
    handler.wfile.write(start)
    while not handler.server.over.wait(0.002):
        handler.wfile.write(drop)
