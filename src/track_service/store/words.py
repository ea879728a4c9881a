"""Words owed to storefronts: claimed with a lease, told with nothing open, settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from track_service.core.parcel import Shipment
from track_service.core.status import Status
from track_service.core.tracking import Stamp
from track_service.store.db import insert_for
from track_service.store.models import BrandRow, ShipmentRow
from track_service.store.shop_models import (
    ConnectionRow,
    FulfilmentRow,
    HandedOrderRow,
    WordRow,
)

LEASE = timedelta(minutes=5)
SENT, WITHDRAWN, DEAD = "sent", "withdrawn", "dead"
_LINK = "link"  # the cause of a word that tells a new link


@dataclass(frozen=True, slots=True)
class Owed:
    """A word as it waits; the ids are the platform's, None where it gave none.

    `attempts` are the tries that failed. `first` tells that the shop was told none by
    the parcel's link, `overtaken` that a newer one is there.
    """

    id: int
    storefront_id: int
    shipment_id: int
    status: Status
    stamp: Stamp | None
    attempts: int
    order_id: str | None
    parcel_id: str | None
    first: bool
    overtaken: bool


def owe(
    session: Session, news: Sequence[tuple[Shipment, Status]], *, wall: datetime
) -> None:
    """Owe each parcel's shop a word, if it is connected and wants to be told.

    The same status since the same scan is told once.
    """
    if not news:
        return
    shops = _shops(session, [of.id for of, _ in news])
    rows = [
        _row(of, status, shops[of.id], wall) for of, status in news if of.id in shops
    ]
    if rows:
        insert = insert_for(session)(WordRow.__table__)
        session.execute(insert.on_conflict_do_nothing(), rows)


def owe_anew(session: Session, order_id: int, *, wall: datetime) -> None:
    """Owe the shop its last word of each of an order's parcels: the link is another."""
    last = (
        select(func.max(WordRow.id))
        .join(ShipmentRow, ShipmentRow.id == WordRow.shipment_id)
        .where(ShipmentRow.order_id == order_id, ShipmentRow.erased_at.is_(None))
        .group_by(WordRow.shipment_id)
    )
    told = session.scalars(
        select(WordRow)
        .join(ConnectionRow, ConnectionRow.id == WordRow.storefront_id)
        .where(WordRow.id.in_(last), ConnectionRow.writes_back)
    ).all()
    session.add_all(
        WordRow(
            cause=f"{row.shipment_id}:{_LINK}:{row.id}",
            storefront_id=row.storefront_id,
            shipment_id=row.shipment_id,
            status=row.status,
            stamp=row.stamp,
            state="owed",
            due_at=wall,
            attempts=0,
        )
        for row in told
    )


def _shops(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Return by parcel the connection that brought it and wants to be told."""
    query = (
        select(FulfilmentRow.shipment_id, ConnectionRow.id)
        .join(HandedOrderRow, HandedOrderRow.order_id == FulfilmentRow.order_id)
        .join(
            ConnectionRow,
            (ConnectionRow.brand_id == HandedOrderRow.brand_id)
            & (ConnectionRow.platform == HandedOrderRow.platform),
        )
        .where(FulfilmentRow.shipment_id.in_(ids), ConnectionRow.writes_back)
    )
    return dict(session.execute(query).tuples().all())


def _row(of: Shipment, status: Status, shop: int, wall: datetime) -> dict[str, Any]:
    stamp = of.events[-1].stamp if of.events else None
    return {
        "cause": f"{of.id}:{status}:{stamp.text if stamp else ''}",
        "storefront_id": shop,
        "shipment_id": of.id,
        "status": status,
        "stamp": stamp,
        "state": "owed",
        "due_at": wall,
        "attempts": 0,
    }


def claim(session: Session, *, wall: datetime, limit: int) -> list[Owed]:
    """Lease up to `limit` owed words; commit before telling any."""
    rows = session.scalars(
        select(WordRow)
        .where(WordRow.state == "owed", WordRow.due_at <= wall)
        .order_by(WordRow.due_at, WordRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.due_at = wall + LEASE  # whoever tells and dies lets it come due again
    return [_owed(session, row) for row in rows]


def settle(
    session: Session, word_id: int, state: str, *, now: datetime, error: str | None
) -> None:
    """Close a word: it is never told again (a dead one may be owed anew)."""
    session.execute(
        update(WordRow)
        .where(WordRow.id == word_id)
        .values(state=state, settled_at=now, error=error and error[:200])
    )


def postpone(session: Session, word_id: int, *, until: datetime, error: str) -> None:
    """Count a try that failed; let the word come due again at `until` (wall time)."""
    session.execute(
        update(WordRow)
        .where(WordRow.id == word_id)
        .values(due_at=until, error=error[:200], attempts=WordRow.attempts + 1)
    )


def give_back(session: Session, word_id: int, *, until: datetime) -> None:
    """Let a claimed word that was not tried come due at `until`."""
    session.execute(update(WordRow).where(WordRow.id == word_id).values(due_at=until))


def leave_alone(session: Session, storefront_id: int, *, until: datetime) -> None:
    """Let none of a storefront's words come due before `until` (wall time)."""
    session.execute(
        update(WordRow)
        .where(
            WordRow.storefront_id == storefront_id,
            WordRow.state == "owed",
            WordRow.due_at < until,
        )
        .values(due_at=until)
    )


def reopen(session: Session, storefront_id: int, *, wall: datetime) -> int:
    """Owe a storefront's dead words again; return how many."""
    done = session.execute(
        update(WordRow)
        .where(WordRow.storefront_id == storefront_id, WordRow.state == DEAD)
        .values(state="owed", due_at=wall, attempts=0, settled_at=None)
        .returning(WordRow.id)
    )
    return len(done.all())


def by_state(session: Session) -> dict[tuple[str, str, str], int]:
    """Return how many words there are by brand, platform and state."""
    rows = session.execute(
        select(BrandRow.code, ConnectionRow.platform, WordRow.state, func.count())
        .join(ConnectionRow, ConnectionRow.id == WordRow.storefront_id)
        .join(BrandRow, BrandRow.id == ConnectionRow.brand_id)
        .group_by(BrandRow.code, ConnectionRow.platform, WordRow.state)
    )
    return {(brand, platform, state): count for brand, platform, state, count in rows}


def _owed(session: Session, row: WordRow) -> Owed:
    words = session.execute(
        select(WordRow.id, WordRow.state, WordRow.cause).where(
            WordRow.shipment_id == row.shipment_id
        )
    ).all()
    start = f"{row.shipment_id}:{_LINK}:"
    linked = max((i for i, _, cause in words if cause.startswith(start)), default=0)
    ids = session.execute(
        select(HandedOrderRow.external_id, FulfilmentRow.external_id)
        .join(FulfilmentRow, FulfilmentRow.order_id == HandedOrderRow.order_id)
        .where(FulfilmentRow.shipment_id == row.shipment_id)
    ).one()
    return Owed(
        id=row.id,
        storefront_id=row.storefront_id,
        shipment_id=row.shipment_id,
        status=Status(row.status),
        stamp=row.stamp,
        attempts=row.attempts,
        order_id=ids[0],
        parcel_id=ids[1],
        first=all(state != SENT for i, state, _ in words if i >= linked),
        overtaken=any(i > row.id for i, _, _ in words),
    )
