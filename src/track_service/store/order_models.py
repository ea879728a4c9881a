"""The tables of orders before they have a parcel: columns, no rule."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.models import BigId
from track_service.store.types import Instant


class ShopHoursRow(Base):
    """On which days a brand packs (`mon,tue`), and until when an order counts (`16:00`)."""

    __tablename__ = "shop_hours"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    cutoff: Mapped[str | None] = mapped_column(String(5))
    days: Mapped[str] = mapped_column(String(27))


class OrderOutlookRow(Base):
    """What is foreseen of an order; see `core.ahead`. `due_at`: when to look again."""

    __tablename__ = "order_outlook"
    __table_args__ = (
        Index(
            "ix_order_outlook_due",
            "due_at",
            postgresql_where=text("due_at IS NOT NULL"),
            sqlite_where=text("due_at IS NOT NULL"),
        ),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    start_on: Mapped[date | None] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    likely_on: Mapped[date | None] = mapped_column(Date)
    ready_days: Mapped[int | None] = mapped_column(Integer)
    way_days: Mapped[int | None] = mapped_column(Integer)


class OrderPromiseRow(Base):
    """The ledger of dates that an order's page showed before its parcels: append-only."""

    __tablename__ = "order_promise"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    start_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(24))
    stated_at: Mapped[datetime] = mapped_column(Instant)
