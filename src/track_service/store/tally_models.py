"""The table of tallies: a row for each brand, day and kind."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base


class TallyRow(Base):
    """How often something was done on a brand's pages, on a day where the shop is."""

    __tablename__ = "tally"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    on: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    times: Mapped[int] = mapped_column(Integer)
