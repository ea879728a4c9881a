"""The reader: in which language they want a page, by its address or their browser."""

from flask import request

from track_service.core.parcel import Brand
from track_service.templating.catalog import first_spoken


def wished(brand: Brand) -> str | None:
    """Return the language of `?lang=`, else of the browser; None if the brand has none.

    A page then falls back to the customer's language and the brand's own. An answer that
    depends on this says `Vary: Accept-Language`.
    """
    asked = request.args.get("lang")
    return first_spoken(asked, *accepted(), offered=brand.languages)


def written(name: str, longest: int = 2000) -> str | None:
    """Return what a form's field holds, without what cannot be printed, None for nothing."""
    lines = request.form.get(name, "").splitlines()
    kept = ("".join(c for c in line if c.isprintable()).strip() for line in lines)
    return "\n".join(filter(None, kept))[:longest] or None


def accepted() -> list[str]:
    """Return the languages that the browser takes, the best first."""
    return [tag for tag, quality in request.accept_languages if quality > 0]
