"""API keys and hook secrets of a brand: listed and revoked by their hints."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from track_service.store.models import ApiKeyRow, HookSecretRow


class Kind(StrEnum):
    """What a credential opens."""

    KEY = "key"
    HOOK = "hook"


_ROWS: dict[Kind, type[ApiKeyRow] | type[HookSecretRow]] = {
    Kind.KEY: ApiKeyRow,
    Kind.HOOK: HookSecretRow,
}


@dataclass(frozen=True, slots=True)
class Credential:
    """A stored credential; `hint` is how it begins, None for the oldest hook secrets."""

    id: int
    hint: str | None
    created_at: datetime
    revoked_at: datetime | None


def listed(session: Session, kind: Kind, brand_id: int) -> list[Credential]:
    """Return all credentials of a kind that a brand ever had, the oldest first."""
    row = _ROWS[kind]
    found = session.execute(
        select(row.id, row.hint, row.created_at, row.revoked_at)
        .where(row.brand_id == brand_id)
        .order_by(row.id)
    )
    return [Credential(*each) for each in found]


def valid(session: Session, kind: Kind, brand_id: int) -> list[Credential]:
    """Return those that are not revoked, the oldest first."""
    return [c for c in listed(session, kind, brand_id) if c.revoked_at is None]


def revoke(
    session: Session, kind: Kind, credential: Credential, *, now: datetime
) -> None:
    """End a credential: it opens nothing any more."""
    row = _ROWS[kind]
    session.execute(update(row).where(row.id == credential.id).values(revoked_at=now))


def forget(session: Session, kind: Kind, brand_id: int, hint: str) -> None:
    """Delete what begins so, without a trace: it was never anybody's."""
    row = _ROWS[kind]
    session.execute(delete(row).where(row.brand_id == brand_id, row.hint == hint))
