"""A brand's colours, made readable: WCAG 2.2 contrast, worked out and never assumed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

WHITE, BLACK = "#ffffff", "#000000"
PAPER, NIGHT = "#ffffff", "#1a1f2a"  # the cards' grounds in page.css, light and dark
ENOUGH = 4.5  # WCAG 2.2, success criterion 1.4.3, text of usual size
_DEFAULT = "#1f3a5f"
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Palette:
    """Six-digit hex colours. `ink` reads on white, `ink_dark` on a dark ground."""

    primary: str
    on_primary: str
    accent: str
    on_accent: str
    ink: str
    ink_dark: str


def palette(theme: Mapping[str, Any]) -> Palette:
    """Return a theme's colours; what is no hex colour falls back, so does bad contrast."""
    primary = hex_colour(theme.get("primary")) or _DEFAULT
    accent = hex_colour(theme.get("accent")) or primary
    wished = hex_colour(theme.get("on_primary"))
    keep = wished is not None and contrast(wished, primary) >= ENOUGH
    return Palette(
        primary=primary,
        on_primary=wished if wished is not None and keep else on(primary),
        accent=accent,
        on_accent=on(accent),
        ink=readable(accent, PAPER),
        ink_dark=readable(accent, NIGHT),
    )


def hex_colour(value: object) -> str | None:
    """Return `#rrggbb` of `#rgb` or `#rrggbb`, None for anything else."""
    text = value.strip().lower() if isinstance(value, str) else ""
    if not _HEX.fullmatch(text):
        return None
    return text if len(text) == 7 else "#" + "".join(2 * digit for digit in text[1:])


@lru_cache(maxsize=1024)
def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two `#rrggbb` colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def on(ground: str) -> str:
    """Return black or white, whichever reads better; it is always 4.5 or more."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, ground))


@lru_cache(maxsize=256)
def readable(colour: str, ground: str) -> str:
    """Return the colour, moved away from the ground just until it can be read on it."""
    target = on(ground)
    for step in range(21):
        mixed = _mix(colour, target, step / 20)
        if contrast(mixed, ground) >= ENOUGH:
            return mixed
    return target


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (part / 255 for part in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _mix(colour: str, target: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(target), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
