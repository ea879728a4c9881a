"""hook_rate, hook_share: a burst of a storefront's hooks on the real server.

`hook_rate` is bodies answered a second, `hook_share` the percentage answered within
200 ms; the limit of both is a view that only stores the body, under the same server
settings, asked by the same clients. A tenth of the hooks is sent twice; a worker runs
beside the server, as it does for a shop. The run fails if one is lost, taken in twice,
or not answered with 200.
"""

import http.client
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, request
from sqlalchemy import text

from bench.measure import Result, fresh_app
from track_service.app import Service
from track_service.clock import wall
from track_service.services import brands, connecting
from track_service.services.taking import take_left_over
from track_service.storefronts.base import Hook, Sampled
from track_service.storefronts.reading import mac
from track_service.storefronts.shopify import Shopify

HOOKS, CLIENTS, WITHIN = 10_000, 8, 0.2
PATIENCE = 1800  # seconds, on a machine that others use
SETTINGS = {"secret": "shpss_bench"}
_BARE = "gunicorn -w 2 -k gthread --threads 4 -b 127.0.0.1:{port} bench.hooks:store()"
_OURS = "track_service.cli web --port {port}"
_BESIDE = "track_service.cli worker"


def run() -> list[Result]:
    told = [_hook(place) for place in range(HOOKS * 10 // 11)]
    burst = [*told, *told[: HOOKS - len(told)]]
    with tempfile.TemporaryDirectory(prefix="track-bench-") as folder:
        file = str(Path(folder) / "bodies.db")
        with closing(_open(file)) as made:
            made.execute("CREATE TABLE body (body BLOB)")
        with _serving(_BARE.split(), {"BENCH_FILE": file}) as url:
            bare = _send(f"{url}/", burst)
    with fresh_app() as (_, of):
        with of.database.write() as session:
            new = brands.new_brand("bench", "Bench")
            made = brands.add(session, new, now=wall(), mint=of.mint)
            connecting.connect(session, made.brand, "shopify", SETTINGS, now=wall())
            session.commit()
        kept = {
            "TRACK_DATABASE_URL": of.settings.database_url,
            "TRACK_SECRET_KEYS": of.settings.secret_keys[0],
        }
        with _serving(_OURS.split(), kept) as url, _running(_BESIDE.split(), kept):
            ours = _send(f"{url}/hooks/storefronts/shopify/{made.hook_secret}", burst)
            _check(of, len(told))
    late = f"95 % within {_slowest(ours):.0f} ms, bare {_slowest(bare):.0f} ms"
    return [
        Result("hook_rate", len(burst) / ours[0], "hooks/s", len(burst) / bare[0], 1),
        Result("hook_share", _share(ours), "% in 200 ms", _share(bare), 1, late),
    ]


def _hook(place: int) -> Hook:
    """Return an order of its own, with a parcel of its own."""
    made_up = Shopify.sample(Sampled(f"#{place}", 10**18 + place, wall()), SETTINGS)
    number = f"1Z999AA1{place:010}".encode()
    body = made_up.body.replace(b"1Z999AA10123456784", number)
    proof = {"x-shopify-hmac-sha256": mac(SETTINGS["secret"], body)}
    delivery = {"x-shopify-webhook-id": f"bench-{place}"}
    return Hook(body, {**made_up.headers, **proof, **delivery})


def store() -> Flask:
    """Return an app with one view: it stores the body, and that is all."""
    app = Flask("bare")
    local = threading.local()

    @app.post("/")
    def keep() -> str:
        if not hasattr(local, "file"):
            local.file = _open(os.environ["BENCH_FILE"])
        local.file.execute("INSERT INTO body VALUES (?)", (request.get_data(),))
        return ""

    return app


def _open(file: str) -> sqlite3.Connection:
    opened = sqlite3.connect(file, timeout=30, isolation_level=None)
    opened.execute("PRAGMA journal_mode=WAL")
    opened.execute("PRAGMA synchronous=NORMAL")
    return opened


@contextmanager
def _running(
    program: list[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", *program], env={**os.environ, **environment}
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _serving(program: list[str], environment: Mapping[str, str]) -> Iterator[str]:
    """Run a server as a process of its own; give its address once it listens."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [word.format(port=port) for word in program]
    with _running(words, environment) as server:
        while server.poll() is None:
            with closing(socket.socket()) as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            threading.Event().wait(0.1)
        yield f"http://127.0.0.1:{port}"


def _send(url: str, burst: Sequence[Hook]) -> tuple[float, list[float]]:
    """Send all, some at a time; return how long it took, and each answer, in seconds."""
    waiting = iter(burst)
    lock = threading.Lock()
    took: list[float] = []

    def client() -> None:
        parts = urlsplit(url)
        with closing(http.client.HTTPConnection(parts.netloc, timeout=60)) as line:
            while True:
                with lock:
                    hook = next(waiting, None)
                if hook is None:
                    return
                took.append(_post(line, parts.path, hook))

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    start = time.perf_counter()
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    if len(took) != len(burst):
        raise RuntimeError(f"{len(burst) - len(took)} hooks were not answered with 200")
    return time.perf_counter() - start, took


def _post(line: http.client.HTTPConnection, path: str, hook: Hook) -> float:
    start = time.perf_counter()
    line.request("POST", path, hook.body, dict(hook.headers))
    answer = line.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"a hook was answered {answer.status}")
    return time.perf_counter() - start


def _check(of: Service, told: int) -> None:
    """Wait until all is taken in, then count."""
    start = time.perf_counter()
    while _count(of, "storefront_hook WHERE read_at IS NULL"):
        if time.perf_counter() - start > PATIENCE:
            raise RuntimeError("bodies are kept, but not taken in")
        take_left_over(of.desk, mint=of.mint)
        threading.Event().wait(0.2)
    seen = {
        "bodies": _count(of, "storefront_hook WHERE trouble IS NULL"),
        "orders": _count(of, "handed_order"),
        "parcels": _count(of, "shipment WHERE carrier = 'ups'"),
    }
    if set(seen.values()) != {told}:
        raise RuntimeError(f"of {told} orders: {seen}")


def _count(of: Service, table: str) -> int:
    with of.database.read() as session:
        return session.scalar(text(f"SELECT count(*) FROM {table}")) or 0


def _share(sent: tuple[float, list[float]]) -> float:
    return 100 * sum(one <= WITHIN for one in sent[1]) / len(sent[1])


def _slowest(sent: tuple[float, list[float]]) -> float:
    """Return the milliseconds within which 95 % were answered."""
    return 1000 * sorted(sent[1])[int(len(sent[1]) * 0.95)]
