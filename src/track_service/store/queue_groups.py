"""Groups of entries: how many have the same trouble where, and who belongs to which."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from track_service.core.grouping import AT_A_HUB, WITHIN, Site
from track_service.core.severity import severity_of
from track_service.core.sla import Sla
from track_service.store.db import insert_for
from track_service.store.queue_models import EntryRow
from track_service.store.queue_truth import GROUP

_CONCERN = "concern"


@dataclass(frozen=True, slots=True)
class Group:
    """An open group: `still` of its `size` parcels are in trouble; `told` were told."""

    id: int
    site: Site
    size: int
    told: int
    still: int
    news: int
    since: datetime


def tallies(session: Session, *, now: datetime) -> list[tuple[Site, int]]:
    """Return how many lately opened entries without a group there are, by site."""
    hub = func.coalesce(EntryRow.hub, "")
    count = func.count().label("count")
    rows = session.execute(
        select(EntryRow.brand_id, EntryRow.carrier, hub, EntryRow.kind, count)
        .where(*_alone(), EntryRow.opened_at >= now - WITHIN)
        .group_by(EntryRow.brand_id, EntryRow.carrier, hub, EntryRow.kind)
    )
    return [(Site(*site), number) for *site, number in rows]


def open_sites(session: Session) -> set[Site]:
    """Return the sites of the groups that have not ended."""
    rows = session.execute(
        select(EntryRow.brand_id, EntryRow.carrier, EntryRow.hub, EntryRow.kind).where(
            EntryRow.source == GROUP, EntryRow.cleared_at.is_(None)
        )
    )
    return {Site(*row) for row in rows}


def open_groups(session: Session) -> list[Group]:
    """Return the groups that have not ended, with how they stand."""
    member = aliased(EntryRow)
    still = func.count(member.id).filter(member.cleared_at.is_(None))
    news = func.count(member.id).filter(member.is_news)
    rows = session.execute(
        select(EntryRow, func.count(member.id), still, news, func.min(member.since))
        .join(member, member.parent_id == EntryRow.id)
        .where(EntryRow.source == GROUP, EntryRow.cleared_at.is_(None))
        .group_by(EntryRow.id)
        .order_by(EntryRow.id)
    )
    return [
        Group(
            id=row.id,
            site=Site(row.brand_id, row.carrier or "", row.hub or "", row.kind),
            size=size,
            told=row.told,
            still=still_true,
            news=new,
            since=since,
        )
        for row, size, still_true, new, since in rows
    ]


def open_one(
    session: Session, site: Site, *, now: datetime, sla: Sla, zone: Any
) -> None:
    """Make the entries of a site that opened lately a group, unless it is one."""
    since, first = session.execute(
        select(func.min(EntryRow.since), func.min(EntryRow.id)).where(
            *_alone(), *_at(site), EntryRow.opened_at >= now - WITHIN
        )
    ).one()
    if first is None:
        return
    severity = severity_of(site.kind)
    session.execute(
        insert_for(session)(EntryRow)
        .values(
            brand_id=site.brand_id,
            source=GROUP,
            source_id=first,
            kind=site.kind,
            severity=severity,
            carrier=site.carrier,
            hub=site.hub,
            size=0,
            told=0,
            is_news=True,
            status="open",
            since=since,
            opened_at=now,
            due_at=sla.due(now, severity, zone=zone),
        )
        .on_conflict_do_nothing()
    )


def join(session: Session, *, now: datetime, within: timedelta = WITHIN) -> int:
    """Let lately opened entries belong to the open group of their site; return how many.

    A hub's own group goes before that of its carrier.
    """
    group = aliased(EntryRow)
    mine = (
        group.source == GROUP,
        group.cleared_at.is_(None),
        group.brand_id == EntryRow.brand_id,
        group.carrier == EntryRow.carrier,
        group.kind == EntryRow.kind,
        or_(group.hub == EntryRow.hub, group.hub == ""),
    )
    parent = (
        select(group.id).where(*mine).order_by(group.hub.desc()).limit(1)
    ).scalar_subquery()
    joined = session.execute(
        update(EntryRow)
        .where(
            *_alone(),
            EntryRow.opened_at >= now - within,
            exists().where(*mine),
        )
        .values(parent_id=parent)
        .returning(EntryRow.id),
        execution_options={"synchronize_session": False},
    )
    return len(joined.all())


def note_size(session: Session, group_id: int, *, size: int, told: int) -> None:
    """Keep how many parcels a group has had, and of how many ops were told."""
    session.execute(
        update(EntryRow).where(EntryRow.id == group_id).values(size=size, told=told)
    )


def end(session: Session, group_id: int, *, now: datetime) -> bool:
    """End a group; what is left of it stands alone again. False if it has ended."""
    ended = session.execute(
        update(EntryRow)
        .where(EntryRow.id == group_id, EntryRow.cleared_at.is_(None))
        .values(cleared_at=now, closed_at=func.coalesce(EntryRow.closed_at, now))
        .returning(EntryRow.id)
    ).first()
    session.execute(
        update(EntryRow)
        .where(EntryRow.parent_id == group_id, EntryRow.closed_at.is_(None))
        .values(parent_id=None)
    )
    return ended is not None


def told_parcels(session: Session, ids: Collection[int]) -> set[tuple[int, str]]:
    """Return which parcels' troubles (id, kind) ops are told of with an open group."""
    group = aliased(EntryRow)
    rows = session.execute(
        select(EntryRow.shipment_id, EntryRow.kind)
        .join(group, group.id == EntryRow.parent_id)
        .where(
            EntryRow.shipment_id.in_(ids),
            EntryRow.cleared_at.is_(None),
            group.cleared_at.is_(None),
            group.told >= AT_A_HUB,
        )
    )
    return {(shipment_id, kind) for shipment_id, kind in rows if shipment_id}


def _alone() -> tuple[ColumnElement[bool], ...]:
    return (
        EntryRow.source == _CONCERN,
        EntryRow.closed_at.is_(None),
        EntryRow.parent_id.is_(None),
        EntryRow.carrier.is_not(None),
    )


def _at(site: Site) -> tuple[ColumnElement[bool], ...]:
    there = (EntryRow.hub == site.hub,) if site.hub else ()
    return (
        EntryRow.brand_id == site.brand_id,
        EntryRow.carrier == site.carrier,
        EntryRow.kind == site.kind,
        *there,
    )
