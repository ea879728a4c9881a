"""Joining: news of several parcels of one order is one message, its head's."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from track_service.core.notices import Audience
from track_service.core.rules import CANNOT_WAIT
from track_service.store.channel_models import DeliveryRow
from track_service.store.models import NoticeRow, ShipmentRow
from track_service.store.notice_models import PartRow
from track_service.store.notices import GROUPED, NOT_TRUE, WITHDRAWN, Owed


def join(
    session: Session, claimed: Sequence[Owed], *, brand_ids: Collection[int]
) -> list[Owed]:
    """Let one notice an order tell of its other parcels; return the claimed ones left.

    What has been tried before joins nothing: it may have gone out as it was.
    """
    fresh = {
        owed.id: owed
        for owed in claimed
        if owed.audience == Audience.SHOPPER
        and owed.shipment_id is not None
        and owed.brand_id in brand_ids
        and owed.attempts == 1
    }
    gone: set[int] = set()
    for ids in _by_order(session, fresh).values():
        head, *others = ids
        gone |= _take(session, head, others)
    return [owed for owed in claimed if owed.id not in gone]


def _by_order(session: Session, fresh: Collection[int]) -> dict[int, list[int]]:
    """Return what is claimed or waits untried of each order, a parcel's first alone.

    What cannot wait comes first, as it goes out now; then the oldest, which waits no
    longer because of those that follow. All are the caller's until its transaction
    ends; what somebody else has is left out.
    """
    orders = (
        select(ShipmentRow.order_id)
        .join(NoticeRow, NoticeRow.shipment_id == ShipmentRow.id)
        .where(NoticeRow.id.in_(fresh))
    )
    can_wait = NoticeRow.kind.not_in(CANNOT_WAIT)
    tried = exists().where(DeliveryRow.notice_id == NoticeRow.id)
    query = (
        select(ShipmentRow.order_id, NoticeRow.shipment_id, NoticeRow.id)
        .join(ShipmentRow, ShipmentRow.id == NoticeRow.shipment_id)
        .where(
            ShipmentRow.order_id.in_(orders),
            NoticeRow.state == "owed",
            NoticeRow.audience == Audience.SHOPPER,
            NoticeRow.id.in_(fresh) | ((NoticeRow.attempts == 0) & can_wait),
            ~tried,
        )
        .order_by(can_wait, NoticeRow.id)
        .with_for_update(of=NoticeRow, skip_locked=True)
    )
    found: dict[int, dict[int | None, int]] = {}
    for order_id, shipment_id, notice_id in session.execute(query):
        found.setdefault(order_id, {}).setdefault(shipment_id, notice_id)
    return {order_id: list(ids.values()) for order_id, ids in found.items()}


def _take(session: Session, head_id: int, taken: Sequence[int]) -> set[int]:
    if taken:
        session.execute(
            update(NoticeRow).where(NoticeRow.id.in_(taken)).values(state=GROUPED)
        )
        session.execute(
            update(PartRow).where(PartRow.head_id.in_(taken)).values(head_id=head_id)
        )
        session.add_all(PartRow(notice_id=i, head_id=head_id) for i in taken)
    return set(taken)


def parts(session: Session, head_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the notices that each head tells of besides its own."""
    query = (
        select(PartRow.head_id, PartRow.notice_id)
        .where(PartRow.head_id.in_(head_ids))
        .order_by(PartRow.notice_id)
    )
    found: dict[int, list[int]] = {}
    for head_id, notice_id in session.execute(query):
        found.setdefault(head_id, []).append(notice_id)
    return found


def part_again(session: Session, head_id: int) -> None:
    """Owe again, each by itself, what a head was to tell that tells nobody."""
    its = select(PartRow.notice_id).where(PartRow.head_id == head_id)
    session.execute(
        update(NoticeRow)
        .where(NoticeRow.id.in_(its), NoticeRow.state == GROUPED)
        .values(state="owed", attempts=0, failures=0)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(PartRow).where(PartRow.head_id == head_id))


def leave_out(session: Session, notice_ids: Collection[int], *, now: datetime) -> None:
    """Withdraw what a head was to tell besides its own and did not: it held no more."""
    if not notice_ids:
        return
    session.execute(
        update(NoticeRow)
        .where(NoticeRow.id.in_(notice_ids), NoticeRow.state == GROUPED)
        .values(state=WITHDRAWN, settled_at=now, error=NOT_TRUE)
    )
    session.execute(delete(PartRow).where(PartRow.notice_id.in_(notice_ids)))


def has_siblings(session: Session, shipment_id: int) -> bool:
    """Tell whether a parcel's order has others."""
    order_id = select(ShipmentRow.order_id).where(ShipmentRow.id == shipment_id)
    other = select(ShipmentRow.id).where(
        ShipmentRow.order_id == order_id.scalar_subquery(),
        ShipmentRow.id != shipment_id,
    )
    return session.scalar(other.limit(1)) is not None
