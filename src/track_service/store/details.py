"""Details into their rows and out of them; sealed, as they tell of somebody's ways."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from track_service.core.detail import NOTHING, Detail, document, read
from track_service.store.db import insert_for
from track_service.store.detail_models import DetailRow


def keep(session: Session, new: Sequence[tuple[int, Detail, datetime | None]]) -> None:
    """Store details by their parcels' ids, in place of those before.

    With each goes when its last day of collection was told, None if that is as before.
    """
    if not new:
        return
    adding = insert_for(session)(DetailRow)
    statement = adding.on_conflict_do_update(
        index_elements=["shipment_id"],
        set_={
            "told": adding.excluded["told"],
            "collect_told_at": func.coalesce(
                adding.excluded["collect_told_at"], DetailRow.collect_told_at
            ),
        },
    )
    rows = [
        {
            "shipment_id": shipment_id,
            "told": json.dumps(document(detail)),
            "collect_told_at": collect_told_at,
        }
        for shipment_id, detail, collect_told_at in new
    ]
    session.execute(statement, rows)


def of_row(row: DetailRow | None) -> Detail:
    """Return the detail of a row; where there is none, nothing is known."""
    return NOTHING if row is None else read(json.loads(row.told))


def forget(session: Session, shipment_id: int) -> None:
    """Delete what is known of a parcel."""
    session.execute(delete(DetailRow).where(DetailRow.shipment_id == shipment_id))
