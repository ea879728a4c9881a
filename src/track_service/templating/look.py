"""Look: what of a brand a template shows."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from urllib.parse import quote

from track_service.core.parcel import Brand
from track_service.templating.colours import Palette, palette
from track_service.templating.engine import asset_url, environment, static_folder
from track_service.templating.faq import Answered, answered
from track_service.templating.links import mail_link, phone_link, web_link
from track_service.templating.theme import FONTS, SOCIAL, Theme, theme
from track_service.templating.voice import N_, Voice

_DARK = "(prefers-color-scheme: dark)"
_WHEN_DARK = {"auto": _DARK, "light": "not all", "dark": "all"}
_CHATS = {
    "chat": N_("Chat with us"),
    "messenger": "Messenger",
    "zalo": "Zalo",
    "whatsapp": "WhatsApp",
}


@dataclass(frozen=True, slots=True)
class Way:
    """A link of the shop, such as a way to reach it; `href` is safe to link to."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Look:
    """A brand on a page or in a mail.

    `logo` is a path on our own origin or None: then `initial` stands for it. `icon` is
    the initial on the brand's colour, as a `data:` URL that asks for nothing. `css` is
    the address of the style sheet with its colours; `palette` is for mails. `scheme`
    is `auto`, `light` or `dark`. `blocks` are its own, as it wrote them.
    """

    code: str
    name: str
    initial: str
    logo: str | None
    icon: str
    css: str
    scheme: str
    palette: Palette
    support: tuple[Way, ...]
    links: tuple[Way, ...]
    footer: tuple[Way, ...]
    social: tuple[Way, ...]
    blocks: Mapping[str, str]
    faq: tuple[Answered, ...]


def look(brand: Brand, voice: Voice) -> Look:
    """Return a brand's look, its links named in the voice's language."""
    own = theme(brand.theme)
    language, initial = voice.language, brand.name.strip()[:1].upper()
    colours = palette(brand.theme)
    return Look(
        code=brand.code,
        name=brand.name,
        initial=initial,
        logo=own.logo_path,
        icon=_icon(initial, colours),
        css=brand_css_url(brand),
        scheme=own.scheme,
        palette=colours,
        support=_support(brand, own, voice),
        links=tuple(Way(link.label(language), link.href) for link in own.links),
        footer=tuple(Way(link.label(language), link.href) for link in own.footer),
        social=tuple(Way(SOCIAL[name], url) for name, url in own.social.items()),
        blocks=own.blocks,
        faq=answered(own.faq, voice),
    )


def _icon(initial: str, colours: Palette) -> str:
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
        f'<rect width="24" height="24" rx="6" fill="{colours.primary}"/>'
        '<text x="12" y="17.5" font-family="sans-serif" font-size="16" font-weight="700"'
        f' text-anchor="middle" fill="{colours.on_primary}">{escape(initial)}</text></svg>'
    )
    return f"data:image/svg+xml,{quote(drawn, safe=' =:/')}"


def _support(brand: Brand, own: Theme, voice: Voice) -> tuple[Way, ...]:
    ways = (
        (voice.say("Help centre"), web_link(brand.support_url)),
        *((voice.say(_CHATS[way]), url) for way, url in own.support.items()),
        (brand.support_email or "", mail_link(brand.support_email)),
        (brand.support_phone or "", phone_link(brand.support_phone)),
    )
    return tuple(Way(label, href) for label, href in ways if href)


def brand_css(brand: Brand) -> str:
    """Return `/brand/<code>.css`: the page's style sheet with the brand's values."""
    common = (static_folder() / "page.css").read_text(encoding="utf-8")
    scheme = theme(brand.theme).scheme
    return (common + brand_values(brand)).replace(_DARK, _WHEN_DARK[scheme])


def brand_values(brand: Brand) -> str:
    """Return a brand's colours, font and corners as custom properties."""
    return _values(brand.code, json.dumps(brand.theme, sort_keys=True))


@lru_cache(maxsize=256)
def _values(code: str, document: str) -> str:
    given = json.loads(document)
    own = theme(given)
    template = environment("en", code).get_template("pages/brand.css")
    return template.render(palette=palette(given), theme=own, font=FONTS[own.font])


def brand_css_url(brand: Brand) -> str:
    """Return the style sheet's address; it changes with the style, so cache it long."""
    scheme = theme(brand.theme).scheme
    of = f"{asset_url('page.css')} {scheme} {brand_values(brand)}"
    return f"/brand/{brand.code}.css?v={hashlib.sha256(of.encode()).hexdigest()[:10]}"


def brand_card_url(brand: Brand) -> str:
    """Return the path of the picture for chats; it changes with colours and logo."""
    colours = palette(brand.theme)
    of = f"{colours.primary} {colours.on_primary} {theme(brand.theme).logo_path}"
    return (
        f"/brand/{brand.code}/card.png?v={hashlib.sha256(of.encode()).hexdigest()[:10]}"
    )
