"""Message catalogues: `translations/<language>.po`, compiled in memory when first used.

The English of the source is the message id, so English has no catalogue. Nothing is
compiled at build time: what translators edit is what runs.
"""

from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

SOURCE_LANGUAGE = "en"
FOLDER = Path(__file__).parent.parent / "translations"


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the messages of a language; of one without a catalogue, the source's."""
    path = FOLDER / f"{language}.po"
    if language not in languages() or language == SOURCE_LANGUAGE:
        return NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that page and mail can speak, the source's first."""
    return (SOURCE_LANGUAGE, *sorted(path.stem for path in FOLDER.glob("*.po")))


def choose_language(
    *wishes: str | None, offered: tuple[str, ...], fallback: str = SOURCE_LANGUAGE
) -> str:
    """Return the first wish (`vi`, `vi-VN`) that the brand offers and we can speak.

    If none fits: the brand's first language that we speak, else `fallback`.
    """
    wished = first_spoken(*wishes, offered=offered)
    return wished or next(iter(_spoken(offered)), fallback)


def first_spoken(*wishes: str | None, offered: tuple[str, ...]) -> str | None:
    """Return the first wish that the brand offers and we can speak, None if none fits."""
    spoken = _spoken(offered)
    return next((_primary(w) for w in wishes if w and _primary(w) in spoken), None)


def direction(language: str) -> str:
    """Return which way a language is written, as HTML's `dir`: `ltr` or `rtl`."""
    order = Locale.parse(language).character_order
    return "rtl" if order == "right-to-left" else "ltr"


def _spoken(offered: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in map(_primary, offered) if code in languages())


def _primary(tag: str) -> str:
    return tag.replace("_", "-").split("-")[0].lower()
