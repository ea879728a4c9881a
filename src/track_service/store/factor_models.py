"""The table of tries that are counted: columns and constraints, no rule."""

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.types import Instant


class TryRow(Base):
    """How often something was tried; `key` is a keyed digest, so it names nobody."""

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int] = mapped_column(Integer)
    until: Mapped[datetime] = mapped_column(Instant, index=True)
