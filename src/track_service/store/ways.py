"""Ways: the channels by which a brand writes to its shoppers, in their order."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from track_service.store.channel_models import WayRow
from track_service.store.db import insert_for


@dataclass(frozen=True, slots=True)
class Way:
    """A channel with the brand's settings; `patience` is how long a receipt may take."""

    channel: str
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    patience: timedelta = timedelta(minutes=10)


def put(session: Session, brand_id: int, way: Way, *, place: int) -> None:
    """Store a way, in place of the brand's last by this channel."""
    told = {
        "place": place,
        "settings": json.dumps(dict(way.settings)),
        "patience": int(way.patience.total_seconds() // 60),
    }
    session.execute(
        insert_for(session)(WayRow)
        .values(brand_id=brand_id, channel=way.channel, **told)
        .on_conflict_do_update(index_elements=["brand_id", "channel"], set_=told)
    )


def remove(session: Session, brand_id: int, channel: str) -> bool:
    """Take a way away; False if there was none."""
    found = session.execute(
        delete(WayRow)
        .where(WayRow.brand_id == brand_id, WayRow.channel == channel)
        .returning(WayRow.channel)
    )
    return found.first() is not None


def of_brand(session: Session, brand_id: int) -> tuple[Way, ...]:
    """Return a brand's ways, the first to be tried first."""
    return by_brand(session).get(brand_id, ())


def by_brand(session: Session) -> dict[int, tuple[Way, ...]]:
    """Return the ways of every brand that has set some."""
    found: dict[int, tuple[Way, ...]] = {}
    query = select(WayRow).order_by(WayRow.brand_id, WayRow.place, WayRow.channel)
    for row in session.scalars(query):
        way = Way(
            row.channel, json.loads(row.settings), timedelta(minutes=row.patience)
        )
        found[row.brand_id] = (*found.get(row.brand_id, ()), way)
    return found
