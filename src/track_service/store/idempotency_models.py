"""The table of idempotency keys: columns and constraints, no rule."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.types import Instant


class IdempotencyRow(Base):
    """An `Idempotency-Key` that a brand used, what it asked, and what came of it."""

    __tablename__ = "idempotency"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    public_id: Mapped[str] = mapped_column(String(26))
    created_at: Mapped[datetime] = mapped_column(Instant, index=True)
