"""The tables of ops' work queue: columns and constraints, no rule."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.models import BigId, NoticeRow
from track_service.store.shop_models import HandedOrderRow
from track_service.store.types import Instant, Secret

_TOP = text("closed_at IS NULL AND parent_id IS NULL")
_MEMBER = text("parent_id IS NOT NULL")
_GROUP = text("source = 'group' AND cleared_at IS NULL")
_TRUE = text("cleared_at IS NULL")
_STUCK = text("state IN ('dead', 'held')")
_LATE = text("late_since IS NOT NULL")


class EntryRow(Base):
    """Something that a human should look at.

    `source` and `source_id` name its cause (a concern, an order, a notice …), which is
    over at `cleared_at`; `closed_at` is when it left the queue, by hand or with its
    cause. A group is an entry that others have for `parent_id`; `size` is how many it
    ever had, `told` of how many ops were told. `is_news` says that it began after the
    parcel was given to us.
    """

    __tablename__ = "queue_entry"
    __table_args__ = (
        UniqueConstraint("source", "source_id", "brand_id"),
        Index(
            "ix_queue_entry_top",
            "severity",
            "due_at",
            "id",
            postgresql_where=_TOP,
            sqlite_where=_TOP,
        ),
        Index(
            "ix_queue_entry_top_of_brand",
            "brand_id",
            "severity",
            "due_at",
            "id",
            postgresql_where=_TOP,
            sqlite_where=_TOP,
        ),
        Index(
            "uq_queue_entry_group",
            "brand_id",
            "carrier",
            "hub",
            "kind",
            unique=True,
            postgresql_where=_GROUP,
            sqlite_where=_GROUP,
        ),
        Index(
            "ix_queue_entry_true",
            "source",
            "source_id",
            postgresql_where=_TRUE,
            sqlite_where=_TRUE,
        ),
        # Whole, it would be taken to find the many that are in no group.
        Index(
            "ix_queue_entry_parent_id",
            "parent_id",
            postgresql_where=_MEMBER,
            sqlite_where=_MEMBER,
        ),
        Index("ix_queue_entry_brand_page", "brand_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    source: Mapped[str] = mapped_column(String(60))
    source_id: Mapped[int] = mapped_column(BigId)
    kind: Mapped[str] = mapped_column(String(24))
    severity: Mapped[int] = mapped_column(SmallInteger)
    carrier: Mapped[str | None] = mapped_column(String(40))
    hub: Mapped[str | None] = mapped_column(String(120))
    shipment_id: Mapped[int | None] = mapped_column(
        ForeignKey("shipment.id"), index=True
    )
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("queue_entry.id"))
    size: Mapped[int] = mapped_column(Integer)
    told: Mapped[int] = mapped_column(Integer)
    is_news: Mapped[bool] = mapped_column(Boolean)
    status: Mapped[str] = mapped_column(String(8))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("console_user.id"))
    since: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    muted_until: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)


class NoteRow(Base):
    """What happened to an entry, in order; words of people are sealed."""

    __tablename__ = "queue_note"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("queue_entry.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("console_user.id"))
    actor: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(24))
    detail: Mapped[str | None] = mapped_column(String(120))
    words: Mapped[str | None] = mapped_column(Secret)


class SlaRow(Base):
    """How fast a brand means to be; severities that it does not name have the usual."""

    __tablename__ = "queue_sla"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    minutes: Mapped[dict[str, Any]] = mapped_column(JSON)
    opens: Mapped[int | None] = mapped_column(SmallInteger)
    closes: Mapped[int | None] = mapped_column(SmallInteger)


# What the queue looks for in other tables has an index of its own there.
Index(
    "ix_notice_stuck",
    NoticeRow.state,
    NoticeRow.brand_id,
    NoticeRow.kind,
    postgresql_where=_STUCK,
    sqlite_where=_STUCK,
)
Index(
    "ix_handed_order_late",
    HandedOrderRow.late_since,
    postgresql_where=_LATE,
    sqlite_where=_LATE,
)
