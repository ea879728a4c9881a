"""Vouchers: a stock of codes, taken one by one, at most one by each order."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from track_service.core.judgement import ConcernKind
from track_service.core.notices import Audience
from track_service.core.parcel import Shipment
from track_service.store.db import insert_for
from track_service.store.models import BrandRow, NoticeRow, ShipmentRow
from track_service.store.notices import GROUPED, SENT, WITHDRAWN
from track_service.store.voucher_models import GivenRow, VoucherRow

_PART = 1000  # codes a statement


@dataclass(frozen=True, slots=True)
class Stock:
    """How many of a brand's codes are left, how many orders were given one.

    `newest` names the code that was added last; 0 where none ever was.
    """

    left: int
    given: int
    newest: int = 0


def add(
    session: Session, brand_id: int, codes: Collection[str], *, now: datetime
) -> int:
    """Add codes to a brand's stock; return how many were new to it."""
    rows = [
        {
            "brand_id": brand_id,
            "digest": sha256(code.encode()).hexdigest(),
            "code": code,
            "added_at": now,
        }
        for code in sorted(set(codes))  # in one order, as two may add at once
    ]
    added = 0
    for start in range(0, len(rows), _PART):
        adding = (
            insert_for(session)(VoucherRow)
            .values(rows[start : start + _PART])
            .on_conflict_do_nothing()
            .returning(VoucherRow.id)
        )
        added += len(session.execute(adding).all())
    return added


def stock(session: Session, brand_id: int) -> Stock:
    """Return what is left of a brand's stock."""
    mine = VoucherRow.brand_id == brand_id
    left = func.count().filter(VoucherRow.taken_at.is_(None))
    found = session.execute(select(left, func.max(VoucherRow.id)).where(mine)).one()
    given = select(func.count()).where(GivenRow.brand_id == brand_id)
    return Stock(found[0], session.scalar(given) or 0, found[1] or 0)


def give(session: Session, parcels: Iterable[Shipment], *, now: datetime) -> set[int]:
    """Give the orders of parcels a voucher each; return the parcels that brought one.

    None gets a second one, or one that another has; nor does any get one where the
    stock has none left. It is theirs when the caller's transaction ends.
    """
    wanted = {parcel.id: parcel for parcel in parcels}
    rows = _without(session, wanted) if wanted else []
    stocked = _stocked(session, {wanted[i].brand.id for _, i in rows}) if rows else ()
    brought = set()
    for order_id, parcel_id in sorted(rows):  # in one order: no two wait for each other
        parcel = wanted[parcel_id]
        is_left = _fixed(parcel) is not None or parcel.brand.id in stocked
        if is_left and _give(session, order_id, parcel, now=now):
            brought.add(parcel_id)
    return brought


def untold(session: Session, causes: Collection[str]) -> set[str]:
    """Return which notices, by their causes, were withdrawn before they told of one."""
    query = (
        select(NoticeRow.cause)
        .join(ShipmentRow, ShipmentRow.id == NoticeRow.shipment_id)
        .join(GivenRow, GivenRow.order_id == ShipmentRow.order_id)
        .where(
            NoticeRow.cause.in_(causes),
            NoticeRow.state == WITHDRAWN,
            GivenRow.code.is_not(None),
        )
    )
    return set(session.scalars(query)) if causes else set()


def told(session: Session, shipment_ids: Collection[int]) -> dict[int, str]:
    """Return the vouchers of parcels' orders, by the parcel's id."""
    query = (
        select(ShipmentRow.id, GivenRow.code)
        .join(GivenRow, GivenRow.order_id == ShipmentRow.order_id)
        .where(ShipmentRow.id.in_(shipment_ids), GivenRow.code.is_not(None))
    )
    return {shipment_id: code for shipment_id, code in session.execute(query) if code}


def shown(session: Session, shipment_id: int) -> str | None:
    """Return the voucher of a parcel's order once its shopper was written of a trouble.

    Before, what it was given for may turn out to be none.
    """
    order_id = select(ShipmentRow.order_id).where(ShipmentRow.id == shipment_id)
    its = select(ShipmentRow.id).where(ShipmentRow.order_id == GivenRow.order_id)
    was_written = exists().where(
        NoticeRow.shipment_id.in_(its),
        NoticeRow.audience == Audience.SHOPPER,
        NoticeRow.kind.in_(list(ConcernKind)),
        NoticeRow.state.in_((SENT, GROUPED)),
        NoticeRow.owed_at >= GivenRow.given_at,
    )
    return session.scalar(
        select(GivenRow.code).where(
            GivenRow.order_id == order_id.scalar_subquery(), was_written
        )
    )


def forget(session: Session, order_id: int) -> None:
    """Blank an order's voucher; that it had one stays known."""
    session.execute(
        update(GivenRow).where(GivenRow.order_id == order_id).values(code=None)
    )


def _without(session: Session, ids: Collection[int]) -> list[tuple[int, int]]:
    """Return (order, parcel) of those parcels whose order was given no voucher yet."""
    rows = session.execute(
        select(ShipmentRow.order_id, ShipmentRow.id)
        .outerjoin(GivenRow, GivenRow.order_id == ShipmentRow.order_id)
        .where(ShipmentRow.id.in_(ids), GivenRow.order_id.is_(None))
    )
    return [(order_id, parcel_id) for order_id, parcel_id in rows]


def _stocked(session: Session, brand_ids: Collection[int]) -> set[int]:
    """Return those of the brands that have a code left."""
    is_left = exists().where(
        VoucherRow.brand_id == BrandRow.id, VoucherRow.taken_at.is_(None)
    )
    query = select(BrandRow.id).where(BrandRow.id.in_(brand_ids), is_left)
    return set(session.scalars(query))


def _fixed(parcel: Shipment) -> str | None:
    """Return the code that its brand gives to every order, None where it has a stock."""
    rule = parcel.brand.rules.voucher
    return rule.code if rule else None


def _give(session: Session, order_id: int, parcel: Shipment, *, now: datetime) -> bool:
    brand = parcel.brand
    mine = (
        insert_for(session)(GivenRow)
        .values(order_id=order_id, brand_id=brand.id, given_at=now)
        .on_conflict_do_nothing()
        .returning(GivenRow.order_id)
    )
    if session.execute(mine).first() is None:
        return False
    code = _fixed(parcel) or _take(session, brand.id, now=now)
    this = GivenRow.order_id == order_id
    if code is None:
        session.execute(delete(GivenRow).where(this))
    else:
        session.execute(update(GivenRow).where(this).values(code=code))
    return code is not None


def _take(session: Session, brand_id: int, *, now: datetime) -> str | None:
    """Take the oldest code that nobody has, or is about to have; None for none."""
    row = session.scalar(
        select(VoucherRow)
        .where(VoucherRow.brand_id == brand_id, VoucherRow.taken_at.is_(None))
        .order_by(VoucherRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    code, row.code, row.taken_at = row.code, None, now
    session.flush()
    return code
