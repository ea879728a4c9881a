"""The tables of shoppers' wishes: what they chose, and how often they were told."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.models import BigId
from track_service.store.types import Instant


class ToldRow(Base):
    """One of the notices that a shopper, known by a keyed hash, was told on one day."""

    __tablename__ = "shopper_told"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    shopper: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), unique=True)


class ChoiceRow(Base):
    """What a shopper chose, where and when; never changed, the newest one counts."""

    __tablename__ = "shopper_choice"
    __table_args__ = (Index("ix_shopper_choice_of", "brand_id", "shopper"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    shopper: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(Instant)


class PartRow(Base):
    """A notice that is told with another one (its head), about the same order."""

    __tablename__ = "digest_part"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    head_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
