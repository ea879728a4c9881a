"""The tables of what shoppers say of deliveries and products: columns, no rule."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.models import BigId
from track_service.store.types import Instant, Secret


class FeedbackRow(Base):
    """What a shopper said of a delivery: one of a parcel, whatever is said again.

    `stars` are of five, `likely` of ten, `is_right` answers whether what went wrong was
    put right. Carrier, region, day and lateness are those of the delivery, to count by.
    `alerted_at` is when ops were told that somebody is unhappy.
    """

    __tablename__ = "feedback"
    __table_args__ = (Index("ix_feedback_brand_on", "brand_id", "delivered_on"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), unique=True)
    stars: Mapped[int | None] = mapped_column(Integer)
    likely: Mapped[int | None] = mapped_column(Integer)
    is_right: Mapped[bool | None] = mapped_column(Boolean)
    text: Mapped[str | None] = mapped_column(Secret)
    carrier: Mapped[str] = mapped_column(String(40))
    region: Mapped[str | None] = mapped_column(String(120))
    delivered_on: Mapped[date] = mapped_column(Date)
    is_late: Mapped[bool | None] = mapped_column(Boolean)
    first_at: Mapped[datetime] = mapped_column(Instant)
    alerted_at: Mapped[datetime | None] = mapped_column(Instant)


class ReviewRow(Base):
    """A review of a product by who bought it: one a purchase, never edited.

    `name` is what the reviewer chose to be shown as, None for nobody.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("order_id", "product"),
        Index("ix_review_brand_product", "brand_id", "product", "state"),
        Index("ix_review_brand_page", "brand_id", "id"),
        Index(
            "ix_review_pending",
            "brand_id",
            "id",
            postgresql_where=text("state = 'pending'"),
            sqlite_where=text("state = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), index=True)
    product: Mapped[str] = mapped_column(String(120))
    stars: Mapped[int] = mapped_column(Integer)
    text: Mapped[str | None] = mapped_column(Secret)
    name: Mapped[str | None] = mapped_column(Secret)
    language: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(24))
    written_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class ReviewWishRow(Base):
    """A brand's wishes of when and how its shoppers are asked for reviews."""

    __tablename__ = "review_wish"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    by_mail: Mapped[bool] = mapped_column(Boolean)
    use_days: Mapped[int] = mapped_column(Integer)
    of_category: Mapped[dict[str, int]] = mapped_column(JSON)


class ReviewAskRow(Base):
    """That a parcel's shopper is to be asked by mail, and how often they were."""

    __tablename__ = "review_ask"

    shipment_id: Mapped[int] = mapped_column(
        ForeignKey("shipment.id"), primary_key=True
    )
    due_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    asked: Mapped[int] = mapped_column(Integer)
