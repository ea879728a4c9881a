"""The database handle: SQLite in WAL mode by default, PostgreSQL by URL."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

Sessions = Callable[[], AbstractContextManager[Session]]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Base(DeclarativeBase):
    """The declarative base; constraint names are given, so that migrations find them."""

    metadata = metadata


db = SQLAlchemy(model_class=Base)


# Connections beside the polling threads': for the web's and the other jobs'.
BESIDES = 10


def engine_options(url: str, *, threads: int) -> dict[str, Any]:
    """Return the pool's settings for a database URL; errors name no stored value.

    None of `threads` that poll waits for another's connection; a process opens that
    many and `BESIDES` at most.
    """
    pool = {"pool_size": threads, "max_overflow": BESIDES, "hide_parameters": True}
    if url.startswith("sqlite"):
        timeout = {"timeout": 30, "check_same_thread": False}
        return {**pool, "connect_args": timeout}
    return {**pool, "pool_pre_ping": True}


# What is erased must not stay readable in the file's free pages: secure_delete.
_PRAGMAS = (
    "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON",
)  # fmt: skip


def prepare(engine: Engine) -> None:
    """Set SQLite to WAL and to transactions that begin when we say so."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver must not open transactions of its own: a deferred one that turns into
    # a writer fails at once when another process has written since.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get("track_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def when_written(engine: Engine, tell: Callable[[], None]) -> None:
    """Have `tell` called after each transaction of this process that may have written."""

    def committed(connection: Connection) -> None:
        if not connection.get_execution_options().get("track_reading", False):
            tell()

    event.listen(engine, "commit", committed)


@dataclass(frozen=True, slots=True)
class Database:
    """Sessions on one engine: `write` for transactions that may write, `read` for others.

    On SQLite a reading session never waits for a writer, a writing one takes its lock
    at once.
    """

    write: Sessions
    read: Sessions

    @classmethod
    def on(cls, engine: Engine) -> "Database":
        """Return the sessions of an engine that `prepare` has seen."""
        reader = engine.execution_options(track_reading=True)
        return cls(
            sessionmaker(engine, expire_on_commit=False),
            sessionmaker(reader, expire_on_commit=False),
        )


def insert_for(session: Session) -> Any:
    """Return the dialect's `insert`, the one that knows `ON CONFLICT`."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite_insert if sqlite else postgresql_insert
