"""Raw answers: kept sealed for a while, read again when a code table has grown."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from track_service.http import Answer
from track_service.store.db import insert_for
from track_service.store.models import RawRow, RawShipmentRow


@dataclass(frozen=True, slots=True)
class Raw:
    """A stored answer of a carrier and the parcels it speaks of.

    `trust` and `brand_id` are a push's: what it proved, and whose URL it knew.
    """

    id: int
    carrier: str
    push: bool
    answer: Answer
    received_at: datetime
    shipment_ids: tuple[int, ...]
    trust: str | None = None
    brand_id: int | None = None


def keep(
    session: Session,
    carrier: str,
    answers: Sequence[tuple[Answer, Sequence[int]]],
    *,
    push: bool,
    now: datetime,
    retention: timedelta,
    trust: str | None = None,
    brand_id: int | None = None,
) -> list[int]:
    """Store answers, each with the parcels it speaks of; return their ids in order.

    The same words again, by whom they were told before, only live longer. `trust` and
    `brand_id` as in `Raw`.
    """
    if not answers:
        return []
    digests = [hashlib.sha256(answer.body).hexdigest() for answer, _ in answers]
    teller = {"carrier": carrier, "push": push, "trust": trust, "brand_id": brand_id}
    found = _known(session, digests, teller)
    if found:
        session.execute(
            update(RawRow)
            .where(RawRow.id.in_(found.values()))
            .values(expires_at=now + retention)
        )
    new = {
        d: answer
        for d, (answer, _) in zip(digests, answers, strict=True)
        if d not in found
    }
    if new:
        rows = [
            teller
            | {
                "http_status": answer.status,
                "digest": digest,
                "body": answer.body,
                "received_at": now,
                "expires_at": now + retention,
            }
            for digest, answer in new.items()
        ]
        session.execute(insert(RawRow), rows)
        found = _known(session, digests, teller)
    ids = [found[digest] for digest in digests]
    link(
        session,
        [(i, of) for i, (_, ofs) in zip(ids, answers, strict=True) for of in ofs],
    )
    return ids


def _known(
    session: Session, digests: Sequence[str], teller: Mapping[str, Any]
) -> dict[str, int]:
    rows = session.execute(
        select(RawRow.digest, RawRow.id)
        .where(RawRow.digest.in_(digests))
        .filter_by(**teller)
    )
    return {digest: raw_id for digest, raw_id in rows}  # noqa: C416  rows are no pairs


def link(session: Session, pairs: Sequence[tuple[int, int]]) -> None:
    """Note which answers (raw id) speak of which parcels (shipment id)."""
    if pairs:
        session.execute(
            insert_for(session)(RawShipmentRow).on_conflict_do_nothing(),
            [
                {"raw_id": raw_id, "shipment_id": of}
                for raw_id, of in dict.fromkeys(pairs)
            ],
        )


def mark_read(session: Session, raw_id: int, *, now: datetime) -> None:
    """Note that a pushed body was read to the end."""
    session.execute(update(RawRow).where(RawRow.id == raw_id).values(read_at=now))


def forget(session: Session, raw_id: int) -> None:
    """Delete one stored answer."""
    session.execute(delete(RawRow).where(RawRow.id == raw_id))


def unread_pushes(session: Session, *, before: datetime, limit: int) -> list[int]:
    """Return pushed bodies that were kept, but whose reading was cut short."""
    return list(
        session.scalars(
            select(RawRow.id)
            .where(RawRow.push, RawRow.read_at.is_(None), RawRow.received_at < before)
            .order_by(RawRow.id)
            .limit(limit)
        )
    )


def ids(session: Session, carrier: str | None = None) -> list[int]:
    """Return the ids of the stored answers, oldest first."""
    query = select(RawRow.id).order_by(RawRow.id)
    if carrier is not None:
        query = query.where(RawRow.carrier == carrier)
    return list(session.scalars(query))


def get(session: Session, raw_id: int) -> Raw | None:
    """Return one stored answer, None if it has expired."""
    row = session.get(RawRow, raw_id)
    if row is None:
        return None
    linked: Sequence[int] = session.scalars(
        select(RawShipmentRow.shipment_id).where(RawShipmentRow.raw_id == raw_id)
    ).all()
    return Raw(
        row.id,
        row.carrier,
        row.push,
        Answer(row.body, row.http_status),
        row.received_at,
        tuple(linked),
        row.trust,
        row.brand_id,
    )


def expire(session: Session, *, now: datetime) -> int:
    """Delete what has outlived its retention; return how many."""
    done = session.execute(
        delete(RawRow).where(RawRow.expires_at <= now).returning(RawRow.id)
    )
    return len(done.all())
