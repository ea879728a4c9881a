"""The tables of what shops sell and who bought what: columns and constraints, no rule."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.models import BigId
from track_service.store.types import Instant, Secret


class ProductRow(Base):
    """What a brand sells, by the id that its shop gives it.

    `told_at` is when the shop itself told of it, None where only orders name it;
    `seen_at` is when the newest order was placed that names it.
    """

    __tablename__ = "product"
    __table_args__ = (UniqueConstraint("brand_id", "external_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    external_id: Mapped[str] = mapped_column(String(120))
    title: Mapped[str | None] = mapped_column(String(300))
    category: Mapped[str | None] = mapped_column(String(200))
    price: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    currency: Mapped[str | None] = mapped_column(String(3))
    image_url: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    in_stock: Mapped[bool] = mapped_column(Boolean)
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    gone_at: Mapped[datetime | None] = mapped_column(Instant)


class ShopperKeyRow(Base):
    """The key under which a brand's shoppers are hashed; it never changes."""

    __tablename__ = "shopper_key"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Secret)


class ShopperRow(Base):
    """Who buys, as a keyed hash; `objected_at` is since when they are not profiled."""

    __tablename__ = "shopper"
    __table_args__ = (UniqueConstraint("brand_id", "digest"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    digest: Mapped[str] = mapped_column(String(32))
    objected_at: Mapped[datetime | None] = mapped_column(Instant)


class PurchaseRow(Base):
    """An order that was placed at `at`; `told_at` is when we were told of it last."""

    __tablename__ = "purchase"
    __table_args__ = (
        UniqueConstraint("brand_id", "number"),
        Index("ix_purchase_shopper_at", "shopper_id", "at"),
        Index("ix_purchase_brand_told", "brand_id", "told_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    number: Mapped[str] = mapped_column(String(120))
    shopper_id: Mapped[int | None] = mapped_column(ForeignKey("shopper.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    told_at: Mapped[datetime] = mapped_column(Instant)


class PurchaseLineRow(Base):
    """How many pieces of a product were bought with an order: narrow, there are many."""

    __tablename__ = "purchase_line"
    # On SQLite the primary key is the table: half the size, and no rowid to look up.
    __table_args__ = {"sqlite_with_rowid": False}

    purchase_id: Mapped[int] = mapped_column(
        ForeignKey("purchase.id", ondelete="CASCADE"), primary_key=True
    )
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    quantity: Mapped[int] = mapped_column(Integer)


class FittedRow(Base):
    """The figures by which a brand's products are ranked, fitted from its purchases.

    `through` is the newest `told_at` that they know of, `kept` what the next fit need
    not read again: of orders and products, by our ids, and of nobody who bought.
    """

    __tablename__ = "fitted"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    version: Mapped[str] = mapped_column(String(32))
    figures: Mapped[bytes] = mapped_column(LargeBinary)
    through: Mapped[datetime] = mapped_column(Instant)
    fitted_at: Mapped[datetime] = mapped_column(Instant)
    kept: Mapped[bytes | None] = mapped_column(LargeBinary)
