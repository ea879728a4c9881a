"""What is wrong now, out of every table that knows, and which entries say so already.

Each source is a query of what is true at this moment. An entry is missing while its
cause is true and nobody listed it, has come back if it was cleared and is true again,
and is over once its cause is no longer among what is true.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from track_service.core.status import Status
from track_service.store.case_models import CaseRow
from track_service.store.channel_models import HookStateRow
from track_service.store.db import insert_for
from track_service.store.models import (
    AccountRow,
    BigId,
    ConcernRow,
    EventRow,
    NoticeRow,
    OrderRow,
    PollRow,
    ShipmentRow,
)
from track_service.store.notices import DEAD, HELD
from track_service.store.queue_models import EntryRow
from track_service.store.shop_models import HandedOrderRow

GROUP, CASE = "group", "case"
_BLIND_FOR = timedelta(minutes=30)  # a call or two that fail are no news
_FINAL = [status.value for status in Status if status.is_final]


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that is wrong and not listed; `entry_id` is of one that came back."""

    brand_id: int
    source: str
    source_id: int
    kind: str
    carrier: str | None
    hub: str | None
    shipment_id: int | None
    order_id: int | None
    since: datetime
    is_news: bool
    entry_id: int | None


def unlisted(session: Session, *, wall: datetime, limit: int) -> list[Cause]:
    """Return what is true and not listed, up to `limit` of each source."""
    found: list[Cause] = []
    for truth in _sources(wall):
        true = truth.subquery()
        query = (
            select(true, _hub(true), EntryRow.id)
            .outerjoin(EntryRow, _of(true))
            .where(or_(EntryRow.id.is_(None), EntryRow.cleared_at.is_not(None)))
            .limit(limit)
        )
        found += [_cause(row) for row in session.execute(query)]
    return found


def over(session: Session, *, wall: datetime, limit: int) -> list[int]:
    """Return the ids of entries whose cause has ended, up to `limit` of each source."""
    found: list[int] = []
    for name, truth in zip(_NAMES, _sources(wall), strict=True):
        true = truth.subquery()
        found += session.scalars(
            select(EntryRow.id)
            .where(
                EntryRow.cleared_at.is_(None),
                EntryRow.source.startswith(name),
                ~exists().where(_of(true)),
            )
            .limit(limit)
        )
    return found


