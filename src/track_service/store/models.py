"""The tables: columns and constraints, no rule."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from track_service.core.tracking import Stamp
from track_service.store.db import Base
from track_service.store.types import (
    Instant,
    Secret,
    SecretBody,
    Spells,
    SpellsText,
    StampText,
)

BigId = BigInteger().with_variant(Integer, "sqlite")


class BrandRow(Base):
    """A shop."""

    __tablename__ = "brand"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    locale: Mapped[str] = mapped_column(String(12))
    languages: Mapped[list[str]] = mapped_column(JSON)
    zone: Mapped[str] = mapped_column(String(64))
    theme: Mapped[dict[str, Any]] = mapped_column(JSON)
    support_url: Mapped[str | None] = mapped_column(Text)
    support_email: Mapped[str | None] = mapped_column(Text)
    support_phone: Mapped[str | None] = mapped_column(String(40))
    mail_from: Mapped[str | None] = mapped_column(Text)
    sending: Mapped[bool] = mapped_column(Boolean)
    webhook_url: Mapped[str | None] = mapped_column(Secret)
    webhook_secret: Mapped[str | None] = mapped_column(Secret)
    ops_urls: Mapped[str | None] = mapped_column(Secret)
    alert_routes: Mapped[str | None] = mapped_column(Secret)
    notice_rules: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    host: Mapped[str | None] = mapped_column(String(253), index=True, unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class LogoRow(Base):
    """A brand's logo, as it is served."""

    __tablename__ = "brand_logo"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    picture: Mapped[bytes] = mapped_column(LargeBinary)


class ApiKeyRow(Base):
    """A key of a brand, kept as its digest."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class HookSecretRow(Base):
    """The secret of a push URL of a brand and carrier, kept as its digest."""

    __tablename__ = "hook_secret"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str | None] = mapped_column(String(12))  # the oldest have none
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class OrderRow(Base):
    """An order and whom it is for; personal fields are sealed, blank once erased."""

    __tablename__ = "orders"
    __table_args__ = (UniqueConstraint("brand_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    number: Mapped[str] = mapped_column(String(120))
    customer_name: Mapped[str | None] = mapped_column(Secret)
    customer_email: Mapped[str | None] = mapped_column(Secret)
    customer_phone: Mapped[str | None] = mapped_column(Secret)
    address: Mapped[str | None] = mapped_column(Secret)  # JSON
    is_gift: Mapped[bool | None] = mapped_column(Boolean)
    locale: Mapped[str | None] = mapped_column(String(12))
    cod_amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str | None] = mapped_column(String(3))
    placed_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)


class ShipmentRow(Base):
    """A parcel: what was registered, and what is held of it now."""

    __tablename__ = "shipment"
    __table_args__ = (
        UniqueConstraint("brand_id", "carrier", "number"),
        Index("ix_shipment_carrier_number", "carrier", "number"),
        Index(
            "ix_shipment_judge_after",
            "judge_after",
            postgresql_where=text("judge_after IS NOT NULL"),
            sqlite_where=text("judge_after IS NOT NULL"),
        ),
        Index("ix_shipment_brand_page", "brand_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    carrier: Mapped[str] = mapped_column(String(40))
    carrier_stated: Mapped[str | None] = mapped_column(String(80))
    carrier_before: Mapped[str | None] = mapped_column(String(40))
    carrier_named: Mapped[str | None] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(String(80))
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    postal: Mapped[str | None] = mapped_column(Secret)
    promised_on: Mapped[date | None] = mapped_column(Date)
    shipped_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(24))
    sub_status: Mapped[str | None] = mapped_column(String(40))
    cause: Mapped[str | None] = mapped_column(String(40))
    window_start: Mapped[Stamp | None] = mapped_column(StampText)
    window_until: Mapped[Stamp | None] = mapped_column(StampText)
    delivered_at: Mapped[Stamp | None] = mapped_column(StampText)
    signed_by: Mapped[str | None] = mapped_column(Secret)
    promise_state: Mapped[str] = mapped_column(String(12))
    motion_state: Mapped[str] = mapped_column(String(12))
    judge_after: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer)
    quiet: Mapped[bool] = mapped_column(Boolean, server_default=false())
    inward: Mapped[bool] = mapped_column(Boolean, server_default=false())
    service: Mapped[str | None] = mapped_column(String(80))
    erased_at: Mapped[datetime | None] = mapped_column(Instant)


class SecondOpinionRow(Base):
    """Another carrier that was asked for a parcel that its own does not know."""

    __tablename__ = "second_opinion"

    shipment_id: Mapped[int] = mapped_column(
        ForeignKey("shipment.id"), primary_key=True
    )
    carrier: Mapped[str] = mapped_column(String(40), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    came_to: Mapped[str] = mapped_column(String(24))


class PollRow(Base):
    """When a parcel is asked for next: narrow, because every poll writes it."""

    __tablename__ = "poll"
    __table_args__ = (
        Index(
            "ix_poll_due",
            "carrier",
            "urgency",
            "poll_after",
            postgresql_where=text("poll_after IS NOT NULL"),
            sqlite_where=text("poll_after IS NOT NULL"),
        ),
    )

    shipment_id: Mapped[int] = mapped_column(
        ForeignKey("shipment.id"), primary_key=True
    )
    carrier: Mapped[str] = mapped_column(String(40))
    own_after: Mapped[datetime | None] = mapped_column(Instant)
    poll_after: Mapped[datetime | None] = mapped_column(Instant)
    urgency: Mapped[int] = mapped_column(SmallInteger)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    blind: Mapped[Spells | None] = mapped_column(SpellsText)
    pushed_at: Mapped[datetime | None] = mapped_column(Instant)
    viewed_at: Mapped[datetime | None] = mapped_column(Instant)
    paused_at: Mapped[datetime | None] = mapped_column(Instant)
    failures: Mapped[int] = mapped_column(Integer)
    trouble: Mapped[str | None] = mapped_column(String(24))


class EventRow(Base):
    """A scan, append-only; `withdrawn_at` marks one that its carrier took back."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("shipment_id", "key"),
        Index(
            "ix_event_unknown",
            "status",
            "code",
            postgresql_where=text("status = 'unknown'"),
            sqlite_where=text("status = 'unknown'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    key: Mapped[str] = mapped_column(String(320))
    stamp: Mapped[Stamp | None] = mapped_column(StampText)
    at: Mapped[datetime | None] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(24))
    sub_status: Mapped[str | None] = mapped_column(String(40))
    cause: Mapped[str | None] = mapped_column(String(40))
    code: Mapped[str | None] = mapped_column(String(80))
    description: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(String(120))
    region: Mapped[str | None] = mapped_column(String(80))
    country: Mapped[str | None] = mapped_column(String(2))
    postal: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(48))
    seen_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)


