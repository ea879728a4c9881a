"""Suppressions: addresses that a brand does not write to, as hashes with its own key."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from track_service.store.channel_models import SuppressionKeyRow, SuppressionRow
from track_service.store.db import insert_for


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address that is not written to by a channel; `digest` is all that is kept."""

    channel: str
    digest: str
    reason: str
    since: datetime


def add(
    session: Session,
    brand_id: int,
    channel: str,
    address: str,
    *,
    reason: str,
    now: datetime,
    key: str,
) -> None:
    """Suppress an address. `key` is a new secret, used if the brand has none yet."""
    session.execute(
        insert_for(session)(SuppressionKeyRow)
        .values(brand_id=brand_id, key=key)
        .on_conflict_do_nothing()
    )
    digest = _digest(session, brand_id, address)
    session.execute(
        insert_for(session)(SuppressionRow)
        .values(
            brand_id=brand_id,
            channel=channel,
            digest=digest,
            reason=reason[:24],
            since=now,
        )
        .on_conflict_do_nothing()
    )


def reason(session: Session, brand_id: int, channel: str, address: str) -> str | None:
    """Return why an address is not written to, None if it is."""
    digest = _digest(session, brand_id, address)
    if digest is None:
        return None
    return session.scalar(
        select(SuppressionRow.reason).where(
            SuppressionRow.brand_id == brand_id,
            SuppressionRow.channel == channel,
            SuppressionRow.digest == digest,
        )
    )


def keyed(session: Session) -> set[int]:
    """Return the brands that have ever suppressed an address."""
    return set(session.scalars(select(SuppressionKeyRow.brand_id)))


def lift(session: Session, brand_id: int, channel: str, address: str) -> bool:
    """Write to an address again; False if it was not suppressed."""
    digest = _digest(session, brand_id, address)
    found = session.execute(
        delete(SuppressionRow)
        .where(
            SuppressionRow.brand_id == brand_id,
            SuppressionRow.channel == channel,
            SuppressionRow.digest == (digest or ""),
        )
        .returning(SuppressionRow.digest)
    )
    return found.first() is not None


def listed(session: Session, brand_id: int) -> Sequence[Suppression]:
    """Return a brand's suppressions, the newest first."""
    rows = session.scalars(
        select(SuppressionRow)
        .where(SuppressionRow.brand_id == brand_id)
        .order_by(SuppressionRow.since.desc(), SuppressionRow.digest)
    )
    return [Suppression(r.channel, r.digest, r.reason, r.since) for r in rows]


def _digest(session: Session, brand_id: int, address: str) -> str | None:
    """Return an address's hash, the same however it is written; None without a key."""
    row = session.get(SuppressionKeyRow, brand_id)
    if row is None:
        return None
    same = address.strip().casefold()
    if "@" not in same:
        same = "".join(c for c in same if c.isdecimal())
    return hmac.new(row.key.encode(), same.encode(), hashlib.sha256).hexdigest()
