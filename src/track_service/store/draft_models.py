"""The table of the themes that are tried before they are shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.types import Instant


class ThemeDraftRow(Base):
    """A brand's next theme, as a whole; `token` opens its preview.

    `base` is the theme that was published when it was made, None from before 0031.
    """

    __tablename__ = "theme_draft"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    theme: Mapped[dict[str, Any]] = mapped_column(JSON)
    base: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Instant)
