"""`track-service demo`: everything on one machine, on time that runs fast."""

import json
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.types import WSGIApplication

import click
import flask_migrate
from cryptography.fernet import Fernet
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from track_service.app import create_app, service
from track_service.cli.demo import outbox
from track_service.cli.demo.shops import open_shops
from track_service.cli.demo.staff import EMAIL, add_staff
from track_service.cli.parts import PORT
from track_service.cli.running import make_runner
from track_service.cli.stopping import Wait, told_to_stop
from track_service.clock import accelerated
from track_service.config import Settings, Smtp
from track_service.logs import set_up
from track_service.sandbox import CARRIERS, Mailbox, Phones, Sandbox
from track_service.store import figures

SPEED = 1800.0  # a minute shows thirty hours
PARCELS = 60
_TICK = 0.5
_LONGEST = 365 * 86_400  # seconds


@click.command()
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option(
    "--seconds", type=click.FloatRange(0, _LONGEST), help="Stop by itself and report."
)
@click.option("--seed", default=7, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON document.")
def demo(port: int, seconds: float | None, seed: int, *, as_json: bool) -> None:
    """Run shops, carriers, pages and notices on a fast clock, all on loopback."""
    set_up("WARNING", sys.stderr)
    with (
        told_to_stop() as wait,
        tempfile.TemporaryDirectory(prefix="track-demo-") as folder,
    ):
        _run(Path(folder), port, seconds, seed, wait, as_json=as_json)


def _run(
    folder: Path,
    port: int,
    seconds: float | None,
    seed: int,
    wait: Wait,
    *,
    as_json: bool,
) -> None:
    clock = accelerated(SPEED)
    sandbox, mailbox = Sandbox(seed=seed, now=clock.now), Mailbox()
    phones = Phones(seed=seed)
    sandbox.start()
    phones.start()
    settings = _settings(folder, port, sandbox, mailbox)
    app = create_app(settings, clock=clock)
    of, alerts = service(app), outbox.Alerts()
    app.register_blueprint(outbox.blueprint(mailbox, phones, alerts))
    with app.app_context():
        flask_migrate.upgrade()
    start = clock.now()
    parcels = [*sandbox.populate(PARCELS - 1, start=start), sandbox.hold(start=start)]
    shops = open_shops(of, parcels, phones, port=port)
    phones.tell(shops.receipts)
    password = add_staff(of)
    runner = make_runner(of)
    with _serving(app, port):
        if not as_json:
            _tell(port, shops.pages, password)
        runner.start()
        with _pushing(sandbox, phones, shops.hooks):
            wait(seconds)
        runner.stop()
    sandbox.stop()
    phones.stop()
    mailbox.stop()
    if seconds is not None:
        with of.database.read() as session:
            counts = figures.counts(session)
        polls = int(of.counters.total("track_polls"))
        report = {"polls": polls, **counts, "pages": shops.pages}
        click.echo(json.dumps(report) if as_json else json.dumps(report, indent=2))


def _settings(folder: Path, port: int, sandbox: Sandbox, mailbox: Mailbox) -> Settings:
    host, mail_port = mailbox.start()
    here = f"127.0.0.1:{port}"
    return Settings(
        secret_keys=(Fernet.generate_key().decode(),),
        database_url=f"sqlite:///{folder / 'demo.db'}",
        base_url=f"http://{here}",
        smtp=Smtp(host, mail_port, tls="none"),
        mail_from="tracking@demo.example",
        ops_urls=(f"json://{here}/demo/alerts/apprise",),
        metrics_token="demo",  # noqa: S106  the demo is on loopback, for everybody on it
        allowed_private_hosts=(here, "127.0.0.1"),
        poll_threads=8,
        tick_seconds=_TICK,
        accounts={
            # Quotas count real time, which the fast clock would use up at once.
            code: {
                **sandbox.credentials(code),
                "base_url": sandbox.base_url(code),
                "per_second": "50",
                "per_day": "0",
            }
            for code in CARRIERS
        },
    )


class _Quiet(WSGIRequestHandler):
    """Logs no requests: their paths hold page tokens and hook secrets."""

    def log_request(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _serving(app: WSGIApplication, port: int) -> Iterator[BaseWSGIServer]:
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def _pushing(sandbox: Sandbox, phones: Phones, hooks: dict[str, str]) -> Iterator[None]:
    """Let carriers push and messages be received, as real ones do, while it runs."""
    stop = threading.Event()

    def push() -> None:
        while not stop.wait(_TICK):
            sandbox.push_due(hooks)
            phones.call_back()

    thread = threading.Thread(target=push, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _tell(port: int, pages: list[str], password: str) -> None:
    click.echo(f"Time runs {SPEED:.0f} times as fast. Tracking pages:")
    for page in pages:
        click.echo(f"  {page}")
    click.echo(f"Console: http://127.0.0.1:{port}/console/ as {EMAIL}, {password}")
    click.echo(f"Mails and alerts: http://127.0.0.1:{port}/demo/outbox")
    click.echo("Stop with Ctrl-C.")
