"""The tables of who works at the console: columns and constraints, no rule."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.models import BigId
from track_service.store.types import Instant, Secret


class UserRow(Base):
    """Somebody of a shop's staff; found by the digest of the address."""

    __tablename__ = "console_user"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(Secret)
    name: Mapped[str] = mapped_column(Secret)
    password: Mapped[str | None] = mapped_column(Text)
    is_admin: Mapped[bool] = mapped_column(Boolean)
    failures: Mapped[int] = mapped_column(Integer)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class RoleRow(Base):
    """What a user may do for a brand."""

    __tablename__ = "console_role"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("console_user.id"), primary_key=True
    )
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(8))


class SessionRow(Base):
    """A sign-in that lasts; the browser alone holds what its digest is of."""

    __tablename__ = "console_session"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("console_user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)


class AuditRow(Base):
    """What somebody did; nothing changes or deletes a row, the database sees to it."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_brand", "brand_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("console_user.id"))
    actor: Mapped[str] = mapped_column(String(40))
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
