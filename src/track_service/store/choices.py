"""Choices of shoppers: noted for good, the newest of each subject counts."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from track_service.store.notice_models import ChoiceRow


def note(
    session: Session,
    brand_id: int,
    shopper: str,
    chosen: Mapping[str, str],
    *,
    source: str,
    now: datetime,
) -> int:
    """Note what a shopper chose, where it differs from before; return how much did."""
    before = current(session, brand_id, [shopper]).get(shopper, {})
    rows = [
        {
            "brand_id": brand_id,
            "shopper": shopper,
            "subject": subject,
            "value": value,
            "source": source,
            "at": now,
        }
        for subject, value in chosen.items()
        if before.get(subject) != value
    ]
    if rows:
        session.execute(insert(ChoiceRow), rows)
    return len(rows)


def current(
    session: Session, brand_id: int, shoppers: Collection[str]
) -> dict[str, dict[str, str]]:
    """Return what each shopper chose last, by subject."""
    query = (
        select(ChoiceRow.shopper, ChoiceRow.subject, ChoiceRow.value)
        .where(ChoiceRow.brand_id == brand_id, ChoiceRow.shopper.in_(shoppers))
        .order_by(ChoiceRow.id)
    )
    found: dict[str, dict[str, str]] = {}
    for shopper, subject, value in session.execute(query):
        found.setdefault(shopper, {})[subject] = value
    return found
