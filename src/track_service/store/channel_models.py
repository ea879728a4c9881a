"""The tables of channels: how a brand writes, what went out, whom not to write to."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.models import BigId
from track_service.store.types import Instant, Secret


class WayRow(Base):
    """A channel by which a brand writes to its shoppers, and its place in their order.

    `patience` is in minutes: how long a receipt is waited for before the next is used.
    """

    __tablename__ = "brand_channel"
    __table_args__ = (UniqueConstraint("brand_id", "channel"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    channel: Mapped[str] = mapped_column(String(24))
    place: Mapped[int] = mapped_column(SmallInteger)
    settings: Mapped[str] = mapped_column(Secret)
    patience: Mapped[int] = mapped_column(Integer)


class DeliveryRow(Base):
    """What went out of a notice by one channel: at most one message, and what it cost.

    Noted before a paid message is sent, so that a crash leaves a trace of it. `passed`
    tells that the notice went on to another channel.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("notice_id", "channel"),
        Index("ix_delivery_provider_id", "channel", "provider_id"),
        Index("ix_delivery_brand_begun", "brand_id", "begun_at"),
        Index(
            "ix_delivery_due",
            "due_at",
            postgresql_where=text("due_at IS NOT NULL"),
            sqlite_where=text("due_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    channel: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(12))
    begun_at: Mapped[datetime] = mapped_column(Instant)
    provider_id: Mapped[str | None] = mapped_column(String(120))
    cost: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    currency: Mapped[str | None] = mapped_column(String(3))
    units: Mapped[int | None] = mapped_column(SmallInteger)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    passed: Mapped[bool] = mapped_column(Boolean, server_default=false())
    error: Mapped[str | None] = mapped_column(String(200))


class SuppressionRow(Base):
    """An address that is not written to, as a keyed hash: nobody can read it back."""

    __tablename__ = "suppression"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(24), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(String(24))
    since: Mapped[datetime] = mapped_column(Instant)


class SuppressionKeyRow(Base):
    """The key of a brand's hashes."""

    __tablename__ = "suppression_key"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Secret)


class PairRow(Base):
    """An access token and the refresh token that serves once."""

    __tablename__ = "token_pair"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    access: Mapped[str | None] = mapped_column(Secret)
    refresh: Mapped[str] = mapped_column(Secret)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    trouble: Mapped[str | None] = mapped_column(String(200))


class HookStateRow(Base):
    """Since when a brand's webhook takes nothing, and since when it is off for that."""

    __tablename__ = "webhook_state"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    failing_since: Mapped[datetime | None] = mapped_column(Instant)
    off_since: Mapped[datetime | None] = mapped_column(Instant)
