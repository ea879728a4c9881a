"""Entries of ops' work queue: as they stand, changed, counted, and what happened."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from track_service.core.severity import Severity
from track_service.store.audit import Actor
from track_service.store.models import BrandRow, OrderRow, ShipmentRow
from track_service.store.queue_filter import Wanted, is_by_urgency, open_now, top
from track_service.store.queue_models import EntryRow, NoteRow
from track_service.store.queue_truth import GROUP
from track_service.store.user_models import UserRow


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands; `still` is how many of a group's parcels are in trouble.

    `order_number`, `number` and `shipment` are None where it is about neither.
    """

    id: int
    brand_id: int
    brand: str
    source: str
    source_id: int
    kind: str
    severity: Severity
    carrier: str | None
    hub: str | None
    status: str
    owner_id: int | None
    owner: str | None
    since: datetime
    opened_at: datetime
    due_at: datetime
    muted_until: datetime | None
    closed_at: datetime | None
    cleared_at: datetime | None
    parent_id: int | None
    size: int
    told: int
    still: int
    order_number: str | None
    number: str | None
    shipment: str | None

    @property
    def is_group(self) -> bool:
        """Whether it stands for many."""
        return self.source == GROUP


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an entry; `by` is a name, `words` a person's note."""

    at: datetime
    by: str | None
    actor: str
    what: str
    detail: str | None
    words: str | None = field(repr=False)


def place(entry: Entry, wanted: Wanted) -> tuple[Any, ...]:
    """Return an entry's place in a list: gravest and soonest due first, else newest."""
    if is_by_urgency(wanted):
        return (int(entry.severity), entry.due_at, entry.id)
    return (entry.id,)


def load(session: Session, ids: Sequence[int]) -> list[Entry]:
    """Return entries in the order of their ids as given; unknown ones are left out."""
    member = aliased(EntryRow)
    still = (
        select(func.count(member.id))
        .where(member.parent_id == EntryRow.id, member.closed_at.is_(None))
        .scalar_subquery()
    )
    counted = case((EntryRow.source == GROUP, still), else_=0)
    rows = session.execute(
        select(
            EntryRow,
            BrandRow.code,
            UserRow.name,
            OrderRow.number,
            ShipmentRow.number,
            ShipmentRow.public_id,
            counted,
        )
        .join(BrandRow, BrandRow.id == EntryRow.brand_id)
        .outerjoin(UserRow, UserRow.id == EntryRow.owner_id)
        .outerjoin(OrderRow, OrderRow.id == EntryRow.order_id)
        .outerjoin(ShipmentRow, ShipmentRow.id == EntryRow.shipment_id)
        .where(EntryRow.id.in_(ids))
    )
    found = {row[0].id: _entry(*row) for row in rows}
    return [found[entry_id] for entry_id in ids if entry_id in found]


def lock(
    session: Session, ids: Collection[int], brand_ids: Collection[int]
) -> list[Entry]:
    """Return those of these brands; nobody else changes them until the commit."""
    held = session.scalars(
        select(EntryRow.id)
        .where(EntryRow.id.in_(ids), EntryRow.brand_id.in_(brand_ids))
        .order_by(EntryRow.id)
        .with_for_update()
    ).all()
    return load(session, held)


def change(session: Session, entry_id: int, values: dict[str, Any]) -> None:
    """Store what changed of an entry."""
    session.execute(update(EntryRow).where(EntryRow.id == entry_id).values(**values))


def change_members(session: Session, group_id: int, values: dict[str, Any]) -> int:
    """Store what changed of all in a group that are still in the queue; how many."""
    changed = session.execute(
        update(EntryRow)
        .where(EntryRow.parent_id == group_id, EntryRow.closed_at.is_(None))
        .values(**values)
        .returning(EntryRow.id)
    )
    return len(changed.all())


def note(
    session: Session,
    entry_id: int,
    actor: Actor,
    what: str,
    *,
    now: datetime,
    detail: str | None = None,
    words: str | None = None,
) -> None:
    """Add to an entry's history; `words` are a person's own and sealed."""
    session.add(
        NoteRow(
            entry_id=entry_id,
            at=now,
            user_id=actor.user_id,
            actor=actor.name,
            what=what,
            detail=detail,
            words=words,
        )
    )


def history(session: Session, entry_id: int) -> list[Event]:
    """Return what happened to an entry, oldest first."""
    rows = session.execute(
        select(NoteRow, UserRow.name)
        .outerjoin(UserRow, UserRow.id == NoteRow.user_id)
        .where(NoteRow.entry_id == entry_id)
        .order_by(NoteRow.id)
    )
    return [
        Event(row.at, name, row.actor, row.what, row.detail, row.words)
        for row, name in rows
    ]


def forget_words(
    session: Session, *, shipment_id: int | None = None, order_id: int | None = None
) -> None:
    """Blank what people wrote of a parcel or an order: it may name somebody.

    So may what they wrote of a group that it was in; of whom, nobody can tell.
    """
    about = (
        EntryRow.order_id == order_id
        if shipment_id is None
        else EntryRow.shipment_id == shipment_id
    )
    entries = session.scalars(select(EntryRow.id).where(about)).all()
    if not entries:
        return
    groups = session.scalars(_groups(entries)).all()
    session.execute(
        update(NoteRow)
        .where(NoteRow.entry_id.in_([*entries, *groups]))
        .values(words=None)
    )


def _groups(ids: Sequence[int]) -> Select[tuple[int]]:
    """Groups in which entries may have been: an entry leaves one that ends."""
    group = aliased(EntryRow)
    return (
        select(group.id)
        .join(EntryRow, EntryRow.brand_id == group.brand_id)
        .join(ShipmentRow, ShipmentRow.id == EntryRow.shipment_id)
        .where(
            EntryRow.id.in_(ids),
            group.source == GROUP,
            group.carrier == EntryRow.carrier,
            group.kind == EntryRow.kind,
            group.hub.in_((EntryRow.hub, "")),
            group.opened_at <= func.coalesce(EntryRow.closed_at, group.opened_at),
            or_(group.closed_at.is_(None), group.closed_at >= ShipmentRow.created_at),
        )
    )


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is to do: open, over time, without an owner, one's own."""

    open: int
    over: int
    nobody: int
    mine: int


def totals(
    session: Session, brand_ids: Collection[int], *, user_id: int | None, now: datetime
) -> Totals:
    """Count what is open of some brands; a group counts as one."""
    count = func.count()
    row = session.execute(
        select(
            count,
            count.filter(EntryRow.due_at <= now),
            count.filter(EntryRow.owner_id.is_(None)),
            count.filter(EntryRow.owner_id == user_id),
        ).where(*top(), *open_now(now), EntryRow.brand_id.in_(brand_ids))
    ).one()
    return Totals(*row)


def _entry(
    row: EntryRow,
    brand: str,
    owner: str | None,
    order_number: str | None,
    number: str | None,
    shipment: str | None,
    still: int,
) -> Entry:
    return Entry(
        id=row.id,
        brand_id=row.brand_id,
        brand=brand,
        source=row.source,
        source_id=row.source_id,
        kind=row.kind,
        severity=Severity(row.severity),
        carrier=row.carrier,
        hub=row.hub,
        status=row.status,
        owner_id=row.owner_id,
        owner=owner,
        since=row.since,
        opened_at=row.opened_at,
        due_at=row.due_at,
        muted_until=row.muted_until,
        closed_at=row.closed_at,
        cleared_at=row.cleared_at,
        parent_id=row.parent_id,
        size=row.size,
        told=row.told,
        still=still,
        order_number=order_number,
        number=number,
        shipment=shipment,
    )
