"""Browsers that follow a parcel, our key for them, and what they are owed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from track_service.core.parcel import Shipment
from track_service.store.db import insert_for
from track_service.store.models import NoticeRow, ShipmentRow
from track_service.store.push_models import PushKeyRow, SubscriptionRow

CHANNEL, AUDIENCE, MOVED = "webpush", "subscriber", "moved"
MOST = 5  # browsers a parcel: a shopper has few, and a link may be passed on
_ONE = 1


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a browser is reached, and its keys (base64url)."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)
    language: str | None = None


def add(
    session: Session, shipment_id: int, browser: Browser, *, digest: str, now: datetime
) -> bool:
    """Let a browser follow a parcel; False where too many do. Twice is once."""
    # Two browsers at once must not take one slot.
    session.get_one(ShipmentRow, shipment_id, with_for_update=True)
    rows = session.scalars(
        select(SubscriptionRow).where(SubscriptionRow.shipment_id == shipment_id)
    ).all()
    if any(row.digest == digest for row in rows):
        return True
    free = set(range(MOST)) - {row.slot for row in rows}
    if not free:
        return False
    session.add(
        SubscriptionRow(
            shipment_id=shipment_id,
            slot=min(free),
            digest=digest,
            endpoint=browser.endpoint,
            p256dh=browser.p256dh,
            auth=browser.auth,
            language=browser.language,
            created_at=now,
        )
    )
    return True


def remove(session: Session, shipment_id: int, digest: str) -> None:
    """Let a browser follow a parcel no more."""
    session.execute(
        delete(SubscriptionRow).where(
            SubscriptionRow.shipment_id == shipment_id,
            SubscriptionRow.digest == digest,
        )
    )


def forget(session: Session, shipment_id: int, slot: int | None = None) -> None:
    """Forget the browser of a parcel's slot, or all of them."""
    query = delete(SubscriptionRow).where(SubscriptionRow.shipment_id == shipment_id)
    if slot is not None:
        query = query.where(SubscriptionRow.slot == slot)
    session.execute(query)


def browsers(
    session: Session, shipment_ids: Collection[int]
) -> dict[tuple[int, int], Browser]:
    """Return the browsers that follow parcels, by parcel and slot."""
    rows = session.scalars(
        select(SubscriptionRow).where(SubscriptionRow.shipment_id.in_(shipment_ids))
    )
    return {
        (row.shipment_id, row.slot): Browser(
            row.endpoint, row.p256dh, row.auth, row.language
        )
        for row in rows
    }


def owe(
    session: Session,
    moved: Sequence[Shipment],
    *,
    now: datetime,
    wall: datetime,
) -> None:
    """Owe each browser that follows one of these parcels a word of it."""
    if not moved:
        return
    query = select(SubscriptionRow.shipment_id, SubscriptionRow.slot).where(
        SubscriptionRow.shipment_id.in_([of.id for of in moved])
    )
    slots = session.execute(query).tuples().all()
    rows = [
        {
            "key": f"push-{of.id}-{of.version}-{slot}",
            "cause": f"{of.id}:{AUDIENCE}:{CHANNEL}:{slot}:{of.version}",
            "brand_id": of.brand.id,
            "shipment_id": of.id,
            "kind": MOVED,
            "concern": str(of.version),
            "audience": AUDIENCE,
            "channel": CHANNEL,
            "target": slot,
            "state": "owed",
            "owed_at": now,
            "due_at": wall,
            "attempts": 0,
        }
        for of in moved
        for parcel, slot in slots
        if parcel == of.id
    ]
    if rows:
        insert = insert_for(session)(NoticeRow.__table__)
        session.execute(insert.on_conflict_do_nothing(), rows)


def key(session: Session) -> str | None:
    """Return the private key of this installation, None before it has one."""
    return session.scalar(select(PushKeyRow.private))


def keep_key(session: Session, private: str, *, now: datetime) -> None:
    """Keep a private key, unless there is one already."""
    insert = insert_for(session)(PushKeyRow.__table__)
    row = {"id": _ONE, "private": private, "created_at": now}
    session.execute(insert.on_conflict_do_nothing(), [row])
