"""Feedback on deliveries: one of a parcel, counted by carrier, region and week."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from track_service.store.db import insert_for
from track_service.store.models import OrderRow, ShipmentRow
from track_service.store.review_models import FeedbackRow


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a delivery; None is what was not answered."""

    stars: int | None = None
    likely: int | None = None
    is_right: bool | None = None
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Of:
    """The delivery that is rated, as it is counted; `is_late` None without a promise."""

    shipment_id: int
    carrier: str
    region: str | None
    delivered_on: date
    is_late: bool | None


@dataclass(frozen=True, slots=True)
class Rated:
    """A delivery and the figures that it was given, for reports."""

    carrier: str
    region: str | None
    delivered_on: date
    is_late: bool | None
    stars: int | None
    likely: int | None


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of a delivery; `id` is where to go on from."""

    id: int
    order_number: str
    shipment: str
    carrier: str
    delivered_on: date
    said: Said


def of_shipment(session: Session, shipment_id: int) -> Said | None:
    """Return what was said of a parcel, None for nothing yet."""
    row = session.scalar(
        select(FeedbackRow).where(FeedbackRow.shipment_id == shipment_id)
    )
    if row is None:
        return None
    return Said(row.stars, row.likely, row.is_right, row.text)


def say(session: Session, of: Of, said: Said, *, now: datetime) -> Said | None:
    """Store answers over earlier ones; return all by now, None for an erased parcel.

    What is None leaves an earlier answer alone, so that a tap, and a form after it,
    make one.
    """
    brand_id = session.scalar(
        select(ShipmentRow.brand_id).where(
            ShipmentRow.id == of.shipment_id, ShipmentRow.erased_at.is_(None)
        )
    )
    if brand_id is None:
        return None
    answers = {
        "stars": said.stars,
        "likely": said.likely,
        "is_right": said.is_right,
        "text": said.text,
    }
    given = {name: value for name, value in answers.items() if value is not None}
    adding = insert_for(session)(FeedbackRow).values(
        brand_id=brand_id,
        shipment_id=of.shipment_id,
        carrier=of.carrier,
        region=of.region,
        delivered_on=of.delivered_on,
        is_late=of.is_late,
        first_at=now,
        **answers,
    )
    if given:
        session.execute(
            adding.on_conflict_do_update(index_elements=["shipment_id"], set_=given)
        )
    return of_shipment(session, of.shipment_id)


def take_alert(session: Session, shipment_id: int, *, now: datetime) -> bool:
    """Take it on to tell ops of a parcel's unhappy shopper; False if that was done."""
    taken = session.execute(
        update(FeedbackRow)
        .where(FeedbackRow.shipment_id == shipment_id, FeedbackRow.alerted_at.is_(None))
        .values(alerted_at=now)
        .returning(FeedbackRow.id)
    )
    return taken.first() is not None


def rated(
    session: Session, brand_id: int, *, since: date, until: date
) -> Sequence[Rated]:
    """Return how deliveries from `since` on and before `until` were rated."""
    rows = session.execute(
        select(
            FeedbackRow.carrier,
            FeedbackRow.region,
            FeedbackRow.delivered_on,
            FeedbackRow.is_late,
            FeedbackRow.stars,
            FeedbackRow.likely,
        ).where(*_between(brand_id, since, until))
    )
    return [Rated(*row) for row in rows]


def written(
    session: Session,
    brand_id: int,
    *,
    since: date,
    until: date,
    before: int | None = None,
    limit: int = 100,
) -> Sequence[Written]:
    """Return what was written of these deliveries, the newest first.

    `before` is the id to go on from.
    """
    query = (
        select(FeedbackRow, OrderRow.number, ShipmentRow.public_id)
        .join(ShipmentRow, ShipmentRow.id == FeedbackRow.shipment_id)
        .join(OrderRow, OrderRow.id == ShipmentRow.order_id)
        .where(*_between(brand_id, since, until), FeedbackRow.text.is_not(None))
        .order_by(FeedbackRow.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(FeedbackRow.id < before)
    return [
        Written(
            row.id,
            number,
            public_id,
            row.carrier,
            row.delivered_on,
            Said(row.stars, row.likely, row.is_right, row.text),
        )
        for row, number, public_id in session.execute(query)
    ]


def _between(
    brand_id: int, since: date, until: date
) -> tuple[ColumnElement[bool], ...]:
    return (
        FeedbackRow.brand_id == brand_id,
        FeedbackRow.delivered_on >= since,
        FeedbackRow.delivered_on < until,
    )


def forget(session: Session, shipment_id: int) -> None:
    """Blank what a shopper wrote of a delivery; the figures stay."""
    mine = FeedbackRow.shipment_id == shipment_id
    session.execute(update(FeedbackRow).where(mine).values(text=None))
