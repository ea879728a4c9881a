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
    drafts.put(session, brand.id, tried.theme, secret, at=now)
    return secret


def publish(session: Session, brand: Brand, *, mint: Mint) -> Brand:
    """Show a brand's draft to everybody. Raises `WrongBrand` where there is none."""
    theme = drafts.of_brand(session, brand.id)
    if theme is None:
        raise WrongBrand("theme: there is no draft")
    gone = dict.fromkeys(brand.theme.keys() - theme.keys())
    drafts.drop(session, brand.id)
    return brands.change(session, brand, mint=mint, theme={**gone, **theme})
