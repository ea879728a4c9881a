"""Commands that run the service, and `check`, which tells what is wrong."""

import signal
import sys
import threading

import click
from cryptography.fernet import Fernet
from flask import Flask
from gunicorn.app.base import BaseApplication
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from track_service.app import Service, create_app, service
from track_service.channels.base import DeliveryError
from track_service.cli.parts import settings
from track_service.config import Settings
from track_service.jobs.catalogue import jobs
from track_service.jobs.on_apscheduler import Runner
from track_service.logs import set_up
from track_service.services.probe import probe


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn with our app; processes are its business, jobs are not."""

    def __init__(self, configured: Settings, options: dict[str, object]) -> None:
        self._configured, self._options = configured, options
        super().__init__()

    def load_config(self) -> None:
        """Take the options that the command gave."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the app, made in the worker: nothing is shared over the fork."""
        return create_app(self._configured)


def make_runner(of: Service) -> Runner:
    """Return the runner of all jobs in this process."""
    configured = of.settings
    work = jobs(of.desk, of.post, threads=configured.poll_threads)
    return Runner(work, threads=configured.poll_threads, tick=configured.tick_seconds)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
def web(host: str, port: int, workers: int) -> None:
    """Serve pages and API; jobs run in `worker`."""
    configured = settings()
    set_up(configured.log_level)
    _Server(configured, _options(host, port, workers)).run()


def _options(host: str, port: int, workers: int) -> dict[str, object]:
    return {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": 4,
        "accesslog": None,  # its lines would hold page tokens
        "logger_class": "track_service.logs.GunicornLog",
    }


@click.command()
def worker() -> None:
    """Poll, judge and send until told to stop."""
    configured = settings()
    set_up(configured.log_level)
    runner = make_runner(service(create_app(configured)))
    runner.start()
    _until_told()
    runner.stop()


def _until_told() -> None:
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    told.wait()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def run(host: str, port: int) -> None:
    """Web and jobs in one process: the small shop's deployment."""
    configured = settings()
    set_up(configured.log_level)
    running: list[Runner] = []

    def start(worker: object) -> None:
        # In gunicorn's one worker, after the fork: threads do not survive a fork.
        running.append(make_runner(service(worker.app.wsgi())))  # type: ignore[attr-defined]
        running[-1].start()

    def stop(_server: object, _worker: object) -> None:
        for runner in running:
            runner.stop()

    options = _options(host, port, 1)
    options |= {"post_worker_init": start, "worker_exit": stop}
    _Server(configured, options).run()


@click.command("new-key")
def new_key() -> None:
    """Print a new key for TRACK_SECRET_KEYS."""
    click.echo(Fernet.generate_key().decode())


@click.command()
def check() -> None:
    """Tell in one line each what is wrong with database, mail and carriers."""
    of = service(create_app(settings()))
    problems = [*_database(of), *_channels(of), *_accounts(of)]
    for problem in problems:
        click.echo(problem)
    if problems:
        sys.exit(1)
    click.echo("Nothing is wrong.")


def _database(of: Service) -> list[str]:
    try:
        with of.database.read() as session:
            session.execute(text("SELECT 1 FROM shipment LIMIT 1"))
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", error)).splitlines()[0]
        return [f"database: {cause} (has `track-service db upgrade` been run?)"]
    return []


def _channels(of: Service) -> list[str]:
    found = []
    if "email" not in of.post.channels:
        found.append("mail: TRACK_SMTP_URL is not set, no mail can go out")
    for code, channel in of.post.channels.items():
        try:
            channel.check()
        except DeliveryError as error:
            found.append(f"{'mail' if code == 'email' else code}: {error}")
    return found


def _accounts(of: Service) -> list[str]:
    if not of.settings.accounts:
        return ["carriers: no account is set (TRACK_CARRIER_<CODE>_<SETTING>)"]
    return [
        f"carrier {code}: {problem}"
        for code, carrier in of.desk.carriers.items()
        if carrier.pull and (problem := probe(carrier)) is not None
    ]
