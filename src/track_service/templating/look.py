"""Look: what of a brand a template shows."""

import hashlib
from dataclasses import dataclass

from track_service.core.parcel import Brand
from track_service.templating.colours import Palette, palette
from track_service.templating.engine import environment
from track_service.templating.links import local_path, mail_link, phone_link, web_link
from track_service.templating.voice import Voice


@dataclass(frozen=True, slots=True)
class Support:
    """One way to reach the shop; `href` is safe to link to."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Look:
    """A brand on a page or in a mail.

    `logo` is a path on our own origin or None: then `initial` stands for it. `css` is
    the address of the style sheet with its colours; `palette` is for mails.
    """

    code: str
    name: str
    initial: str
    logo: str | None
    css: str
    palette: Palette
    support: tuple[Support, ...]


def look(brand: Brand, voice: Voice) -> Look:
    """Return a brand's look, its ways of support named in the voice's language."""
    return Look(
        code=brand.code,
        name=brand.name,
        initial=brand.name.strip()[:1].upper(),
        logo=local_path(brand.theme.get("logo_path")),
        css=brand_css_url(brand),
        palette=palette(brand.theme),
        support=_support(brand, voice),
    )


def _support(brand: Brand, voice: Voice) -> tuple[Support, ...]:
    ways = (
        (voice.say("Help centre"), web_link(brand.support_url)),
        (brand.support_email or "", mail_link(brand.support_email)),
        (brand.support_phone or "", phone_link(brand.support_phone)),
    )
    return tuple(Support(label, href) for label, href in ways if href)


def brand_css(brand: Brand) -> str:
    """Return `/brand/<code>.css`: the brand's colours as custom properties."""
    template = environment("en", brand.code).get_template("pages/brand.css")
    return template.render(palette=palette(brand.theme))


def brand_css_url(brand: Brand) -> str:
    """Return the style sheet's address; it changes with the colours, so cache it long."""
    digest = hashlib.sha256(brand_css(brand).encode()).hexdigest()
    return f"/brand/{brand.code}.css?v={digest[:10]}"
