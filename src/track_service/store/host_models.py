"""The table of the hosts that brands say are theirs."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.types import Instant


class HostRow(Base):
    """A host of a brand, with the token that its holder is to put into the DNS.

    `served` is the host again while it is proven, so that one brand alone has it;
    `gone_at` is since when the proof is missing, `next_at` when to look again.
    """

    __tablename__ = "brand_host"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    host: Mapped[str] = mapped_column(String(253), primary_key=True)
    token: Mapped[str] = mapped_column(String(64))
    served: Mapped[str | None] = mapped_column(String(253), unique=True)
    added_at: Mapped[datetime] = mapped_column(Instant)
    proven_at: Mapped[datetime | None] = mapped_column(Instant)
    gone_at: Mapped[datetime | None] = mapped_column(Instant)
    next_at: Mapped[datetime] = mapped_column(Instant, index=True)
    problem: Mapped[str | None] = mapped_column(String(200))
