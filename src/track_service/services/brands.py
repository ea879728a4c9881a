"""A new shop: its key, its hook secret, and a page to look at."""

import base64
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from track_service.core.parcel import Brand, Item, Order, Shipment
from track_service.core.status import Meaning, Status
from track_service.services.minting import Mint
from track_service.services.pushed import digest
from track_service.store import brands, shipments
from track_service.store.figures import TEST_CARRIER

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,38}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class WrongBrand(Exception):
    """A brand cannot be made of this; the message names the field."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new brand and its secrets, which are shown once and kept as digests."""

    brand: Brand
    key: str
    hook_secret: str
    test_token: str


def new_brand(code: str, name: str, **given: Any) -> Brand:
    """Return a brand in shadow mode out of what was given. Raises `WrongBrand`."""
    if not _CODE.fullmatch(code):
        raise WrongBrand(
            f"code: {code!r} is not lower-case letters, digits and hyphens"
        )
    if not name.strip():
        raise WrongBrand("name: is empty")
    primary = given.get("theme", {}).get("primary")
    if primary is not None and not _COLOUR.fullmatch(primary):
        raise WrongBrand(f"primary: {primary!r} is no colour of the form #rrggbb")
    return Brand(id=0, code=code, name=name.strip(), **given)


def add(session: Session, brand: Brand, *, now: datetime, mint: Mint) -> Made:
    """Store a brand with an API key, a hook secret and a test page."""
    secret = base64.b64encode(mint.secret().encode()).decode()
    if brand.webhook_url:
        brand = replace(brand, webhook_secret=f"whsec_{secret}")
    kept = brands.add(session, brand, now=now)
    key, hook_secret = f"tsk_{mint.secret()}", mint.secret()
    brands.add_key(session, kept.id, digest=digest(key), hint=key[:8], now=now)
    brands.add_hook_secret(session, kept.id, digest=digest(hook_secret), now=now)
    return Made(kept, key, hook_secret, _test_page(session, kept, now=now, mint=mint))


def _test_page(session: Session, brand: Brand, *, now: datetime, mint: Mint) -> str:
    """Store a parcel that is no carrier's, so that its page can be looked at."""
    shipment = Shipment(
        id=0,
        public_id=f"shp_{mint.secret()}",
        token=mint.secret(),
        brand=brand,
        order=Order("TEST", items=(Item("A test item"),)),
        carrier=TEST_CARRIER,
        number=f"TEST-{brand.code.upper()}",
        created_at=now,
        meaning=Meaning(Status.PREPARING, "packed"),
    )
    shipments.add(session, shipment, poll_after=None)
    return shipment.token
