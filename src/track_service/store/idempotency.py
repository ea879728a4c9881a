"""Idempotency keys: which shipment a key stands for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from track_service.store.idempotency_models import IdempotencyRow


@dataclass(frozen=True, slots=True)
class Used:
    """A key that was used: the digest of its body, and the shipment that came of it."""

    digest: str
    public_id: str


def hold(session: Session, brand_id: int, key: str) -> None:
    """Let one transaction at a time work under a key; the others wait for its end.

    On SQLite a writing transaction has waited for all others already.
    """
    if session.get_bind().dialect.name == "postgresql":
        name = func.hashtextextended(f"idempotency:{brand_id}:{key}", 0)
        session.execute(select(func.pg_advisory_xact_lock(name)))


def find(session: Session, brand_id: int, key: str) -> Used | None:
    """Return what a key stands for, None if it is new."""
    row = session.get(IdempotencyRow, (brand_id, key))
    return None if row is None else Used(row.digest, row.public_id)


def keep(
    session: Session,
    brand_id: int,
    key: str,
    *,
    digest: str,
    public_id: str,
    now: datetime,
) -> None:
    """Note what a key stands for."""
    session.merge(
        IdempotencyRow(
            brand_id=brand_id,
            key=key,
            digest=digest,
            public_id=public_id,
            created_at=now,
        )
    )


def expire(session: Session, *, before: datetime) -> None:
    """Forget keys that are older than any client's retries."""
    session.execute(delete(IdempotencyRow).where(IdempotencyRow.created_at < before))
