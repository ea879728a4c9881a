"""Outlooks into their rows and out of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from track_service.core.legs import Leg
from track_service.core.outlook import Outlook
from track_service.core.tracking import Stamp, Window
from track_service.store.db import insert_for
from track_service.store.lane_models import OutlookRow


def keep(session: Session, new: Sequence[tuple[int, Outlook]]) -> None:
    """Store outlooks by their parcels' ids, in place of those before."""
    rows = [_values(shipment_id, outlook) for shipment_id, outlook in new]
    if not rows:
        return
    adding = insert_for(session)(OutlookRow)
    statement = adding.on_conflict_do_update(
        index_elements=["shipment_id"],
        set_={name: adding.excluded[name] for name in rows[0] if name != "shipment_id"},
    )
    session.execute(statement, rows)


def of_row(row: OutlookRow | None) -> Outlook | None:
    """Return the outlook of a row, None where there is none."""
    if row is None:
        return None
    least, most = row.usual_least, row.usual_most
    return Outlook(
        leg=Leg(row.leg),
        made_at=row.made_at,
        quiet_at=row.quiet_at,
        stalled_at=row.stalled_at,
        window=_window(row.start_on, row.until_on),
        on=row.likely_on,
        p_late=row.p_late,
        risky=row.risky,
        usual=None if least is None or most is None else (least, most),
        slower=row.slower,
        known_by=row.known_by,
        reason=row.reason,
        shown=row.shown,
    )


def _values(shipment_id: int, of: Outlook) -> dict[str, Any]:
    least, most = of.usual or (None, None)
    return {
        "shipment_id": shipment_id,
        "leg": of.leg,
        "made_at": of.made_at,
        "quiet_at": of.quiet_at,
        "stalled_at": of.stalled_at,
        "start_on": of.window and of.window.start.local.date(),
        "until_on": of.window and of.window.until.local.date(),
        "likely_on": of.on,
        "p_late": of.p_late,
        "risky": of.risky,
        "usual_least": least,
        "usual_most": most,
        "slower": of.slower,
        "known_by": of.known_by,
        "reason": of.reason,
        "shown": of.shown,
    }


def _window(start: date | None, until: date | None) -> Window | None:
    if start is None or until is None:
        return None
    return Window(Stamp.day(start), Stamp.day(until))
