"""The table of what shoppers report: columns and constraints, no rule."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.models import BigId
from track_service.store.types import Instant, Secret, SecretBody

_OPEN = text("settled_at IS NULL")


class CaseRow(Base):
    """Something that a shopper told of a parcel; words and picture are sealed.

    Of a redelivery `address_ok` tells whether the stored address is right; where it is
    not, `address` is the one that ops are asked to confirm.
    """

    __tablename__ = "shopper_case"
    __table_args__ = (
        Index(
            "uq_shopper_case_open",
            "shipment_id",
            "kind",
            unique=True,
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        Index("ix_shopper_case_brand_page", "brand_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    kind: Mapped[str] = mapped_column(String(24))
    text: Mapped[str | None] = mapped_column(Secret)
    photo: Mapped[bytes | None] = mapped_column(SecretBody)
    wanted_on: Mapped[date | None] = mapped_column(Date)
    address_ok: Mapped[bool | None] = mapped_column(Boolean)
    address: Mapped[str | None] = mapped_column(Secret)
    carrier: Mapped[str] = mapped_column(String(40))
    hub: Mapped[str | None] = mapped_column(String(120))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(String(12))
