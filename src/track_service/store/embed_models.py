"""The table of the origins whose pages may embed a brand's parcels."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from track_service.store.db import Base


class EmbedOriginRow(Base):
    """An origin, as browsers write it: `https://shop.example`."""

    __tablename__ = "embed_origin"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    origin: Mapped[str] = mapped_column(String(270), primary_key=True)
