"""Drafts: one theme of each brand that is tried before it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from track_service.core.parcel import Brand
from track_service.store import brands
from track_service.store.draft_models import ThemeDraftRow
from track_service.store.models import BrandRow


@dataclass(frozen=True, slots=True)
class Draft:
    """A theme that is tried, and the `base` that was published when it was made."""

    theme: Mapping[str, Any]
    base: Mapping[str, Any]


def put(
    session: Session,
    brand_id: int,
    draft: Draft,
    token: str,
    *,
    at: datetime,
) -> None:
    """Store a brand's draft in place of its last, whose link ends with it."""
    drop(session, brand_id)
    session.add(
        ThemeDraftRow(
            brand_id=brand_id,
            token=token,
            theme=dict(draft.theme),
            base=dict(draft.base),
            made_at=at,
        )
    )


def of_brand(session: Session, brand_id: int) -> Draft | None:
    """Return a brand's draft, None if there is none."""
    row = session.get(ThemeDraftRow, brand_id)
    return None if row is None else Draft(row.theme, row.base or {})


def opened(session: Session, token: str, *, since: datetime) -> Brand | None:
    """Return the brand of a preview's link as its draft shows it, made since then."""
    row = session.execute(
        select(BrandRow, ThemeDraftRow.theme)
        .join(ThemeDraftRow, ThemeDraftRow.brand_id == BrandRow.id)
        .where(ThemeDraftRow.token == token, ThemeDraftRow.made_at >= since)
    ).first()
    return None if row is None else replace(brands.of_row(row[0]), theme=row[1])


def drop(session: Session, brand_id: int) -> bool:
    """Forget a brand's draft; False where there is none."""
    gone = session.execute(
        delete(ThemeDraftRow)
        .where(ThemeDraftRow.brand_id == brand_id)
        .returning(ThemeDraftRow.brand_id)
    )
    return gone.first() is not None
