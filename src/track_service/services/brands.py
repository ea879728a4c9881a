"""A new shop: its key, its hook secret, and a page to look at."""

import base64
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from track_service.channels.apprise_urls import SCHEMES, is_allowed
from track_service.channels.base import DeliveryError
from track_service.channels.email.letter import mailbox
from track_service.core.parcel import Brand, Item, Order, Shipment
from track_service.core.status import Meaning, Status
from track_service.services import logo
from track_service.services.credentials import new_hook_secret, new_key
from track_service.services.minting import Mint
from track_service.services.pixels import Unreadable
from track_service.services.pushed import digest
from track_service.store import adding, brands, hook_state
from track_service.store.figures import TEST_CARRIER
from track_service.templating import theme
from track_service.templating.catalog import choose_language, languages

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,38}")
COLOURS = ("primary", "on_primary", "accent")
_WEB = re.compile(r"https?://[^\s/]+(/\S*)?")


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
    return checked(Brand(id=0, code=code, name=name, **given))


def checked(brand: Brand) -> Brand:
    """Return a brand whose values can be used. Raises `WrongBrand` for one that cannot."""
    if not brand.name.strip() or not brand.name.isprintable():
        raise WrongBrand("name: is empty or holds control characters")
    look = {name: value for name, value in brand.theme.items() if value is not None}
    try:
        theme.check(look)
    except theme.WrongTheme as error:
        raise WrongBrand(str(error)) from error
    _check_place(brand)
    _check_addresses(brand)
    tags = (*brand.languages, brand.locale)  # what it speaks by default it offers
    spoken = dict.fromkeys(choose_language(tag, offered=(tag,)) for tag in tags)
    return replace(brand, name=brand.name.strip(), theme=look, languages=tuple(spoken))


def _check_place(brand: Brand) -> None:
    try:
        ZoneInfo(brand.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # a folder: OSError
        raise WrongBrand(f"zone: {brand.zone!r} is no IANA time zone") from error
    tags = [("locale", brand.locale), *(("languages", tag) for tag in brand.languages)]
    for name, tag in tags:
        if not choose_language(tag, offered=(tag,), fallback=""):
            known = ", ".join(languages())
            raise WrongBrand(f"{name}: {tag!r} is none of {known}")


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
    if not all(map(is_allowed, brand.ops_urls)):
        allowed = ", ".join(sorted(SCHEMES))
        raise WrongBrand(f"ops_urls: an Apprise URL is wanted, of {allowed}")


def add(session: Session, brand: Brand, *, now: datetime, mint: Mint) -> Made:
    """Store a brand with an API key, a hook secret and a test page."""
    kept = brands.add(session, _signing(brand, mint), now=now)
    key = new_key(session, kept, now=now, mint=mint)
    hook_secret = new_hook_secret(session, kept, now=now, mint=mint)
    return Made(kept, key, hook_secret, _test_page(session, kept, now=now, mint=mint))


def change(session: Session, brand: Brand, *, mint: Mint, **given: Any) -> Brand:
    """Change the fields that are given, and no other; return the brand as it is now.

    What is None is taken away; of the theme only the names that are given change. The
    first webhook URL brings a secret, and without one there is none; where the one
    before was switched off, another one is on. Raises `WrongBrand`.
    """
    given["theme"] = {**brand.theme, **given.get("theme", {})}
    changed = _signing(checked(replace(brand, **given)), mint)
    brands.change(session, changed)
    if changed.webhook_url != brand.webhook_url:
        hook_state.switch_on(session, brand.id)
    return changed


def _signing(brand: Brand, mint: Mint) -> Brand:
    """Return the brand with a secret that signs its webhooks, if it has a URL for them."""
    if brand.webhook_url is None:
        return replace(brand, webhook_secret=None)
    if brand.webhook_secret is not None:
        return brand
    return replace(brand, webhook_secret=_whsec(mint))


def _whsec(mint: Mint) -> str:
    return f"whsec_{base64.b64encode(mint.secret().encode()).decode()}"


def rotate(session: Session, brand: Brand, *, mint: Mint) -> str:
    """Sign a brand's webhooks with a new secret beside the present one; return it.

    Raises `WrongBrand` where there is no webhook, or where two are valid already.
    """
    secrets = (brand.webhook_secret or "").split()
    if len(secrets) != 1:
        raise WrongBrand(
            "webhook: two secrets are valid, retire one first"
            if secrets
            else "webhook: none is set"
        )
    made = _whsec(mint)
    brands.change(session, replace(brand, webhook_secret=f"{made} {secrets[0]}"))
    return made


def retire(session: Session, brand: Brand) -> None:
    """End a rotation: the newest secret alone signs. Raises `WrongBrand`."""
    newest, *older = (brand.webhook_secret or "").split() or [""]
    if not older:
        raise WrongBrand("webhook: there is no older secret beside the one in use")
    brands.change(session, replace(brand, webhook_secret=newest))


def set_logo(session: Session, brand: Brand, picture: bytes) -> Brand:
    """Store a brand's logo and return the brand, whose pages now show it.

    `picture` is a PNG, JPEG, GIF or WebP of at most 200 kB. Raises `WrongBrand`.
    """
    try:
        drawn = logo.drawn(picture)
    except Unreadable as error:
        raise WrongBrand(f"logo: {error}; PNG, JPEG, GIF or WebP is wanted") from error
    brands.set_logo(session, brand.id, logo.MEDIA_TYPE, drawn)
    # The address changes with the picture, so that it may be kept for long.
    path = f"/brand/{brand.code}/logo?v={digest(drawn.hex())[:8]}"
    changed = replace(brand, theme={**brand.theme, "logo_path": path})
    brands.change(session, changed)
    return changed


def number_on_test_page(brand: Brand) -> str:
    """Return the tracking number of the parcel on a brand's test page."""
    return f"TEST-{brand.code.upper()}"


def _test_page(session: Session, brand: Brand, *, now: datetime, mint: Mint) -> str:
    """Store a parcel that is no carrier's, so that its page can be looked at."""
    shipment = Shipment(
        id=0,
        public_id=f"shp_{mint.secret()}",
        token=mint.secret(),
        brand=brand,
        order=Order("TEST", items=(Item("A test item"),)),
        carrier=TEST_CARRIER,
        number=number_on_test_page(brand),
        created_at=now,
        meaning=Meaning(Status.PREPARING, "packed"),
    )
    adding.add(session, [(shipment, None)])
    return shipment.token
