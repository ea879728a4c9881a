"""The tables of the pictures that shops name: where from, how far, and as served."""

from datetime import datetime

from sqlalchemy import Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.types import Instant


class PictureRow(Base):
    """A picture by the digest of its address, which may be too long for a key.

    `wanted_at` is when it was wanted last; `due_at` when it is to be fetched, None once
    it is there (`digest`) or given up (`problem`).
    """

    __tablename__ = "picture"

    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    wanted_at: Mapped[datetime] = mapped_column(Instant, index=True)
    due_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    tries: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str | None] = mapped_column(String(32), index=True)
    problem: Mapped[str | None] = mapped_column(String(200))


class PictureFileRow(Base):
    """A picture as it is served: a WebP of `edge` pixels a side."""

    __tablename__ = "picture_file"

    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    edge: Mapped[int] = mapped_column(Integer, primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
