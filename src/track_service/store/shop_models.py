"""The tables of what storefronts hand over: columns and constraints, no rule."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from track_service.core.tracking import Stamp
from track_service.store.db import Base
from track_service.store.models import BigId
from track_service.store.types import Instant, Secret, SecretBody, StampText


class ConnectionRow(Base):
    """A brand's connection to its storefront."""

    __tablename__ = "storefront"
    __table_args__ = (UniqueConstraint("brand_id", "platform"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    platform: Mapped[str] = mapped_column(String(40))
    settings: Mapped[str] = mapped_column(Secret)
    writes_back: Mapped[bool] = mapped_column(Boolean, server_default=false())
    created_at: Mapped[datetime] = mapped_column(Instant)


class RoundRow(Base):
    """How far a storefront was asked for its orders: those missed, or `past` ones."""

    __tablename__ = "storefront_round"

    storefront_id: Mapped[int] = mapped_column(
        ForeignKey("storefront.id"), primary_key=True
    )
    past: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    since: Mapped[datetime] = mapped_column(Instant)
    began_at: Mapped[datetime | None] = mapped_column(Instant)
    cursor: Mapped[str | None] = mapped_column(Text)
    taken: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    failures: Mapped[int] = mapped_column(Integer)
    trouble: Mapped[str | None] = mapped_column(String(200))


class WordRow(Base):
    """A word that a storefront is owed of a parcel."""

    __tablename__ = "storefront_word"
    __table_args__ = (
        Index(
            "ix_storefront_word_due",
            "due_at",
            postgresql_where=text("state = 'owed'"),
            sqlite_where=text("state = 'owed'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    cause: Mapped[str] = mapped_column(String(120), unique=True)
    storefront_id: Mapped[int] = mapped_column(ForeignKey("storefront.id"))
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), index=True)
    status: Mapped[str] = mapped_column(String(24))
    stamp: Mapped[Stamp | None] = mapped_column(StampText)
    state: Mapped[str] = mapped_column(String(12))
    due_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(Integer)
    error: Mapped[str | None] = mapped_column(String(200))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


class HandedOrderRow(Base):
    """An order as its storefront tells it, beside what `orders` holds of any order.

    `untracked` are its parcels that nobody can be asked for: carrier or number unknown;
    `void` the ids of those that its shop has cancelled.
    `look_at` is when to look whether it was handed over, None where nobody need look.
    """

    __tablename__ = "handed_order"
    __table_args__ = (
        UniqueConstraint("brand_id", "platform", "external_id"),
        Index(
            "ix_handed_order_look_at",
            "look_at",
            postgresql_where=text("look_at IS NOT NULL"),
            sqlite_where=text("look_at IS NOT NULL"),
        ),
        Index("ix_handed_order_brand_handed", "brand_id", "handed_at"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    platform: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str | None] = mapped_column(String(120))
    token: Mapped[str | None] = mapped_column(String(32), unique=True)
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    untracked: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    void: Mapped[list[str] | None] = mapped_column(JSON)
    total: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    promised_on: Mapped[date | None] = mapped_column(Date)
    stage: Mapped[str | None] = mapped_column(String(16))
    staged_at: Mapped[datetime | None] = mapped_column(Instant)
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    handed_at: Mapped[datetime | None] = mapped_column(Instant)
    look_at: Mapped[datetime | None] = mapped_column(Instant)
    late_since: Mapped[datetime | None] = mapped_column(Instant)
    service: Mapped[str | None] = mapped_column(String(80))


class FulfilmentRow(Base):
    """By what name a storefront knows a parcel."""

    __tablename__ = "fulfilment"
    __table_args__ = (Index("ix_fulfilment_order_external", "order_id", "external_id"),)

    shipment_id: Mapped[int] = mapped_column(
        ForeignKey("shipment.id"), primary_key=True
    )
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    external_id: Mapped[str | None] = mapped_column(String(120))


class ShopHookRow(Base):
    """What a storefront sent, word for word, sealed, until it expires."""

    __tablename__ = "storefront_hook"
    __table_args__ = (
        UniqueConstraint("brand_id", "platform", "identity"),
        Index(
            "ix_storefront_hook_due",
            "due_at",
            postgresql_where=text("read_at IS NULL"),
            sqlite_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    platform: Mapped[str] = mapped_column(String(40))
    topic: Mapped[str | None] = mapped_column(String(80))
    identity: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(SecretBody)
    received_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    trouble: Mapped[str | None] = mapped_column(String(200))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
