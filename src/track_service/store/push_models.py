"""The tables of web push: which browsers follow a parcel, and our key."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.models import BigId
from track_service.store.types import Instant, Secret


class SubscriptionRow(Base):
    """A browser that wants to hear of a parcel: one of its few slots."""

    __tablename__ = "push_subscription"
    __table_args__ = (
        UniqueConstraint("shipment_id", "slot"),
        UniqueConstraint("shipment_id", "digest"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    slot: Mapped[int] = mapped_column(SmallInteger)
    digest: Mapped[str] = mapped_column(String(64))  # of the endpoint
    endpoint: Mapped[str] = mapped_column(Secret)
    p256dh: Mapped[str] = mapped_column(Secret)
    auth: Mapped[str] = mapped_column(Secret)
    language: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(Instant)


class PushKeyRow(Base):
    """The installation's VAPID key, made when the first browser asks for it."""

    __tablename__ = "push_key"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    private: Mapped[str] = mapped_column(Secret)
    created_at: Mapped[datetime] = mapped_column(Instant)
