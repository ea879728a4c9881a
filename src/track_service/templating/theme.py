"""Theme: a brand's look as data. What it may hold is said here and nowhere else.

The keys and their values are those of docs/templates.md, "A brand's theme".
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Any

from track_service.templating import blocks
from track_service.templating.colours import ENOUGH, contrast, hex_colour, palette
from track_service.templating.faq import Question, in_language, read_faq
from track_service.templating.links import local_path, web_link

FONTS: Mapping[str, str] = {
    "sans": 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue",'
    ' "Noto Sans", "Liberation Sans", Arial, sans-serif',
    "humanist": 'Seravek, "Gill Sans Nova", "Segoe UI", Ubuntu, Calibri, Carlito,'
    ' "DejaVu Sans", sans-serif',
    "rounded": 'ui-rounded, "SF Pro Rounded", "Arial Rounded MT Bold", Nunito,'
    " Quicksand, system-ui, sans-serif",
    "serif": '"Iowan Old Style", "Palatino Linotype", Charter, Georgia, "Noto Serif",'
    ' "Liberation Serif", serif',
}
SOCIAL: Mapping[str, str] = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "tiktok": "TikTok",
    "youtube": "YouTube",
    "pinterest": "Pinterest",
    "threads": "Threads",
    "linkedin": "LinkedIn",
    "x": "X",
}


class WrongTheme(Exception):
    """A theme holds what it may not; the message names the key."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the shop's; `labels` are by language, `""` for every other one."""

    labels: Mapping[str, str]
    href: str

    def label(self, language: str) -> str:
        """Return the label in a language, else the one for all, else any."""
        return in_language(self.labels, language)


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme without its colours, which `colours.palette` reads."""

    scheme: str = "auto"
    font: str = "sans"
    radius: int = 20
    header: str = "brand"
    logo_path: str | None = None
    links: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()
    social: Mapping[str, str] = field(default_factory=dict)
    support: Mapping[str, str] = field(default_factory=dict)
    blocks: Mapping[str, str] = field(default_factory=dict)
    faq: tuple[Question, ...] = ()
    hide_carrier: bool = False
    hide_location: bool = False


def check(document: Mapping[str, Any]) -> None:
    """Raise `WrongTheme` for the first key that is not known or holds what it may not."""
    for key, value in document.items():
        if key not in _READERS:
            raise WrongTheme(f"{key}: is no key of a theme ({', '.join(_READERS)})")
        try:
            _READERS[key](value)
        except ValueError as error:
            raise WrongTheme(f"{key}: {error}") from error
    if "on_primary" in document:
        ground = palette(document).primary
        ratio = contrast(_colour(document["on_primary"]), ground)
        if ratio < ENOUGH:
            raise WrongTheme(
                f"on_primary: has a contrast of {ratio:.1f} to {ground};"
                f" {ENOUGH} is wanted, so that everybody can read it"
            )


def theme(document: Mapping[str, Any]) -> Theme:
    """Return a stored theme; what is wrong in it falls away."""
    known: dict[str, Any] = {}
    for name in (f.name for f in fields(Theme) if f.name in document):
        with suppress(ValueError):
            known[name] = _READERS[name](document[name])
    return Theme(**known)


def _colour(value: Any) -> str:
    colour = hex_colour(value)
    if colour is None:
        raise ValueError(f"{value!r} is no colour of the form #rrggbb")
    return colour


def _one_of(*words: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"{value!r} is none of {', '.join(words)}")
        return str(value)

    return read


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")  # noqa: TRY004
    return value


def _pixels(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 28:
        raise ValueError(f"{value!r} is no whole number of pixels from 0 to 28")
    return value


def _path(value: Any) -> str:
    path = local_path(value)
    if path is None:
        raise ValueError("is no path on our own origin")
    return path


def _address(value: Any) -> str:
    url = web_link(value)
    if url is None or len(url) > 500 or re.search(r"[\s\"'<>\\]", url):
        raise ValueError(f"{value!r} is no http(s) address")
    return url


def _links(most: int) -> Callable[[Any], tuple[Link, ...]]:
    def read(value: Any) -> tuple[Link, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError(f"is no list of up to {most} links")
        return tuple(_link(entry) for entry in value)

    return read


def _link(value: Any) -> Link:
    if not isinstance(value, dict) or set(value) != {"label", "href"}:
        raise ValueError("a link has a label and an href")
    label = value["label"]
    labels = label if isinstance(label, dict) else {"": label}
    if not labels or not all(_is_label(text) for text in labels.values()):
        raise ValueError(f"{label!r} is no label of 1 to 40 printable letters")
    return Link(labels, _address(value["href"]))


def _is_label(text: Any) -> bool:
    return (
        isinstance(text, str)
        and text.isprintable()
        and bool(text.strip())
        and len(text) <= 40
    )


def _social(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict) or not set(value) <= set(SOCIAL):
        raise ValueError(f"knows {', '.join(SOCIAL)}")
    return {name: _address(url) for name, url in value.items()}


_WAYS: Mapping[str, tuple[str, str]] = {
    "messenger": (r"[A-Za-z0-9.]{3,60}", "https://m.me/{}"),
    "zalo": (r"[0-9]{8,20}", "https://zalo.me/{}"),
    "whatsapp": (r"\+?([1-9][0-9]{7,14})", "https://wa.me/{}"),
}


def _support(value: Any) -> Mapping[str, str]:
    """Return the addresses of the ways, in the order that the brand gave."""
    if not isinstance(value, dict) or not set(value) <= {"chat", *_WAYS}:
        raise ValueError(f"knows chat, {', '.join(_WAYS)}")
    return {way: _way(way, name) for way, name in value.items()}


def _way(way: str, name: Any) -> str:
    if way == "chat":
        return _address(name)
    pattern, url = _WAYS[way]
    if not isinstance(name, str) or not re.fullmatch(pattern, name, re.ASCII):
        raise ValueError(f"{name!r} is no account of {way}")
    return url.format(name.removeprefix("+"))


def _blocks(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise ValueError("is no object of blocks")  # noqa: TRY004
    return {name: blocks.check(name, source) for name, source in value.items()}


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "primary": _colour,
    "on_primary": _colour,
    "accent": _colour,
    "scheme": _one_of("auto", "light", "dark"),
    "font": _one_of(*FONTS),
    "radius": _pixels,
    "header": _one_of("brand", "plain"),
    "logo_path": _path,
    "links": _links(4),
    "footer": _links(8),
    "social": _social,
    "support": _support,
    "blocks": _blocks,
    "faq": read_faq,
    "hide_carrier": _switch,
    "hide_location": _switch,
}
