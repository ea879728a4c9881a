"""A new shop: its key, its hook secret, and a page to look at."""

import base64
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from track_service.channels.base import DeliveryError
from track_service.channels.email.letter import mailbox
from track_service.core.parcel import Brand, Item, Order, Shipment
from track_service.core.status import Meaning, Status
from track_service.services.minting import Mint
from track_service.services.pushed import digest
from track_service.store import adding, brands
from track_service.store.figures import TEST_CARRIER
from track_service.templating.catalog import choose_language, languages

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,38}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_WEB = re.compile(r"https?://[^\s/]+(/\S*)?")


# What a browser shows and cannot run: an SVG might hold script.
_PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}
_LOGO_BYTES = 200_000


class WrongBrand(Exception):
    """A brand cannot be made of this; the message names the field."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new brand and its secrets, which are shown once and kept as digests."""

    brand: Brand
    key: str = field(repr=False)
    hook_secret: str = field(repr=False)
    test_token: str = field(repr=False)


def new_brand(code: str, name: str, **given: Any) -> Brand:
    """Return a brand in shadow mode out of what was given. Raises `WrongBrand`."""
    if not _CODE.fullmatch(code):
        raise WrongBrand(
            f"code: {code!r} is not lower-case letters, digits and hyphens"
        )
    if not name.strip() or not name.isprintable():
        raise WrongBrand("name: is empty or holds control characters")
    primary = given.get("theme", {}).get("primary")
    if primary is not None and not _COLOUR.fullmatch(primary):
        raise WrongBrand(f"primary: {primary!r} is no colour of the form #rrggbb")
    brand = Brand(id=0, code=code, name=name.strip(), **given)
    _check_place(brand)
    _check_addresses(brand)
    return brand


def _check_place(brand: Brand) -> None:
    try:
        ZoneInfo(brand.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a folder: OSError
        raise WrongBrand(f"zone: {brand.zone!r} is no IANA time zone") from error
    if not choose_language(brand.locale, offered=(brand.locale,), fallback=""):
        known = ", ".join(languages())
        raise WrongBrand(f"locale: {brand.locale!r} is none of {known}")


def _check_addresses(brand: Brand) -> None:
    """Refuse now what would stop every message later."""
    for name in ("mail_from", "support_email"):
        address = getattr(brand, name)
        try:
            mailbox(address or "nobody@localhost", name)
        except DeliveryError as error:
            raise WrongBrand(f"{name}: {address!r} is no address") from error
    for name in ("webhook_url", "support_url"):
        url = getattr(brand, name)
        if url is not None and not _WEB.fullmatch(url):
            raise WrongBrand(f"{name}: is no http(s) URL")
    if not all("://" in url for url in brand.ops_urls):
        raise WrongBrand("ops_urls: an Apprise URL looks like slack://…")


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


def set_logo(session: Session, brand: Brand, picture: bytes) -> Brand:
    """Store a brand's logo and return the brand, whose pages now show it.

    `picture` is a PNG, JPEG or GIF of at most 200 kB. Raises `WrongBrand`.
    """
    kinds = [kind for start, kind in _PICTURES.items() if picture.startswith(start)]
    if not kinds:
        raise WrongBrand("logo: is no PNG, JPEG or GIF")
    if len(picture) > _LOGO_BYTES:
        raise WrongBrand(f"logo: has more than {_LOGO_BYTES} bytes")
    brands.set_logo(session, brand.id, kinds[0], picture)
    # The address changes with the picture, so that it may be kept for long.
    path = f"/brand/{brand.code}/logo?v={digest(picture.hex())[:8]}"
    changed = replace(brand, theme={**brand.theme, "logo_path": path})
    brands.change(session, changed)
    return changed


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
    adding.add(session, [(shipment, None)])
    return shipment.token
