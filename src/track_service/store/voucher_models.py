"""The tables of vouchers: a brand's stock of codes, and which order was given one."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.models import BigId
from track_service.store.types import Instant, Secret


class VoucherRow(Base):
    """A code of a brand's stock; once it is taken its digest alone is left here."""

    __tablename__ = "voucher"
    __table_args__ = (
        UniqueConstraint("brand_id", "digest"),
        Index(
            "ix_voucher_free",
            "brand_id",
            "id",
            postgresql_where=text("taken_at IS NULL"),
            sqlite_where=text("taken_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    digest: Mapped[str] = mapped_column(String(64))
    code: Mapped[str | None] = mapped_column(Secret)
    added_at: Mapped[datetime] = mapped_column(Instant)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)


class GivenRow(Base):
    """The one voucher of an order; erased with it, but for the mark that it had one."""

    __tablename__ = "voucher_given"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), index=True)
    code: Mapped[str | None] = mapped_column(Secret)
    given_at: Mapped[datetime] = mapped_column(Instant)
