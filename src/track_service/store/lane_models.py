"""The tables of what is learnt of lanes and foreseen of parcels: columns, no rule."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base
from track_service.store.types import Instant


class LaneRow(Base):
    """The figures fitted for a brand (its id), or for the whole installation (`all`).

    `fitted` is what predicts, `underway` the parcels that it still waits for; both are
    compressed JSON without a personal word. Of `all`, `cursor` is the last scan read.
    """

    __tablename__ = "lane"

    scope: Mapped[str] = mapped_column(String(24), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    fitted: Mapped[bytes] = mapped_column(LargeBinary)
    underway: Mapped[bytes] = mapped_column(LargeBinary)
    cursor: Mapped[int] = mapped_column(BigInteger)
    scans: Mapped[int] = mapped_column(BigInteger)
    arrivals: Mapped[int] = mapped_column(BigInteger)
    fitted_at: Mapped[datetime] = mapped_column(Instant)


class OutlookRow(Base):
    """What is foreseen of a parcel; see `core.outlook`."""

    __tablename__ = "outlook"

    shipment_id: Mapped[int] = mapped_column(
        ForeignKey("shipment.id"), primary_key=True
    )
    leg: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime] = mapped_column(Instant)
    quiet_at: Mapped[datetime] = mapped_column(Instant)
    stalled_at: Mapped[datetime] = mapped_column(Instant)
    start_on: Mapped[date | None] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    likely_on: Mapped[date | None] = mapped_column(Date)
    p_late: Mapped[float | None] = mapped_column(Float)
    risky: Mapped[bool] = mapped_column(Boolean)
    usual_least: Mapped[float | None] = mapped_column(Float)
    usual_most: Mapped[float | None] = mapped_column(Float)
    slower: Mapped[float] = mapped_column(Float)
    known_by: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(24))
    shown: Mapped[bool] = mapped_column(Boolean)
