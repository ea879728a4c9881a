"""Jinja environments: strict, escaping, one language each, a brand's folder first."""

import hashlib
import re
from functools import cache
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    select_autoescape,
)

from track_service.templating.catalog import FOLDER, catalogue, direction

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]*", re.ASCII)
_OF_A_DATE = re.compile(
    r"(?:(?<=\d)|(?<=\d\.)|(?<=1er)) (?=\w)"
    r"|(?:(?<=\b\w{3})|(?<=\btháng)) (?=\d)"
)
_PACKAGE = Path(__file__).parent.parent


@cache
def templates_folder() -> Path:
    """Return the installed templates, or the repository's where we run from source."""
    for folder in (_PACKAGE / "templates", _PACKAGE.parent.parent / "templates"):
        if (folder / "pages").is_dir():
            return folder
    raise FileNotFoundError("templates/ is neither in the package nor in a repository")


def static_folder() -> Path:
    """Return the folder that web serves under `/static/`."""
    return templates_folder() / "static"


def environment(language: str, brand_code: str | None = None) -> Environment:
    """Return the environment of a language, for a brand that may override templates.

    A brand's `templates/brands/<code>/pages/tracking.html` goes before the common
    one, and extends that as `default/pages/tracking.html`.
    """
    root = templates_folder()
    if brand_code is None or not _CODE.fullmatch(brand_code):
        return _built(language, root, None)
    folder = root / "brands" / brand_code
    return _built(language, root, folder if folder.is_dir() else None)


@cache
def _built(language: str, root: Path, brand: Path | None) -> Environment:
    common = FileSystemLoader(root)
    loaders: list[BaseLoader] = [common, PrefixLoader({"default": common})]
    if brand is not None:
        loaders.insert(0, FileSystemLoader(brand))
    env = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=select_autoescape(disabled_extensions=("txt", "css"), default=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["asset"] = asset_url
    env.globals["direction"] = direction(language)
    env.filters["bound"] = bound
    messages = catalogue(language)
    env.install_gettext_callables(  # type: ignore[attr-defined]
        messages.gettext, messages.ngettext, newstyle=True
    )
    return env


def bound(text: str) -> str:
    """Return a date whose number does not part from its month at a line's end."""
    return _OF_A_DATE.sub("\N{NO-BREAK SPACE}", text)


@cache
def asset_url(name: str) -> str:
    """Return the address of a static file; it changes with the file, so cache it long."""
    digest = hashlib.sha256((static_folder() / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:10]}"


@cache
def templates_version() -> str:
    """Return a word that changes with any template, style or translation."""
    digest = hashlib.sha256()
    for root in (templates_folder(), FOLDER):
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            digest.update(str(path.relative_to(root)).encode() + b"\0")
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
