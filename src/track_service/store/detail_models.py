"""The table of what is known of a parcel beside its scans: columns, no rule."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.types import Instant, Secret


class DetailRow(Base):
    """Where a parcel waits, its proof and its legs: a sealed `core.detail.document`.

    `collect_told_at`: when its last day of collection, as it stands now, was told.
    """

    __tablename__ = "parcel_detail"

    shipment_id: Mapped[int] = mapped_column(
        ForeignKey("shipment.id"), primary_key=True
    )
    told: Mapped[str] = mapped_column(Secret)
    collect_told_at: Mapped[datetime | None] = mapped_column(Instant)
