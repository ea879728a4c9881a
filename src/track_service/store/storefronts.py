"""A brand's connections to storefronts, and the bodies that those sent."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from track_service.store.db import insert_for
from track_service.store.shop_models import ConnectionRow, ShopHookRow


@dataclass(frozen=True, slots=True)
class Connection:
    """A brand's connection to a platform; `writes_back` lets us change its orders."""

    id: int
    brand_id: int
    platform: str
    settings: Mapping[str, str] = field(repr=False)
    writes_back: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A body that was kept."""

    id: int
    brand_id: int
    platform: str
    topic: str | None
    body: bytes = field(repr=False)


def connect(
    session: Session,
    brand_id: int,
    platform: str,
    settings: Mapping[str, str],
    *,
    writes_back: bool,
    now: datetime,
) -> int:
    """Store a connection, in place of the brand's last one to it; return its id."""
    told = {"settings": json.dumps(dict(settings)), "writes_back": writes_back}
    values = {"brand_id": brand_id, "platform": platform, "created_at": now}
    made: int = session.execute(
        insert_for(session)(ConnectionRow)
        .values(**values, **told)
        .on_conflict_do_update(index_elements=["brand_id", "platform"], set_=told)
        .returning(ConnectionRow.id)
    ).scalar_one()
    return made


def connection(session: Session, brand_id: int, platform: str) -> Connection | None:
    """Return a brand's connection to a platform, None if it has none."""
    row = session.scalar(
        select(ConnectionRow).where(
            ConnectionRow.brand_id == brand_id, ConnectionRow.platform == platform
        )
    )
    return None if row is None else _of_row(row)


def by_id(session: Session, connection_id: int) -> Connection:
    """Return a connection."""
    return _of_row(session.get_one(ConnectionRow, connection_id))


def keep(
    session: Session,
    connection: Connection,
    *,
    topic: str | None,
    identity: str | None,
    body: bytes,
    now: datetime,
    due_at: datetime,
    expires_at: datetime,
) -> int | None:
    """Keep a body; return its id, None where the same delivery is kept already."""
    digest = hashlib.sha256((topic or "").encode() + b"\n" + body).hexdigest()
    values = {
        "brand_id": connection.brand_id,
        "platform": connection.platform,
        "topic": topic,
        "identity": identity if identity and len(identity) <= 64 else digest,
        "body": body,
        "received_at": now,
        "due_at": due_at,
        "expires_at": expires_at,
    }
    made: int | None = session.scalar(
        insert_for(session)(ShopHookRow)
        .values(**values)
        .on_conflict_do_nothing(index_elements=["brand_id", "platform", "identity"])
        .returning(ShopHookRow.id)
    )
    return made


def kept(session: Session, hook_id: int) -> Kept | None:
    """Return a body that was kept, None if it has expired."""
    row = session.get(ShopHookRow, hook_id)
    if row is None:
        return None
    return Kept(row.id, row.brand_id, row.platform, row.topic, row.body)


def settle(
    session: Session,
    hook_id: int,
    *,
    now: datetime,
    trouble: str | None = None,
    order_id: int | None = None,
) -> None:
    """Note that a body was read to the end, what was wrong, and whose order it tells of."""
    session.execute(
        update(ShopHookRow)
        .where(ShopHookRow.id == hook_id)
        .values(read_at=now, trouble=trouble and trouble[:200], order_id=order_id)
    )


def nth_newest(session: Session, nth: int) -> datetime | None:
    """Return when the nth body before now came, None where there are fewer."""
    return session.scalar(
        select(ShopHookRow.received_at)
        .order_by(ShopHookRow.id.desc())
        .offset(nth - 1)
        .limit(1)
    )


def claim_due(
    session: Session, *, due_by: datetime, until: datetime, limit: int
) -> list[tuple[int, datetime]]:
    """Return bodies to be taken in, and when they came, those due longest first.

    Until then nobody else is given them.
    """
    query = (
        select(ShopHookRow.id, ShopHookRow.received_at)
        .where(ShopHookRow.read_at.is_(None), ShopHookRow.due_at <= due_by)
        .order_by(ShopHookRow.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = list(session.execute(query).tuples())
    session.execute(
        update(ShopHookRow)
        .where(ShopHookRow.id.in_([hook_id for hook_id, _ in found]))
        .values(due_at=until)
    )
    return found


def put_off(session: Session, hook_id: int, *, due_at: datetime, trouble: str) -> None:
    """Let a body come due again: it could not be taken in yet."""
    session.execute(
        update(ShopHookRow)
        .where(ShopHookRow.id == hook_id)
        .values(due_at=due_at, trouble=trouble[:200])
    )


def expire(session: Session, *, now: datetime) -> None:
    """Delete the bodies that have outlived their retention."""
    session.execute(delete(ShopHookRow).where(ShopHookRow.expires_at <= now))


def _of_row(row: ConnectionRow) -> Connection:
    return Connection(
        row.id,
        row.brand_id,
        row.platform,
        json.loads(row.settings),
        row.writes_back,
    )
