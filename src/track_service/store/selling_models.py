"""The tables of what pages offer, to whom, and what came of it: no rule."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.types import Instant


class SellingRow(Base):
    """A brand's wishes: whether its pages offer products, and which.

    `holdout` is the share of shoppers, in percent, who are never offered any.
    """

    __tablename__ = "selling"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    is_on: Mapped[bool] = mapped_column(Boolean)
    holdout: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    history_by_link: Mapped[bool] = mapped_column(Boolean)
    only_new: Mapped[bool] = mapped_column(Boolean)
    picks: Mapped[list[str]] = mapped_column(JSON)
    bans: Mapped[list[str]] = mapped_column(JSON)


class ExposureRow(Base):
    """That a shopper had a page open that offers products.

    Or that would have, were it not for the hold-out: `arm`.
    """

    __tablename__ = "exposure"
    __table_args__ = (Index("ix_exposure_brand_first", "brand_id", "first_at"),)

    shopper_id: Mapped[int] = mapped_column(ForeignKey("shopper.id"), primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    arm: Mapped[str] = mapped_column(String(8))
    first_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime] = mapped_column(Instant)
    views: Mapped[int] = mapped_column(Integer)


class ClickRow(Base):
    """That a shopper followed a product's link on a day, however often."""

    __tablename__ = "pick_click"

    shopper_id: Mapped[int] = mapped_column(ForeignKey("shopper.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    on: Mapped[date] = mapped_column(Date, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), index=True)


class KinRow(Base):
    """That hashes are one buyer's, who objected once: those of a `label` belong together.

    `asked`: this is the mail address of an order on whose page they objected.
    """

    __tablename__ = "shopper_kin"
    __table_args__ = (Index("ix_shopper_kin_brand_label", "brand_id", "label"),)

    shopper_id: Mapped[int] = mapped_column(ForeignKey("shopper.id"), primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    label: Mapped[str] = mapped_column(String(32))
    asked: Mapped[bool] = mapped_column(Boolean, server_default=false())
