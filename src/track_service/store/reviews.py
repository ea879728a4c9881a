"""Reviews: one a purchase and product, moderated, counted and published."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from track_service.core.moderation import Reason, State
from track_service.core.reviews import Asking, next_due
from track_service.store.db import insert_for
from track_service.store.models import ShipmentRow
from track_service.store.review_models import (
    ReviewAskRow,
    ReviewRow,
    ReviewWishRow,
)

# What its writer does not want published never is.
_IS_DECIDABLE = func.coalesce(ReviewRow.reason, "") != Reason.NO_CONSENT


@dataclass(frozen=True, slots=True)
class New:
    """A review as it was written, and how it starts."""

    product: str
    stars: int
    text: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    language: str = "en"
    state: State = State.PENDING
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A review as moderators see it; text and name are None once erased."""

    id: int
    product: str
    stars: int
    language: str
    state: State
    reason: str | None
    written_at: datetime
    text: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)


def add(session: Session, shipment_id: int, new: New, *, now: datetime) -> bool:
    """Store a review; False where the purchase has one of the product, or is erased.

    Of two at once one is stored.
    """
    parcel = session.execute(
        select(ShipmentRow.brand_id, ShipmentRow.order_id).where(
            ShipmentRow.id == shipment_id, ShipmentRow.erased_at.is_(None)
        )
    ).first()
    if parcel is None:
        return False
    adding = insert_for(session)(ReviewRow).values(
        brand_id=parcel.brand_id,
        order_id=parcel.order_id,
        shipment_id=shipment_id,
        product=new.product,
        stars=new.stars,
        text=new.text,
        name=new.name,
        language=new.language,
        state=new.state,
        reason=new.reason,
        written_at=now,
        decided_at=None if new.state is State.PENDING else now,
    )
    made = session.execute(adding.on_conflict_do_nothing().returning(ReviewRow.id))
    return made.first() is not None


def of_order(session: Session, shipment_id: int) -> frozenset[str]:
    """Return the products of a parcel's order that are reviewed already."""
    order = select(ShipmentRow.order_id).where(ShipmentRow.id == shipment_id)
    found = select(ReviewRow.product).where(
        ReviewRow.order_id == order.scalar_subquery()
    )
    return frozenset(session.scalars(found))


