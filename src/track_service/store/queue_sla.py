"""How fast a brand means to be."""

from datetime import timedelta

from sqlalchemy.orm import Session

from track_service.core.severity import Severity
from track_service.core.sla import USUAL, Hours, Sla
from track_service.store.queue_models import SlaRow


def sla_of(session: Session, brand_id: int) -> Sla:
    """Return how fast a brand means to be."""
    row = session.get(SlaRow, brand_id)
    if row is None:
        return USUAL
    spans = {Severity[n]: timedelta(minutes=m) for n, m in row.minutes.items()}
    hours = Hours(row.opens, row.closes or 24) if row.opens is not None else None
    return Sla(spans, hours)


def set_sla(session: Session, brand_id: int, sla: Sla) -> None:
    """Store how fast a brand means to be; entries that are open keep their time."""
    session.merge(
        SlaRow(
            brand_id=brand_id,
            minutes={
                s.name: round(t.total_seconds() / 60) for s, t in sla.spans.items()
            },
            opens=sla.hours.opens if sla.hours else None,
            closes=sla.hours.closes if sla.hours else None,
        )
    )