class MoneyRow(Base):
    """What a carrier told of a parcel's money: append-only."""

    __tablename__ = "money"
    __table_args__ = (UniqueConstraint("shipment_id", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(24))
    stamp: Mapped[Stamp | None] = mapped_column(StampText)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str | None] = mapped_column(String(3))
    source: Mapped[str] = mapped_column(String(48))
    seen_at: Mapped[datetime] = mapped_column(Instant)


class PromiseRow(Base):
    """The ledger of dates that were shown: append-only."""

    __tablename__ = "promise"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), index=True)
    start: Mapped[Stamp] = mapped_column(StampText)
    until: Mapped[Stamp] = mapped_column(StampText)
    source: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(120))
    stated_at: Mapped[datetime] = mapped_column(Instant)


class ConcernRow(Base):
    """Something that was wrong with a parcel: opened, and cleared when it ended."""

    __tablename__ = "concern"
    __table_args__ = (
        UniqueConstraint("shipment_id", "kind", "cause"),
        Index(
            "ix_concern_open",
            "shipment_id",
            postgresql_where=text("cleared_at IS NULL"),
            sqlite_where=text("cleared_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    kind: Mapped[str] = mapped_column(String(24))
    cause: Mapped[str] = mapped_column(String(400))
    detail: Mapped[str | None] = mapped_column(String(120))
    since: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)


class NoticeRow(Base):
    """A message owed. It holds no personal field: the message is made when it is sent."""

    __tablename__ = "notice"
    __table_args__ = (
        Index(
            "ix_notice_owed",
            "due_at",
            postgresql_where=text("state = 'owed'"),
            sqlite_where=text("state = 'owed'"),
        ),
        Index("ix_notice_alike", "brand_id", "kind", "owed_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)
    cause: Mapped[str] = mapped_column(String(480), unique=True)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    shipment_id: Mapped[int | None] = mapped_column(
        ForeignKey("shipment.id"), index=True
    )
    kind: Mapped[str] = mapped_column(String(24))
    concern: Mapped[str | None] = mapped_column(String(400))
    detail: Mapped[str | None] = mapped_column(String(120))
    audience: Mapped[str] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(24))
    target: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(12))
    owed_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(Integer)
    failures: Mapped[int] = mapped_column(Integer, server_default="0")
    error: Mapped[str | None] = mapped_column(String(200))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    provider_id: Mapped[str | None] = mapped_column(String(120))
    released: Mapped[bool] = mapped_column(Boolean, server_default=false())


class RawRow(Base):
    """What a carrier answered or pushed, word for word, sealed, until it expires."""

    __tablename__ = "raw_answer"
    __table_args__ = (Index("ix_raw_answer_carrier_digest", "carrier", "digest"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    carrier: Mapped[str] = mapped_column(String(40))
    push: Mapped[bool] = mapped_column(Boolean)
    trust: Mapped[str | None] = mapped_column(String(12))  # of a push: what it proved
    brand_id: Mapped[int | None] = mapped_column(Integer)  # and whose URL it knew
    http_status: Mapped[int | None] = mapped_column(SmallInteger)
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(SecretBody)
    received_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    read_at: Mapped[datetime | None] = mapped_column(Instant)


class RawShipmentRow(Base):
    """Which parcels a raw answer speaks of."""

    __tablename__ = "raw_shipment"

    raw_id: Mapped[int] = mapped_column(
        ForeignKey("raw_answer.id", ondelete="CASCADE"), primary_key=True
    )
    shipment_id: Mapped[int] = mapped_column(
        ForeignKey("shipment.id"), primary_key=True, index=True
    )


class AccountRow(Base):
    """A carrier account's shared state: rate limit, daily budget, breaker, token."""

    __tablename__ = "account"

    account: Mapped[str] = mapped_column(String(80), primary_key=True)
    arrives_at: Mapped[datetime | None] = mapped_column(Instant)
    paced_at: Mapped[datetime | None] = mapped_column(Instant)
    turns: Mapped[int] = mapped_column(Integer)
    failures: Mapped[int] = mapped_column(Integer)
    open_until: Mapped[datetime | None] = mapped_column(Instant)
    blind_since: Mapped[datetime | None] = mapped_column(Instant)


class TokenRow(Base):
    """An OAuth token shared by every process, and the lease of who renews it."""

    __tablename__ = "token"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    token: Mapped[str | None] = mapped_column(Secret)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
