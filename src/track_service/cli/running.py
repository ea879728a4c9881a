"""Commands that run the service: `web`, `worker`, and `run`, which is both."""

import click
import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication
from prometheus_client import start_http_server

from track_service.app import Service, create_app, service
from track_service.cli.parts import COUNT, PORT, settings
from track_service.cli.stopping import told_to_stop
from track_service.config import Settings
from track_service.jobs.catalogue import jobs
from track_service.jobs.on_apscheduler import Runner
from track_service.logs import set_up

log = structlog.get_logger("track_service.worker")


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
    work = jobs(of.desk, of.post, of.mint, threads=configured.poll_threads)
    return Runner(work, threads=configured.poll_threads, tick=configured.tick_seconds)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option("--workers", type=COUNT, default=2, show_default=True)
def web(host: str, port: int, workers: int) -> None:
    """Serve pages and API; jobs run in `worker`."""
    configured = settings()
    set_up(configured.log_level)
    options = _options(host, port, workers)
    _Server(configured, options | {"worker_exit": _write_tallies}).run()


def _options(host: str, port: int, workers: int) -> dict[str, object]:
    return {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": 4,
        "control_socket_disable": True,  # a file in the home that two would fight for
        "accesslog": None,  # its lines would hold page tokens
        "logger_class": "track_service.logs.GunicornLog",
    }


def _write_tallies(_server: object, worker: object) -> None:
    """Write what a process of the web server counted, as it ends."""
    service(worker.app.wsgi()).tallies.flush()  # type: ignore[attr-defined]


@click.command()
@click.option("--metrics-host", default="127.0.0.1", show_default=True)
@click.option("--metrics-port", type=int, help="Tell this process's counters here.")
def worker(metrics_host: str, metrics_port: int | None) -> None:
    """Poll, judge and send until told to stop."""
    configured = settings()
    set_up(configured.log_level)
    with told_to_stop() as wait:
        of = service(create_app(configured))
        runner = make_runner(of)
        if metrics_port is not None:
            start_http_server(metrics_port, metrics_host, of.counters.registry)
        runner.start()
        log.info("worker started")
        wait(None)
        runner.stop()


@click.command()
def scheduler() -> None:
    """Hand jobs to a broker's workers: not yet, `worker` schedules by itself."""
    settings()  # refuses a broker by its name
    raise click.ClickException(
        "without a broker, which is not supported yet, `track-service worker` schedules"
    )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=PORT, default=8000, show_default=True)
def run(host: str, port: int) -> None:
    """Web and jobs in one process: the small shop's deployment."""
    configured = settings()
    set_up(configured.log_level)
    running: list[Runner] = []

    def start(worker: object) -> None:
        # In gunicorn's one worker, after the fork: threads do not survive a fork.
        running.append(make_runner(service(worker.app.wsgi())))  # type: ignore[attr-defined]
        running[-1].start()

    def stop(_server: object, worker: object) -> None:
        for runner in running:
            runner.stop()
        _write_tallies(_server, worker)

    options = _options(host, port, 1)
    options |= {"post_worker_init": start, "worker_exit": stop}
    _Server(configured, options).run()
