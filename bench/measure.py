"""What benchmarks share: a result line, a clock, a database with parcels, a server."""

import json
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import flask_migrate
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from track_service.app import Service, create_app, service
from track_service.clock import Clock
from track_service.config import Settings, Smtp
from track_service.core.parcel import Customer, Item, Order
from track_service.services import brands
from track_service.services.register import NewShipment, register


@dataclass(frozen=True)
class Result:
    """One line of the table; `ratio` is value over limit."""

    name: str
    value: float
    unit: str
    limit: float
    runs: int
    note: str = ""

    @property
    def ratio(self) -> float:
        return round(self.value / self.limit, 4) if self.limit else 0.0

    def line(self) -> str:
        shown = {k: v for k, v in asdict(self).items() if v != ""}
        shown |= {"value": round(self.value, 2), "limit": round(self.limit, 2)}
        return json.dumps(shown | {"ratio": self.ratio})


def rate(
    work: Callable[[], int],
    *,
    runs: int = 3,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Return the median of things done a second over some runs.

    By `time.process_time` what else the machine does counts less.
    """
    return median(_once(work, clock) for _ in range(runs))


def rates(*works: Callable[[], int], runs: int = 5) -> list[float]:
    """Return the median rate of each work; they take turns, so all share the weather."""
    rounds = [[_once(work) for work in works] for _ in range(runs)]
    return [median(of_one) for of_one in zip(*rounds, strict=True)]


def _once(
    work: Callable[[], int], clock: Callable[[], float] = time.perf_counter
) -> float:
    start = clock()
    done = work()
    return done / (clock() - start)


def seconds(work: Callable[[], object], *, runs: int = 5) -> float:
    """Return the median seconds that a piece of work takes."""
    return median(1 / _once(lambda: (work(), 1)[1]) for _ in range(runs))


@contextmanager
def fresh_app(
    accounts: dict[str, dict[str, str]] | None = None,
    *,
    clock: Clock | None = None,
    smtp: Smtp | None = None,
) -> Iterator[tuple[Flask, Service]]:
    """Give a migrated app on an SQLite file of its own."""
    with tempfile.TemporaryDirectory(prefix="track-bench-") as folder:
        settings = Settings(
            secret_keys=(Fernet.generate_key().decode(),),
            database_url=f"sqlite:///{Path(folder) / 'bench.db'}",
            accounts=accounts or {},
            smtp=smtp,
        )
        app = create_app(settings, clock=clock)
        with app.app_context():
            flask_migrate.upgrade()
        yield app, service(app)


def fill(of: Service, parcels: list[tuple[str, str]]) -> list[str]:
    """Register parcels (carrier, number) of one brand; return their page tokens."""
    tokens = []
    with of.database.write() as session:
        made = brands.add(
            session,
            brands.new_brand("bench", "Bench"),
            now=of.clock.now(),
            mint=of.mint,
        )
        for place, (carrier, number) in enumerate(parcels):
            order = Order(
                f"{place}",
                items=(Item("A thing", 2), Item("Another thing")),
                customer=Customer(email=f"a{place}@example.com", locale="en"),
            )
            new = NewShipment(order, carrier, number)
            done = register(session, made.brand, new, now=of.clock.now(), mint=of.mint)
            tokens.append(done.token)
        session.commit()
    return tokens


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        pass


def make_overdue(session: Session) -> None:
    """Let every parcel's promise be over, and its carrier asked since."""
    session.execute(
        text("UPDATE shipment SET promised_on = :day, created_at = :past"),
        {"day": "2026-01-05", "past": "2026-01-01 00:00:00"},
    )
    session.execute(
        text("UPDATE poll SET seen_at = :now"), {"now": "2026-01-08 00:00:00"}
    )


@contextmanager
def served(app: object) -> Iterator[str]:
    """Serve a WSGI app on loopback; give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