def add(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert entries; return the ids of those that nobody listed meanwhile."""
    if not rows:
        return []
    insert = insert_for(session)(EntryRow).on_conflict_do_nothing()
    return list(session.scalars(insert.returning(EntryRow.id), list(rows)))


def reopen(session: Session, entry_id: int, *, values: dict[str, Any]) -> bool:
    """List an entry again whose cause is back; False if somebody has already."""
    changed = session.execute(
        update(EntryRow)
        .where(EntryRow.id == entry_id, EntryRow.cleared_at.is_not(None))
        .values(
            cleared_at=None, closed_at=None, parent_id=None, muted_until=None, **values
        )
        .returning(EntryRow.id)
    )
    return changed.first() is not None


def clear(session: Session, ids: Sequence[int], *, now: datetime) -> list[int]:
    """Note that the causes of entries have ended; return those that nobody noted yet."""
    if not ids:
        return []
    return list(
        session.scalars(
            update(EntryRow)
            .where(EntryRow.id.in_(ids), EntryRow.cleared_at.is_(None))
            .values(cleared_at=now, closed_at=func.coalesce(EntryRow.closed_at, now))
            .returning(EntryRow.id)
        )
    )


def _cause(row: Any) -> Cause:
    return Cause(
        brand_id=row.brand_id,
        source=row.source,
        source_id=row.source_id,
        kind=row.kind,
        carrier=row.carrier,
        hub=row.hub,
        shipment_id=row.shipment_id,
        order_id=row.order_id,
        since=row.since,
        is_news=bool(row.is_news),
        entry_id=row.id,
    )


def _of(true: Any) -> ColumnElement[bool]:
    return and_(
        EntryRow.source == true.c.source,
        EntryRow.source_id == true.c.source_id,
        EntryRow.brand_id == true.c.brand_id,
    )


def _hub(true: Any) -> Any:
    """Where the carrier last saw the parcel, as it was when the entry was made."""
    return (
        select(EventRow.city)
        .where(
            EventRow.shipment_id == true.c.shipment_id,
            EventRow.withdrawn_at.is_(None),
            EventRow.city.is_not(None),
        )
        .order_by(EventRow.at.desc().nulls_last(), EventRow.id.desc())
        .limit(1)
        .scalar_subquery()
        .label("hub")
    )


_NAMES = ("concern", "order", "notice", "missed", "off", "held:", "account:", "case")


def _sources(wall: datetime) -> tuple[Select[Any], ...]:
    blind = _blind(wall - _BLIND_FOR)
    hooks = (_missed(), _switched_off())
    return (_concerns(), _orders(), _dead(), *hooks, _held(), blind, _cases())


def _row(**columns: Any) -> list[Any]:
    """Columns in one order, so that sources are alike."""
    kept = {
        "carrier": null().cast(ShipmentRow.carrier.type),
        "shipment_id": null().cast(BigId),
        "order_id": null().cast(BigId),
        "is_news": literal(value=True),
    } | columns
    return [
        kept[name].label(name)
        for name in (
            "brand_id", "source", "source_id", "kind", "carrier", "shipment_id",
            "order_id", "since", "is_news",
        )
    ]  # fmt: skip


def _concerns() -> Select[Any]:
    """Open concerns of parcels that are no past orders'."""
    return (
        select(
            *_row(
                brand_id=ShipmentRow.brand_id,
                source=literal("concern"),
                source_id=ConcernRow.id,
                kind=ConcernRow.kind,
                carrier=ShipmentRow.carrier,
                shipment_id=ShipmentRow.id,
                order_id=ShipmentRow.order_id,
                since=ConcernRow.since,
                is_news=ConcernRow.since >= ShipmentRow.created_at,
            )
        )
        .join(ShipmentRow, ShipmentRow.id == ConcernRow.shipment_id)
        .where(
            ConcernRow.cleared_at.is_(None),
            ShipmentRow.quiet.is_(False),
            ShipmentRow.erased_at.is_(None),
        )
    )


def _orders() -> Select[Any]:
    """Orders that wait for too long to be handed over, and have no parcel."""
    has_parcel = exists().where(ShipmentRow.order_id == OrderRow.id)
    return (
        select(
            *_row(
                brand_id=OrderRow.brand_id,
                source=literal("order"),
                source_id=OrderRow.id,
                kind=literal("not_shipped"),
                order_id=OrderRow.id,
                since=HandedOrderRow.late_since,
                is_news=HandedOrderRow.late_since >= OrderRow.created_at,
            )
        )
        .join(HandedOrderRow, HandedOrderRow.order_id == OrderRow.id)
        .where(
            HandedOrderRow.late_since.is_not(None),
            OrderRow.erased_at.is_(None),
            ~has_parcel,
        )
    )


def _dead() -> Select[Any]:
    """Messages to people that could not be delivered after all tries."""
    return (
        select(
            *_row(
                brand_id=NoticeRow.brand_id,
                source=literal("notice"),
                source_id=NoticeRow.id,
                kind=literal("undeliverable"),
                carrier=ShipmentRow.carrier,
                shipment_id=NoticeRow.shipment_id,
                order_id=ShipmentRow.order_id,
                since=NoticeRow.owed_at,
            )
        )
        .outerjoin(ShipmentRow, ShipmentRow.id == NoticeRow.shipment_id)
        .where(
            NoticeRow.state == DEAD,
            NoticeRow.brand_id.is_not(None),
            NoticeRow.channel != "webhook",
        )
    )


def _missed() -> Select[Any]:
    """What a webhook that is on has missed, until it is replayed: one entry a brand."""
    return (
        select(
            *_row(
                brand_id=NoticeRow.brand_id,
                source=literal("missed"),
                source_id=literal(0),
                kind=literal("undeliverable"),
                since=func.min(NoticeRow.owed_at),
            )
        )
        .where(
            NoticeRow.state == DEAD,
            NoticeRow.channel == "webhook",
            NoticeRow.brand_id.not_in(_off()),
        )
        .group_by(NoticeRow.brand_id)
    )


def _switched_off() -> Select[Any]:
    """Webhooks that are off: they took nothing for days, or are gone."""
    return select(
        *_row(
            brand_id=HookStateRow.brand_id,
            source=literal("off"),
            source_id=literal(0),
            kind=literal("webhook_off"),
            since=HookStateRow.off_since,
        )
    ).where(HookStateRow.brand_id.in_(_off()))


def _off() -> Select[tuple[int]]:
    return select(HookStateRow.brand_id).where(HookStateRow.off_since.is_not(None))


def _held() -> Select[Any]:
    """Masses of like messages that wait for a human: one entry a brand and kind."""
    return (
        select(
            *_row(
                brand_id=NoticeRow.brand_id,
                source=literal("held:") + NoticeRow.kind,
                source_id=literal(0),
                kind=literal(HELD),
                since=func.min(NoticeRow.owed_at),
            )
        )
        .where(NoticeRow.state == HELD, NoticeRow.brand_id.is_not(None))
        .group_by(NoticeRow.brand_id, NoticeRow.kind)
    )


def _blind(before: datetime) -> Select[Any]:
    """Carrier accounts that tell nothing, once for each brand with parcels there."""
    return (
        select(
            *_row(
                brand_id=ShipmentRow.brand_id,
                source=literal("account:") + AccountRow.account,
                source_id=literal(0),
                kind=literal("blind"),
                carrier=AccountRow.account,
                since=func.min(AccountRow.blind_since),
            )
        )
        .join(PollRow, PollRow.carrier == AccountRow.account)
        .join(ShipmentRow, ShipmentRow.id == PollRow.shipment_id)
        .where(
            AccountRow.blind_since <= before,
            PollRow.poll_after.is_not(None),
            ShipmentRow.status.not_in(_FINAL),
        )
        .group_by(ShipmentRow.brand_id, AccountRow.account)
    )


def _cases() -> Select[Any]:
    """What shoppers reported, until somebody settles it."""
    return select(
        *_row(
            brand_id=CaseRow.brand_id,
            source=literal(CASE),
            source_id=CaseRow.id,
            kind=CaseRow.kind,
            carrier=CaseRow.carrier,
            shipment_id=CaseRow.shipment_id,
            order_id=CaseRow.order_id,
            since=CaseRow.opened_at,
        )
    ).where(CaseRow.settled_at.is_(None))
