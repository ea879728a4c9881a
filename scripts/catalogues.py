"""Bring the message catalogues up to date with the messages of source and templates.

`make catalogues` adds what is new, still to be translated, and drops what is said no more.
"""

import sys
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from track_service.templating.catalog import FOLDER
from track_service.templating.engine import templates_folder

_PACKAGE = FOLDER.parent
_METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
_TRIM = {"trim_blocks": "true", "lstrip_blocks": "true"}
_KEYWORDS = {
    "N_": None,
    "say": None,
    "many": (1, 2),
    "gettext": None,
    "ngettext": (1, 2),
}


@cache
def messages() -> tuple[str | tuple[str, ...], ...]:
    """Return the messages that pages, mails and alerts say; a plural as its forms."""
    roots = (_PACKAGE / "services", _PACKAGE / "templating", templates_folder())
    options = {"**.html": _TRIM, "**.txt": _TRIM}
    return tuple(
        message
        for root in roots
        for _, _, message, _, _ in extract_from_dir(
            root, _METHODS, options_map=options, keywords=_KEYWORDS
        )
        if message
    )


def updated(path: Path) -> bytes:
    """Return a catalogue with the messages of today, those of before translated."""
    template = Catalog()
    for message in messages():
        template.add(message)
    header, _, _ = path.read_bytes().partition(b"\n\n")  # ours, without dates
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    catalogue.update(template, no_fuzzy_matching=True)
    written = BytesIO()
    write_po(
        written,
        catalogue,
        width=88,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    return header + b"\n\n" + written.getvalue()


def main() -> int:
    """Rewrite each catalogue; fail while one still lacks a translation."""
    missing = 0
    for path in sorted(FOLDER.glob("*.po")):
        path.write_bytes(updated(path))
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.stem)
        for message in catalogue:
            said = message.string if message.pluralizable else [message.string]
            if message.id and not all(said):
                missing += 1
                print(f"{path.name}: {message.id!r}")  # noqa: T201 - a command's answer
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
