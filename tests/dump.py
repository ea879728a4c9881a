"""All that a database holds, as whoever stole it would see it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from track_service.app import Service
from track_service.store.db import metadata


def everything(of: Service) -> bytes:
    """Every value of every table, and the very file where there is one."""
    with of.database.read() as session:
        rows = [
            row
            for table in metadata.sorted_tables
            for row in session.execute(text(f'SELECT * FROM "{table.name}"'))  # noqa: S608
        ]
    values = b"\n".join(_plain(value) for row in rows for value in row)
    return values + _file(of.settings.database_url)


def _plain(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _file(url: str) -> bytes:
    if not url.startswith("sqlite"):
        return b""
    path = Path(url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()
