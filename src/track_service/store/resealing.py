"""Every sealed field under the newest key, so that the keys behind it can go."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, bindparam, func, select, type_coerce, update
from sqlalchemy.orm import Session

from track_service.store.db import Database
from track_service.store.models import BrandRow
from track_service.store.types import KEYS, LostKey, Secret, SecretBody

_BATCH = 100  # rows a transaction: a stored answer may have a megabyte


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many rows were sealed anew, and how many fields no key opens any more."""

    rows: int
    lost: int


def reseal(
    database: Database,
    *,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Resealed:
    """Seal each field that an older key sealed with the newest.

    What is done already is left alone, so it may be stopped and run again at any time.
    `progress` is told how many rows were looked at so far, and of how many.
    """
    tables = _tables()
    with database.read() as session:
        of = sum(_count(session, table) for table in tables)
    looked = rows = lost = 0
    for table in tables:
        for batch in _batches(database, table):
            looked += len(batch)
            rows += sum(row.is_new for row in batch)
            lost += sum(row.lost for row in batch)
            progress(looked, of)
    return Resealed(rows, lost)


@dataclass(slots=True)
class _Renewed:
    """A row's key, its sealed fields as they are to be stored, and what came of them."""

    key: Any
    fields: dict[str, Any]
    is_new: bool = False
    lost: int = 0

    def take(self, name: str, stored: Any) -> None:
        """Renew one field; what no key opens stays as it is."""
        is_text = isinstance(stored, str)
        sealed = stored.encode() if is_text else bytes(stored)
        try:
            renewed = KEYS.renew(sealed)
        except LostKey:
            self.lost += 1
            return
        if renewed != sealed:
            self.is_new = True
            self.fields[name] = renewed.decode() if is_text else renewed


def _tables() -> list[Table]:
    return [table for table in BrandRow.metadata.sorted_tables if _sealed(table)]


def _sealed(table: Table) -> dict[str, Any]:
    """Return a table's sealed columns, and the types they have without their seal."""
    return {
        column.name: column.type.impl_instance
        for column in table.columns
        if isinstance(column.type, Secret | SecretBody)
    }


def _count(session: Session, table: Table) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _batches(database: Database, table: Table) -> Iterator[list[_Renewed]]:
    """Renew a table by its key, a transaction at a time."""
    (key,) = table.primary_key.columns
    stored = [
        type_coerce(table.c[n], kind).label(n) for n, kind in _sealed(table).items()
    ]
    # Locked in the order of the keys, as those who record do.
    query = select(key.label("key"), *stored).order_by(key).with_for_update()
    page = query.limit(_BATCH)
    while True:
        with database.write() as session:
            batch = [_renewed(row) for row in session.execute(page)]
            _store(session, table, [row for row in batch if row.is_new])
            session.commit()
        if not batch:
            return
        yield batch
        page = query.where(key > batch[-1].key).limit(_BATCH)


def _renewed(row: Row[Any]) -> _Renewed:
    key, *stored = row
    made = _Renewed(key, dict(zip(row._fields[1:], stored, strict=True)))
    for name, value in tuple(made.fields.items()):
        if value is not None:
            made.take(name, value)
    return made


def _store(session: Session, table: Table, rows: Sequence[_Renewed]) -> None:
    if not rows:
        return
    (key,) = table.primary_key.columns
    new = {n: bindparam(f"new_{n}", type_=kind) for n, kind in _sealed(table).items()}
    session.execute(
        update(table).where(key == bindparam("of_key")).values(new),
        [
            {"of_key": row.key} | {f"new_{n}": v for n, v in row.fields.items()}
            for row in rows
        ],
    )