def listed(
    session: Session,
    brand_id: int,
    *,
    state: State | None = None,
    product: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> Sequence[Review]:
    """Return a brand's reviews, the newest first; `before` is the id to go on from."""
    query = select(ReviewRow).where(ReviewRow.brand_id == brand_id)
    if state is not None:
        query = query.where(ReviewRow.state == state)
    if product is not None:
        query = query.where(ReviewRow.product == product)
    if before is not None:
        query = query.where(ReviewRow.id < before)
    rows = session.scalars(query.order_by(ReviewRow.id.desc()).limit(limit))
    return [_review(row) for row in rows]


def histogram(session: Session, brand_id: int, product: str) -> Mapping[int, int]:
    """Return how many published reviews of a product have how many stars."""
    rows = session.execute(
        select(ReviewRow.stars, func.count())
        .where(
            ReviewRow.brand_id == brand_id,
            ReviewRow.product == product,
            ReviewRow.state == State.PUBLISHED,
        )
        .group_by(ReviewRow.stars)
    )
    return dict(rows.tuples().all())


def moderated(
    session: Session,
    brand_ids: Collection[int],
    *,
    state: State,
    before: int | None,
    limit: int,
) -> Sequence[tuple[int, Review]]:
    """Return (brand's id, review) of what a human may decide on, the newest first."""
    query = (
        select(ReviewRow)
        .where(
            ReviewRow.brand_id.in_(brand_ids), ReviewRow.state == state, _IS_DECIDABLE
        )
        .order_by(ReviewRow.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(ReviewRow.id < before)
    return [(row.brand_id, _review(row)) for row in session.scalars(query)]


def lock(
    session: Session, ids: Collection[int], brand_ids: Collection[int]
) -> Sequence[tuple[int, Review]]:
    """Return (brand's id, review) of those that may be decided on, held until the end."""
    query = (
        select(ReviewRow)
        .where(ReviewRow.id.in_(ids), ReviewRow.brand_id.in_(brand_ids), _IS_DECIDABLE)
        .order_by(ReviewRow.id)
        .with_for_update()
    )
    return [(row.brand_id, _review(row)) for row in session.scalars(query)]


def decide(
    session: Session,
    review_id: int,
    state: State,
    *,
    reason: Reason | None,
    now: datetime,
) -> None:
    """Note what was decided of a review."""
    session.execute(
        update(ReviewRow)
        .where(ReviewRow.id == review_id)
        .values(state=state, reason=reason, decided_at=now)
    )


def forget(session: Session, shipment_id: int) -> None:
    """Blank what a shopper wrote, and as whom; stars stay. Nobody is asked any more."""
    mine = ReviewRow.shipment_id == shipment_id
    session.execute(update(ReviewRow).where(mine).values(text=None, name=None))
    asked = ReviewAskRow.shipment_id == shipment_id
    session.execute(update(ReviewAskRow).where(asked).values(due_at=None))


def wishes(session: Session, brand_id: int) -> Asking:
    """Return what a brand wants of asking for reviews."""
    row = session.get(ReviewWishRow, brand_id)
    return Asking(row.by_mail, row.use_days, row.of_category) if row else Asking()


def wish(session: Session, brand_id: int, wanted: Asking) -> None:
    """Store what a brand wants."""
    values = {
        "by_mail": wanted.by_mail,
        "use_days": wanted.use_days,
        "of_category": dict(wanted.of_category),
    }
    session.execute(
        insert_for(session)(ReviewWishRow)
        .values(brand_id=brand_id, **values)
        .on_conflict_do_update(index_elements=["brand_id"], set_=values)
    )


def asking_brands(session: Session) -> Sequence[int]:
    """Return the ids of the brands that ask by mail."""
    return session.scalars(
        select(ReviewWishRow.brand_id).where(ReviewWishRow.by_mail)
    ).all()


def unplanned(
    session: Session, brand_id: int, *, since: datetime, limit: int
) -> Sequence[int]:
    """Return the ids of delivered parcels, registered since, of which nobody is to ask."""
    planned = exists().where(ReviewAskRow.shipment_id == ShipmentRow.id)
    query = select(ShipmentRow.id).where(
        ShipmentRow.brand_id == brand_id,
        ShipmentRow.status == "delivered",
        ShipmentRow.quiet.is_(False),
        ShipmentRow.erased_at.is_(None),
        ShipmentRow.created_at >= since,
        ~planned,
    )
    return session.scalars(query.order_by(ShipmentRow.id).limit(limit)).all()


def plan(session: Session, shipment_id: int, *, due_at: datetime) -> None:
    """Plan to ask a parcel's shopper; planned once."""
    adding = insert_for(session)(ReviewAskRow).values(
        shipment_id=shipment_id, due_at=due_at, asked=0
    )
    session.execute(adding.on_conflict_do_nothing())


def take_due(
    session: Session, *, now: datetime, limit: int
) -> Sequence[tuple[int, int]]:
    """Return (shipment, how often it was asked before) of those due; each counts as asked."""
    rows = session.scalars(
        select(ReviewAskRow)
        .where(ReviewAskRow.due_at <= now)
        .order_by(ReviewAskRow.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    taken = [(row.shipment_id, row.asked) for row in rows]
    for row in rows:
        row.asked += 1
        row.due_at = next_due(now, row.asked)
    return taken


def wait(session: Session, shipment_id: int, *, asked: int, until: datetime) -> None:
    """Take back that a shopper was asked: it waits until what went wrong is right."""
    session.execute(
        update(ReviewAskRow)
        .where(ReviewAskRow.shipment_id == shipment_id)
        .values(asked=asked, due_at=until)
    )


def stop(session: Session, shipment_id: int) -> None:
    """Ask a parcel's shopper no more: they have answered, or it is too late."""
    session.execute(
        update(ReviewAskRow)
        .where(ReviewAskRow.shipment_id == shipment_id)
        .values(due_at=None)
    )


def _review(row: ReviewRow) -> Review:
    return Review(
        id=row.id,
        product=row.product,
        stars=row.stars,
        language=row.language,
        state=State(row.state),
        reason=row.reason,
        written_at=row.written_at,
        text=row.text,
        name=row.name,
    )
