"""A theme tried on made-up parcels, then published or discarded."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from track_service.core.parcel import Brand
from track_service.services import brands
from track_service.services.brands import WrongBrand
from track_service.services.minting import Mint
from track_service.store import drafts

LASTS = timedelta(days=30)  # a preview's link


def draft(
    session: Session,
    brand: Brand,
    given: Mapping[str, Any],
    *,
    now: datetime,
    mint: Mint,
) -> str:
    """Keep a theme that nobody sees yet; return the secret of its preview's address.

    What is not given is as published, None takes it away. Raises `WrongBrand`.
    """
    tried = brands.checked(replace(brand, theme={**brand.theme, **given}))
    secret = mint.secret()
    made = drafts.Draft(tried.theme, brand.theme)
    drafts.put(session, brand.id, made, secret, at=now)
    return secret


def publish(session: Session, brand: Brand, *, mint: Mint) -> Brand:
    """Show a brand's draft to everybody.

    Raises `WrongBrand` where there is none, and where it would undo what was published
    since it was made.
    """
    draft = drafts.of_brand(session, brand.id)
    if draft is None:
        raise WrongBrand("theme: there is no draft")
    if undone := _undone(draft, brand.theme):
        keys = ", ".join(undone)
        raise WrongBrand(f"theme: {keys} changed since the draft was made; draft anew")
    gone = dict.fromkeys(brand.theme.keys() - draft.theme.keys())
    drafts.drop(session, brand.id)
    return brands.change(session, brand, mint=mint, theme={**gone, **draft.theme})


def _undone(draft: drafts.Draft, published: Mapping[str, Any]) -> list[str]:
    """Return the keys that a draft would put back to what they were before."""
    return [
        key
        for key in sorted(published.keys() | draft.base.keys())
        if draft.base.get(key) != published.get(key) != draft.theme.get(key)
    ]
