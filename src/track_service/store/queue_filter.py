"""Which entries of the work queue are shown, page by page, along an index."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, or_, select, tuple_
from sqlalchemy.orm import Session

from track_service.core.severity import Severity
from track_service.store.models import OrderRow, ShipmentRow
from track_service.store.queue_models import EntryRow

NOBODY = 0  # as an owner to filter by


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries to show, of these brands alone.

    `state` is open, muted, closed or all. Members of a group are shown with their
    `group` alone, or where `numbers` (an order's or a parcel's, in each spelling) or an
    owner are asked for. `before` is by when an entry must have been opened, `due` by
    when it should have been done.
    """

    brand_ids: Collection[int]
    state: str = "open"
    carrier: str | None = None
    kind: str | None = None
    severity: Severity | None = None
    owner_id: int | None = None
    before: datetime | None = None
    due: datetime | None = None
    group: int | None = None
    numbers: Collection[str] = field(default=(), repr=False)
    carriers: Collection[str] = ()


def page_ids(
    session: Session, wanted: Wanted, *, now: datetime, after: Sequence[Any], limit: int
) -> list[int]:
    """Return the ids of a page, in the order of `place`, behind the place `after`."""
    return list(session.scalars(statement(wanted, now=now, after=after, limit=limit)))


def statement(
    wanted: Wanted, *, now: datetime, after: Sequence[Any], limit: int
) -> Select[tuple[int]]:
    """Return the query of a page: it walks an index in its order, and sorts nothing."""
    query = _where(select(EntryRow.id), wanted, now)
    keys = _keys(wanted)
    if after:
        ahead = tuple_(*keys) > tuple_(*_bound(keys, after))
        behind = EntryRow.id < after[0]
        query = query.where(ahead if len(keys) > 1 else behind)
    ordered = keys if len(keys) > 1 else [EntryRow.id.desc()]
    return query.order_by(*ordered).limit(limit)


def is_by_urgency(wanted: Wanted) -> bool:
    """Tell whether a list goes by severity and time due."""
    return wanted.state == "open" and not wanted.numbers


def _keys(wanted: Wanted) -> list[Any]:
    if is_by_urgency(wanted):
        return [EntryRow.severity, EntryRow.due_at, EntryRow.id]
    return [EntryRow.id]


def _bound(keys: Sequence[Any], after: Sequence[Any]) -> list[Any]:
    return [
        bindparam(None, value, type_=key.type)
        for key, value in zip(keys, after, strict=True)
    ]


def _where(
    query: Select[tuple[int]], wanted: Wanted, now: datetime
) -> Select[tuple[int]]:
    tests: list[ColumnElement[bool]] = [_in(EntryRow.brand_id, wanted.brand_ids)]
    equal = (
        (EntryRow.carrier, wanted.carrier),
        (EntryRow.kind, wanted.kind),
        (EntryRow.severity, wanted.severity),
        (EntryRow.parent_id, wanted.group),
    )
    tests += [column == value for column, value in equal if value is not None]
    if wanted.owner_id is not None:
        owner = wanted.owner_id
        tests.append(
            EntryRow.owner_id.is_(None)
            if owner == NOBODY
            else EntryRow.owner_id == owner
        )
    if wanted.before is not None:
        tests.append(EntryRow.opened_at <= wanted.before)
    if wanted.due is not None:
        tests.append(EntryRow.due_at <= wanted.due)
    return query.where(*tests, *_shown(wanted), *_state(wanted, now))


def _shown(wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.numbers:
        return [_has_number(wanted)]
    is_mine = wanted.owner_id not in {None, NOBODY}
    return [] if wanted.group is not None or is_mine else [EntryRow.parent_id.is_(None)]


def _has_number(wanted: Wanted) -> ColumnElement[bool]:
    orders = select(OrderRow.id).where(
        OrderRow.brand_id.in_(wanted.brand_ids), OrderRow.number.in_(wanted.numbers)
    )
    parcels = select(ShipmentRow.id).where(
        ShipmentRow.brand_id.in_(wanted.brand_ids),
        ShipmentRow.carrier.in_(wanted.carriers),
        ShipmentRow.number.in_(wanted.numbers),
    )
    return or_(EntryRow.order_id.in_(orders), EntryRow.shipment_id.in_(parcels))


def _state(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    if wanted.numbers or wanted.state == "all":
        return []
    if wanted.state == "closed":
        return [EntryRow.closed_at.is_not(None)]
    if wanted.state == "muted":
        return [EntryRow.closed_at.is_(None), EntryRow.muted_until > now]
    return open_now(now)


def open_now(now: datetime) -> list[ColumnElement[bool]]:
    """Return the tests that an entry is in the queue, and not muted."""
    is_heard = or_(EntryRow.muted_until.is_(None), EntryRow.muted_until <= now)
    return [EntryRow.closed_at.is_(None), is_heard]


def top() -> list[ColumnElement[bool]]:
    """Return the tests that an entry is in the queue, and of no group."""
    return [EntryRow.closed_at.is_(None), EntryRow.parent_id.is_(None)]


def _in(column: Any, ids: Collection[int]) -> ColumnElement[bool]:
    """Of one brand its own index is walked, of several the common one, in its order.

    Zero is added so that no planner gathers the brands one by one to sort them all.
    """
    if len(ids) == 1:
        one: ColumnElement[bool] = column == next(iter(ids))
        return one
    many: ColumnElement[bool] = (column + 0).in_(ids)
    return many
